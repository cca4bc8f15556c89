import { describe, expect } from "vitest";
import { parse } from "yaml";
import { checkedDocument } from "../../../../test/render/checked-documents.js";
import { testChecker } from "../../../../test/render/complaints.js";
import { parsePrefix } from "../../../units/address.js";

/** Flags of k3s's server and agent that have to do with networks (pkg/cli/cmds/server.go at 005499a9, agent.go at 00cc29ba). */
const SERVER_FLAGS = [
  "cluster-cidr",
  "service-cidr",
  "service-node-port-range",
  "cluster-dns",
  "cluster-domain",
  "flannel-backend",
  "flannel-ipv6-masq",
  "flannel-external-ip",
  "egress-selector-mode",
  "kube-apiserver-arg",
  "kube-controller-manager-arg",
  "disable-kube-proxy",
  "disable-network-policy",
];
const AGENT_FLAGS = [
  "node-name",
  "node-ip",
  "node-external-ip",
  "flannel-iface",
  "flannel-conf",
  "flannel-cni-conf",
  "kubelet-arg",
  "kube-proxy-arg",
];
const BACKENDS = ["none", "vxlan", "host-gw", "wireguard-native"];

/** What k3s's own words for its flags have against a file. A server takes an agent's flags too. */
function complaints(text: string): readonly string[] {
  const file = parse(text) as Record<string, string | readonly string[]>;
  const unknown = Object.keys(file).filter((key) => ![...SERVER_FLAGS, ...AGENT_FLAGS].includes(key));
  const backend = file["flannel-backend"];
  const cidrs = ["cluster-cidr", "service-cidr"].flatMap((key) => (typeof file[key] === "string" ? file[key].split(",") : []));
  return [
    ...unknown,
    ...(backend === undefined || BACKENDS.includes(backend.toString()) ? [] : [`flannel-backend ${backend.toString()}`]),
    ...cidrs.filter((cidr) => parsePrefix(cidr) === undefined),
  ];
}

describe("k3s", () => {
  testChecker(checkedDocument("k3s", "k3s-server.yaml"), (text) => Promise.resolve(complaints(text)));
  testChecker(checkedDocument("k3s", "a node's file"), (text) => {
    expect(Object.keys(parse(text) as object).filter((key) => SERVER_FLAGS.includes(key))).toEqual([]);
    return Promise.resolve(complaints(text));
  });
});
