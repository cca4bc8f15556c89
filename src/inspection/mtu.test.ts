import { describe, expect, it } from "vitest";
import { mtuOf } from "./mtu.js";
import type { Way } from "./pods/way.js";
import type { Wiring } from "./pods/wiring.js";

const tunnel = (kind: Extract<Way, { by: "tunnel" }>["tunnel"], mtu = 1450): Way => ({ by: "tunnel", tunnel: kind, device: "tun0", mtu });
const PEERS: Way = { by: "peers", gateway: "192.0.2.2", device: "eth0" };

function wiring(pod: number | undefined, host: number | undefined, way?: Way): Wiring {
  const evidence = { claim: "mtu.host", value: "", from: "" };
  return {
    ...(pod === undefined ? {} : { podMtu: pod }),
    ...(host === undefined ? {} : { uplink: { device: "eth0", mtu: host, evidence } }),
    ...(way === undefined ? {} : { way }),
    nodeLinks: [],
    evidence: [],
    why: [],
  };
}

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
    const mtu = mtuOf(wiring(pod, host, way), undefined);
    expect(mtu).toMatchObject({ pod, host, overhead, explainedBy: expect.stringContaining(words) as unknown });
    expect(mtu).not.toHaveProperty("problem");
  });

  it.each([
    [1500, 1500, tunnel("vxlan"), "give pods 1450 or less"],
    [1460, 1500, tunnel("vxlan"), "give pods 1450 or less"],
    [1600, 1500, PEERS, "give pods 1500 or less"],
    [1400, 1500, tunnel("vxlan"), "the other 50: pods could have 1450"],
    [1450, 1500, PEERS, "nothing that was seen takes the 50 bytes"],
  ])("%i of %i by %j are a problem, with its remedy", (pod, host, way, words) => {
    const mtu = mtuOf(wiring(pod, host, way), undefined);
    expect(mtu.problem).toContain(words);
    expect(mtu).not.toHaveProperty("explainedBy");
  });

  it("of pods on a card of their own meet no tunnel of the node", () => {
    const mtu = mtuOf({ ...wiring(1500, 1500, tunnel("vxlan")), attachment: { kind: "macvlan", parent: "eth0" } }, undefined);
    expect(mtu).toMatchObject({ overhead: 0, explainedBy: "nothing is wrapped" });
  });

  it("are not reckoned from one of the two", () => {
    expect(mtuOf(wiring(1450, undefined), undefined)).toEqual({ pod: 1450 });
    expect(mtuOf(wiring(undefined, 1500), undefined)).toEqual({ host: 1500 });
    expect(mtuOf(wiring(undefined, undefined), 1440)).toEqual({ pod: 1440 });
    expect(mtuOf(wiring(undefined, undefined), undefined)).toEqual({});
  });

  it("are those that pods have, whatever settings say", () => {
    expect(mtuOf(wiring(1450, 1500), 1440).pod).toBe(1450);
  });
});
