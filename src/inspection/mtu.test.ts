import { describe, expect, it } from "vitest";
import { mtuOf } from "./mtu.js";
import type { PodMtu } from "./pods/attachment.js";
import type { Way } from "./pods/way.js";
import type { NodeLink, Wiring } from "./pods/wiring.js";

const tunnel = (kind: Extract<Way, { by: "tunnel" }>["tunnel"], mtu = 1450): Way => ({ by: "tunnel", tunnel: kind, device: "tun0", mtu });
const PEERS: Way = { by: "peers", gateway: "192.0.2.2", device: "eth0" };
const ofLink = (link: number): PodMtu => ({ link, path: { bytes: link, by: "link" }, towards: [] });
const ofRoute = (link: number, route: number): PodMtu => ({ link, route, path: { bytes: route, by: "route" }, towards: [] });

function wiring(pod: number | PodMtu | undefined, host: number | undefined, way?: Way): Wiring {
  const evidence = { claim: "mtu.host", value: "", from: "" };
  return {
    ...(pod === undefined ? {} : { podMtu: typeof pod === "number" ? ofLink(pod) : pod }),
    ...(host === undefined ? {} : { uplink: { device: "eth0", mtu: host, evidence } }),
    ...(way === undefined ? {} : { way }),
    nodeLinks: [],
    evidence: [],
    why: [],
    findings: [],
  };
}

const link = (name: string, kind: string): NodeLink => ({
  ...{ node: "node-1", index: 9, name, kind, mtu: 1420, up: true, external: false },
  ...{ peer: undefined, lower: undefined, master: undefined, mode: undefined },
});

describe("the bytes between pods and hosts", () => {
  it.each([
    [1450, 1500, tunnel("vxlan"), 50, "VXLAN over IPv4"],
    [1430, 1500, tunnel("vxlan"), 70, "VXLAN over IPv6"],
    [8951, 9001, tunnel("vxlan"), 50, "VXLAN over IPv4"],
    [1480, 1500, tunnel("ipip"), 20, "IP in IP"],
    [1440, 1500, tunnel("wireguard"), 60, "WireGuard over IPv4"],
    [1420, 1500, tunnel("wireguard"), 80, "WireGuard over IPv6"],
    [1472, 1500, tunnel("tun"), 28, "IPv4 and UDP"],
    [1400, 1500, tunnel("geneve"), 100, "OVN"],
    [1500, 1500, PEERS, 0, "nothing is wrapped"],
  ])("%i of %i by %j are explained", (pod, host, way, overhead, words) => {
    const mtu = mtuOf(wiring(pod, host, way));
    expect(mtu).toMatchObject({ pod, podPath: pod, host, overhead, explainedBy: expect.stringContaining(words) as unknown });
    expect(mtu).not.toHaveProperty("problem");
    expect(mtu).not.toHaveProperty("podRoute");
  });

  it.each([
    [1500, 1500, tunnel("vxlan"), "give pods 1450 or less"],
    [1460, 1500, tunnel("vxlan"), "give pods 1450 or less"],
    [1600, 1500, PEERS, "give pods 1500 or less"],
    [1400, 1500, tunnel("vxlan"), "the other 50: pods could have 1450"],
    [1450, 1500, PEERS, "nothing that was seen takes the 50 bytes"],
  ])("%i of %i by %j are a problem, with its remedy", (pod, host, way, words) => {
    const mtu = mtuOf(wiring(pod, host, way));
    expect(mtu.problem).toContain(words);
    expect(mtu).not.toHaveProperty("explainedBy");
  });

  it("are judged by the pod's route where that is smaller than its link, as Cilium has it", () => {
    const mtu = mtuOf(wiring(ofRoute(1500, 1450), 1500, tunnel("vxlan", 1500)));
    expect(mtu).toEqual({
      ...{ pod: 1500, podRoute: 1450, podPath: 1450, host: 1500, overhead: 50 },
      explainedBy: "VXLAN over IPv4 takes 50 bytes",
    });
    expect(mtuOf(wiring(ofRoute(1500, 1500), 1500, tunnel("vxlan", 1500))).problem).toContain("give pods 1450 or less");
  });

  it("are what encryption takes besides", () => {
    const encrypted = { ...wiring(ofRoute(1500, 1420), 1500, PEERS), nodeLinks: [link("cilium_wg0", "wireguard")] };
    expect(mtuOf(encrypted)).toMatchObject({ overhead: 80, explainedBy: expect.stringContaining("WireGuard") as unknown });
    const both = { ...wiring(ofRoute(1500, 1355), 1500, tunnel("vxlan")), nodeLinks: [link("cilium_wg0", "wireguard")] };
    expect(mtuOf(both)).toMatchObject({ overhead: 145, explainedBy: expect.stringMatching(/VXLAN.* and 95 bytes/) as unknown });
    expect(mtuOf(wiring(1423, 1500, PEERS), { encryption: "IPsec" }).explainedBy).toContain("IPsec");
    // Anyone's tunnel to somewhere else is not between nodes.
    expect(mtuOf({ ...encrypted, nodeLinks: [link("wg0", "wireguard")] }).problem).toContain("80 bytes");
  });

  it("of pods on a card of their own meet no tunnel of the node", () => {
    const mtu = mtuOf({ ...wiring(1500, 1500, tunnel("vxlan")), attachment: { kind: "macvlan", parent: "eth0" } });
    expect(mtu).toMatchObject({ overhead: 0, explainedBy: "nothing is wrapped" });
  });

  it("are not reckoned from one of the two", () => {
    expect(mtuOf(wiring(1450, undefined))).toEqual({ pod: 1450, podPath: 1450 });
    expect(mtuOf(wiring(undefined, 1500))).toEqual({ host: 1500 });
    expect(mtuOf(wiring(undefined, undefined), { pod: 1440 })).toEqual({ pod: 1440 });
    // A setting is no packet: pods that do not agree, or one that could not be read, leave it unjudged.
    expect(mtuOf(wiring(undefined, 1500, tunnel("vxlan")), { pod: 1500 })).toEqual({ pod: 1500, host: 1500 });
    expect(mtuOf(wiring(undefined, undefined))).toEqual({});
  });

  it("are those that pods have, whatever settings say", () => {
    expect(mtuOf(wiring(1450, 1500), { pod: 1440 }).pod).toBe(1450);
  });
});
