/** The wiring of each mode that this kernel can build is told to be that mode, by the commands that run in pods of a cluster. Runs as root only. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { modeOfWiring, type Wiring, wiringOf } from "../../src/inspection/pods/wiring.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { compile } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { looksAt } from "./inspected-nodes.js";

const MTU = 1500;
const isRoot = process.getuid?.() === 0;

/** Modes, and what is told of each. Pods of docker-nat have no way to each other of their own. */
const TOLD: readonly (readonly [mode: string, told: string | undefined])[] = [
  ["flannel-udp", "flannel-udp"],
  ["flannel-vxlan", "flannel-vxlan"],
  ["flannel-host-gw", "flannel-host-gw"],
  ["gce", "gce"],
  ["l2-bridge", "l2-bridge"],
  ["macvlan", "macvlan"],
  ["calico-routed", "calico-routed"],
  ["calico-vxlan", "calico-vxlan"],
  ["kindnet", "kindnet"],
  ["docker-nat", undefined],
];

describe.runIf(isRoot).each(TOLD)("the wiring of %s", (name, told) => {
  let machine: PrivateMachine;
  let wiring: Wiring;

  beforeAll(async () => {
    const mode = resolveVariant(name);
    machine = await privateMachine();
    const plan = planText(name, compile("x", mode.wire({ nodes: 2, mtu: MTU })));
    // Daemons keep running after the shell and must not hold its output open.
    await machine.run(["bash", "-e"], { stdin: `exec > /run/log 2>&1\n${plan}` });
    wiring = wiringOf(await looksAt(machine));
  });
  afterAll(() => machine.close());

  test(told === undefined ? "is none of a cluster's" : "is told to be that mode's", () => {
    const found = modeOfWiring(wiring);
    expect("mode" in found ? found.mode : undefined).toBe(told);
    if ("why" in found) expect(found.why).not.toBe("");
  });

  test("has the MTU that the mode leaves", () => {
    const overhead = resolveVariant(name).overhead;
    expect([wiring.podMtu?.path.bytes, wiring.uplink?.mtu]).toEqual([MTU - overhead, MTU]);
  });
});
