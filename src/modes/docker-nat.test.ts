import { describe, expect, test } from "vitest";
import { LISTENING_PORTS } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { dockerNat } from "./docker-nat.js";
import { dockerNat28 } from "./docker-nat-28.js";
import { nodeAddress } from "./parts/addresses.js";
import { CONTAINER_ADDRESS, PUBLICATIONS, PUBLISHED_PORTS } from "./parts/docker.js";
import { ruleLines } from "./parts/ruleset.js";

function rulesOf(mode: Mode, node: string): string[] {
  return mode
    .wire({ nodes: 2, mtu: 1500 })
    .steps.flatMap((step) => (step.kind === "ruleset" && step.in === node ? step.tables.flatMap(ruleLines) : []));
}

test("a container's MAC address is the one that dockerd derives from its IPv4 address", () => {
  const octets = CONTAINER_ADDRESS.split(".").map((octet) => Number(octet).toString(16).padStart(2, "0"));
  const set = dockerNat.wire({ nodes: 2, mtu: 1500 }).steps.find((step) => step.kind === "link-set" && step.settings[0] === "address");
  expect(set).toMatchObject({ settings: ["address", ["02", "42", ...octets].join(":")] });
});

test("sockperf is published for both of its protocols, everything else for the one that it speaks", () => {
  const protocols = (port: number): string[] => PUBLICATIONS.filter(({ listening }) => listening === port).map(({ protocol }) => protocol);
  expect(protocols(LISTENING_PORTS.sockperf)).toEqual(["tcp", "udp"]);
  expect(protocols(LISTENING_PORTS.http)).toEqual(["tcp"]);
  expect(protocols(LISTENING_PORTS.iperf3)).toEqual(["tcp"]);
  expect(protocols(LISTENING_PORTS.discard)).toEqual(["udp"]);
});

describe.each([dockerNat, dockerNat28])("$name", (mode) => {
  test("leads from a pod to the peer node's published ports, and from node to node as usual", () => {
    const { paths } = mode.wire({ nodes: 2, mtu: 1500 });
    expect(paths["pod-pod"]).toMatchObject({ address: nodeAddress(1), ports: PUBLISHED_PORTS });
    expect(paths["host-host"]).toMatchObject({ address: nodeAddress(1), ports: LISTENING_PORTS });
    expect(Object.keys(mode.unsupported ?? {})).toEqual(["latency.icmp"]);
  });

  test.each(PUBLICATIONS)("translates and accepts $protocol port $published", ({ protocol, published, listening }) => {
    const rules = rulesOf(mode, "node-b");
    const to = `-p ${protocol} -m ${protocol} --dport`;
    expect(rules).toContain(
      `-A DOCKER ! -i docker0 ${to} ${String(published)} -j DNAT --to-destination ${CONTAINER_ADDRESS}:${String(listening)}`,
    );
    expect(rules).toContain(`-A DOCKER -d ${CONTAINER_ADDRESS}/32 ! -i docker0 -o docker0 ${to} ${String(listening)} -j ACCEPT`);
  });
});

test("engine 28 accepts published ports before it drops the rest of what enters the bridge", () => {
  const rules = rulesOf(dockerNat28, "node-a");
  const drop = rules.indexOf("-A DOCKER ! -i docker0 -o docker0 -j DROP");
  const accepts = rules.flatMap((rule, index) => (rule.startsWith("-A DOCKER -d") ? [index] : []));
  expect(accepts).toHaveLength(PUBLICATIONS.length);
  expect(Math.max(...accepts)).toBeLessThan(drop);
});

test.each([
  [dockerNat, "1"],
  [dockerNat28, "0"],
])("bridged frames meet iptables where the engine loads br_netfilter: $0.name", (mode, shown) => {
  const values = mode
    .wire({ nodes: 2, mtu: 1500 })
    .steps.flatMap((step) => (step.kind === "sysctl" && step.name === "net.bridge.bridge-nf-call-iptables" ? [step.value] : []));
  expect(values).toEqual([shown, shown]);
  expect(mode.kernel.includes("br_netfilter")).toBe(shown === "1");
});
