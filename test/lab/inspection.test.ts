/** The wiring of each mode that this kernel can build is told to be that mode, by the commands that run in pods of a cluster. Runs as root only. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAddresses } from "../../src/inspection/pods/links.js";
import { ADDRESSES, type AskedPod } from "../../src/inspection/pods/look.js";
import { modeOfWiring, type Wiring, wiringOf } from "../../src/inspection/pods/wiring.js";
import { nodeAddress } from "../../src/modes/parts/addresses.js";
import { resolveVariant } from "../../src/modes/variant.js";
import { askPods } from "../../src/venues/cluster/facts/inspection.js";
import { compile } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";

const MTU = 1500;
const LETTERS = ["a", "b"] as const;
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
    const inside = (namespace: string, argv: readonly [string, ...string[]]) => machine.run(argv, { in: `x.${namespace}` });
    const pods = await Promise.all(
      LETTERS.map(async (letter, index): Promise<AskedPod[]> => {
        const host = { node: `node-${letter}`, hostAddress: nodeAddress(index) };
        const [eth0] = (parseAddresses(await inside(`pod-${letter}`, ADDRESSES.argv)) ?? []).filter((link) => link.name === "eth0");
        return [
          { ...host, id: `node-${letter}`, network: "host", address: nodeAddress(index) },
          { ...host, id: `pod-${letter}`, network: "pod", address: eth0?.addresses[0]?.address ?? "" },
        ];
      }),
    );
    // The port of a kube-proxy is asked for too, and no one answers.
    const looks = await askPods(pods.flat(), async (id, argv) => ({ exitCode: 0, stdout: await inside(id, argv), stderr: "" }));
    wiring = wiringOf(looks);
  });
  afterAll(() => machine.close());

  test(told === undefined ? "is none of a cluster's" : "is told to be that mode's", () => {
    const found = modeOfWiring(wiring);
    expect("mode" in found ? found.mode : undefined).toBe(told);
    if ("why" in found) expect(found.why).not.toBe("");
  });

  test("has the MTU that the mode leaves", () => {
    const overhead = resolveVariant(name).overhead;
    expect([wiring.podMtu, wiring.uplink?.mtu]).toEqual([MTU - overhead, MTU]);
  });
});
