/**
 * macvlan against the CNI plugin of that name with host-local: both give a pod on a bare node an eth0, and the dumps are compared.
 * Runs as root only, and then the plugins must be there.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { host } from "../../src/modes/host.js";
import { macvlan } from "../../src/modes/macvlan.js";
import { UNDERLAY_PREFIX, UNDERLAY_ROUTER } from "../../src/modes/parts/addresses.js";
import { segmentPodAddress } from "../../src/modes/parts/segment.js";
import { compile } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import { differences } from "./differences.js";
import { dumpNamespace, type NamespaceDump } from "./dump.js";
import { type PrivateMachine, privateMachine } from "./private-machine.js";

const TOPOLOGY = { nodes: 2, mtu: 1500 } as const;
const isRoot = process.getuid?.() === 0;

const CONFIGURATION = {
  cniVersion: "1.0.0",
  name: "segment",
  type: "macvlan",
  master: "eth0",
  mode: "bridge",
  ipam: {
    type: "host-local",
    dataDir: "/run/ipam",
    ranges: [[{ subnet: UNDERLAY_PREFIX, rangeStart: segmentPodAddress(0), gateway: UNDERLAY_ROUTER }]],
    routes: [{ dst: "0.0.0.0/0" }],
  },
};

interface Wired {
  readonly node: NamespaceDump;
  readonly pod: NamespaceDump;
}

async function byLab(machine: PrivateMachine): Promise<Wired> {
  await machine.run(["bash", "-e"], { stdin: planText("macvlan", compile("lab", macvlan.wire(TOPOLOGY))) });
  return { node: await dumpNamespace(machine.inside("lab.node-a")), pod: await dumpNamespace(machine.inside("lab.pod-a")) };
}

async function byPlugin(machine: PrivateMachine): Promise<Wired> {
  await machine.run(["bash", "-e"], { stdin: planText("host", compile("real", host.wire(TOPOLOGY))) });
  await machine.run(["ip", "netns", "add", "pod"]);
  const call = (type: string, interfaceName: string): readonly [string, ...string[]] => [
    ...(["env", "CNI_COMMAND=ADD", "CNI_CONTAINERID=pod", "CNI_NETNS=/run/netns/pod", `CNI_IFNAME=${interfaceName}`] as const),
    ...["CNI_PATH=/usr/lib/cni", `/usr/lib/cni/${type}`],
  ];
  await machine.run(call("loopback", "lo"), {
    in: "real.node-a",
    stdin: JSON.stringify({ cniVersion: "1.0.0", name: "lo", type: "loopback" }),
  });
  await machine.run(call("macvlan", "eth0"), { in: "real.node-a", stdin: JSON.stringify(CONFIGURATION) });
  return { node: await dumpNamespace(machine.inside("real.node-a")), pod: await dumpNamespace(machine.inside("pod")) };
}

describe.runIf(isRoot)("macvlan and the CNI plugin", () => {
  const machines: PrivateMachine[] = [];
  let real: Wired;
  let lab: Wired;

  beforeAll(async () => {
    const machine = await privateMachine();
    const other = await privateMachine();
    machines.push(machine, other);
    [real, lab] = await Promise.all([byPlugin(machine), byLab(other)]);
  });
  afterAll(() => Promise.all(machines.map((machine) => machine.close())));

  test("wire the node alike", () => {
    expect(differences(real.node, lab.node)).toEqual([]);
  });

  test("wire the pod alike", () => {
    expect(differences(real.pod, lab.pod)).toEqual([]);
  });
});
