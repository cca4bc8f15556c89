/** When a path is there: what it carries arrives at its far end, and the device that is measured by counts it. */
import { afterAll, describe, expect, test } from "vitest";
import type { Step, Wiring } from "../../src/model/wiring.js";
import type { Mode } from "../../src/modes/contract.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";

const built = copyBuilt();
const opened: LabSession[] = [];
afterAll(async () => {
  await Promise.all(opened.map(async (lab) => lab.close()));
  built.remove();
});

/** A lab of one mode whose wiring was changed. */
async function labOf(name: string, change: (wiring: Wiring) => Wiring = (wiring) => wiring): Promise<LabSession> {
  const mode = resolveVariant(name);
  const changed: Mode = { ...mode, wire: (topology) => change(mode.wire(topology)) };
  const lab = await openLab(machineOf(isRoot ? "root" : "ordinary user", built), {
    ...{ modes: [changed], links: ["open"], mtu: 1500, nodes: 2 },
  });
  opened.push(lab);
  return lab;
}

const without = (wiring: Wiring, kind: Step["kind"], namespace: string): Wiring => ({
  ...wiring,
  steps: wiring.steps.filter((step) => step.kind !== kind || step.in !== namespace),
});

/** The pod path arrives by another device than it says. */
function misled({ paths, ...wiring }: Wiring): Wiring {
  const path = paths["pod-pod"];
  return { ...wiring, paths: path === undefined ? paths : { ...paths, "pod-pod": { ...path, toDevice: "lo" } } };
}

describe("a path", () => {
  test("behind a port translation is reached by TCP", async () => {
    expect((await labOf("docker-nat")).failures).toEqual({});
  });

  test("whose address is the node's is not there without the rules that lead to the pod, though the node answers echo requests", async () => {
    const { failures } = await labOf("docker-nat", (wiring) => without(wiring, "ruleset", "node-b"));
    expect(failures["docker-nat"]).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/^the pod-pod path on the open link does not answer: 198\.18\.0\.12 port 25201: .*refused/) as string,
    });
  }, 60_000);

  test.each(["flannel-host-gw", "docker-nat"])(
    "of %s that answers is not there when the device that is measured by counts nothing",
    async (name) => {
      const { failures } = await labOf(name, misled);
      expect(failures[name]?.reason).toMatch(
        /^the pod-pod path on the open link answers, but lo at its far end counted none of its packets/,
      );
    },
  );
});
