import { describe, expect, test } from "vitest";
import type { SteeringStep, Wiring } from "../../model/wiring.js";
import { gce } from "../../modes/gce.js";
import { macvlan } from "../../modes/macvlan.js";
import { httpWorkers } from "./http-workers.js";
import { queues } from "./queues.js";
import { rps } from "./rps.js";

const TOPOLOGY = { nodes: 2, mtu: 1500 } as const;
const put = (layer: typeof rps, wiring: Wiring, count: number): Wiring => layer.onto(wiring, TOPOLOGY, count) as Wiring;
const steering = ({ steps }: Wiring): string[] =>
  steps
    .filter((step): step is SteeringStep => step.kind === "steering")
    .map((step) => `${step.in} ${step.device} ${String(step.queue)} ${step.cpus}`);

describe("layers of CPUs", () => {
  test("rps steers the nodes' ends of every cable, and no router's", () => {
    expect(steering(put(rps, macvlan.wire(TOPOLOGY), 1))).toEqual(["node-a eth0 0 1", "node-b eth0 0 1"]);
    expect(steering(put(rps, gce.wire(TOPOLOGY), 0xff))).toEqual(["node-a eth0 0 ff", "node-b eth0 0 ff"]);
  });

  test("queues are two a CPU, of which the last is the first CPU's again", () => {
    const wired = put(queues, macvlan.wire(TOPOLOGY), 3);
    expect(steering(wired).filter((line) => line.startsWith("node-a"))).toEqual(
      ["1", "2", "2", "4", "4", "1"].map((mask, queue) => `node-a eth0 ${String(queue)} ${mask}`),
    );
    const [cable] = wired.steps.filter((step) => step.kind === "link" && step.id === "cable");
    expect(cable).toMatchObject({
      common: ["mtu", "1500", "numtxqueues", "6", "numrxqueues", "6"],
      peer: { common: ["mtu", "1500", "numtxqueues", "6", "numrxqueues", "6"] },
    });
  });

  test("workers are the HTTP server's, on every path", () => {
    const { paths } = put(httpWorkers, macvlan.wire(TOPOLOGY), 2);
    expect(Object.values(paths).map(({ httpWorkers: workers }) => workers)).toEqual([2, 2]);
  });

  test("what has no cable cannot carry them", () => {
    const bare: Wiring = { namespaces: [], steps: [], paths: {} };
    expect([rps.onto(bare, TOPOLOGY, 1), queues.onto(bare, TOPOLOGY, 2)]).toEqual([{ lacks: "has no cable" }, { lacks: "has no cable" }]);
  });
});
