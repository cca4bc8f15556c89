import { describe, expect, test } from "vitest";
import type { Service } from "../../../model/service.js";
import type { ProxyNode } from "./iptables-rules.js";
import { addressText, ipsetText, ipvsChangeText, ipvsRulesText, ipvsText } from "./ipvs-tables.js";

const NODE: ProxyNode = { name: "node-a", address: "198.18.0.11", clusterCidr: "198.19.0.0/16", serviceCidr: "198.18.128.0/17" };
const HERE = { address: "198.19.1.2", node: "node-a" } as const;
const THERE = { address: "198.19.2.2", node: "node-b" } as const;

const service = (name: string, more: Partial<Service> = {}): Service => ({
  namespace: "test",
  name,
  address: "198.18.128.7",
  ports: [{ name: "http", protocol: "tcp", port: 80, targetPort: 8080 }],
  endpoints: [HERE, THERE],
  ...more,
});
const withNodePort = (more: Partial<Service> = {}): Service =>
  service("node-port", { ports: [{ name: "http", protocol: "tcp", port: 80, targetPort: 8080, nodePort: 30_080 }], ...more });

const added = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("add "));

describe("sets", () => {
  test("hold addresses with their ports, and node ports by themselves", () => {
    expect(added(ipsetText([withNodePort({ externalAddresses: ["198.18.100.1"] })], NODE))).toEqual([
      "add KUBE-LOOP-BACK 198.19.1.2,tcp:8080,198.19.1.2",
      "add KUBE-CLUSTER-IP 198.18.128.7,tcp:80",
      "add KUBE-EXTERNAL-IP 198.18.100.1,tcp:80",
      "add KUBE-IPVS-IPS 198.18.128.7",
      "add KUBE-IPVS-IPS 198.18.100.1",
      "add KUBE-NODE-PORT-TCP 30080",
    ]);
  });

  test("tell what keeps its source from what is masqueraded", () => {
    const text = ipsetText([withNodePort({ externalPolicy: "Local", externalAddresses: ["198.18.100.1"] })], NODE);
    expect(added(text)).toEqual(
      expect.arrayContaining([
        "add KUBE-NODE-PORT-LOCAL-TCP 30080",
        "add KUBE-NODE-PORT-TCP 30080",
        "add KUBE-EXTERNAL-IP-LOCAL 198.18.100.1,tcp:80",
      ]),
    );
    expect(text).not.toContain("add KUBE-EXTERNAL-IP 198");
  });

  test("are all made, those too that nothing is in", () => {
    expect(ipsetText([], NODE).match(/^create /gm)).toHaveLength(17);
  });
});

describe("virtual servers", () => {
  test("stand at the cluster address, external addresses and the node's own, round robin, each with every endpoint", () => {
    const endpoints = (at: string): string[] => [`-a -t ${at} -r 198.19.1.2:8080 -m -w 1`, `-a -t ${at} -r 198.19.2.2:8080 -m -w 1`];
    expect(
      ipvsText([withNodePort({ externalAddresses: ["198.18.100.1"] })], NODE)
        .trim()
        .split("\n"),
    ).toEqual(["198.18.128.7:80", "198.18.100.1:80", "198.18.0.11:30080"].flatMap((at) => [`-A -t ${at} -s rr`, ...endpoints(at)]));
  });

  test("keep a client's endpoint for as long as the Service says", () => {
    expect(ipvsText([service("affine", { affinitySeconds: 10_800 })], NODE)).toContain("-A -t 198.18.128.7:80 -s rr -p 10800\n");
  });

  test("keep to the node's own endpoints under Local, and fall back on the others where it has none", () => {
    expect(ipvsText([service("internal", { internalPolicy: "Local" })], NODE)).not.toContain(THERE.address);
    expect(ipvsText([withNodePort({ externalPolicy: "Local", endpoints: [THERE] })], NODE)).toContain(
      "-a -t 198.18.0.11:30080 -r 198.19.2.2:8080",
    );
  });

  test("of UDP are UDP's", () => {
    expect(ipvsText([service("dns", { ports: [{ name: "dns", protocol: "udp", port: 53, targetPort: 53 }] })], NODE)).toContain(
      "-A -u 198.18.128.7:53 -s rr\n",
    );
  });

  test("lose an endpoint of TCP by its weight, and one of UDP at once", () => {
    const both = service("both", {
      ports: [
        { name: "http", protocol: "tcp", port: 80, targetPort: 8080 },
        { name: "dns", protocol: "udp", port: 53, targetPort: 53 },
      ],
    });
    expect(ipvsChangeText([both], [THERE], NODE)).toBe(
      "-e -t 198.18.128.7:80 -r 198.19.2.2:8080 -m -w 0\n-d -u 198.18.128.7:53 -r 198.19.2.2:53\n",
    );
  });
});

test("each address stands once on the device that holds them", () => {
  expect(addressText([service("one"), service("two", { externalAddresses: ["198.18.100.1"] })])).toBe(
    "address add 198.18.128.7/32 dev kube-ipvs0\naddress add 198.18.100.1/32 dev kube-ipvs0\n",
  );
});

describe("rules", () => {
  test("do not grow with the Services", () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      service(`service-${String(index)}`, { address: `198.18.129.${String(index % 250)}` }),
    );
    expect(ipvsRulesText(many, NODE, {})).toBe(ipvsRulesText([service("one")], NODE, {}));
  });

  test("of node ports and external addresses stand only where there are such", () => {
    const plain = ipvsRulesText([service("one")], NODE, {});
    expect(plain).not.toMatch(/-A KUBE-NODE-PORT -p tcp|match-set KUBE-EXTERNAL-IP dst,dst -j KUBE-MARK-MASQ/);
    expect(ipvsRulesText([withNodePort()], NODE, {})).toContain("match-set KUBE-NODE-PORT-TCP dst -j KUBE-MARK-MASQ");
  });

  test("refuse what is for a Service's address and for no port of it", () => {
    expect(ipvsRulesText([service("one")], NODE, {})).toContain(
      "-A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT",
    );
  });
});
