import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NODE_PORTS } from "../../model/service.js";
import { flannelHostGw } from "../../modes/flannel-host-gw.js";
import { resolveVariant } from "../../variants/variant.js";
import { isLacking } from "../contract.js";
import { LAYERS } from "../index.js";
import { type ServiceGround, serviceGround } from "./ground.js";
import { MEASURED, measuredAddress, SERVICES, serviceList } from "./service-list.js";

function groundOf(): ServiceGround {
  const ground = serviceGround(flannelHostGw.wire({ nodes: 2, mtu: 1500 }));
  if (isLacking(ground)) throw new Error(ground.lacks);
  return ground;
}

const ground = groundOf();
const counts = fc.integer({ min: SERVICES.least, max: 2_000 });

/** A.B.C.D as a number. */
const numberOf = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
const inRange = (address: string, first: string, last: string): boolean =>
  numberOf(address) >= numberOf(first) && numberOf(address) <= numberOf(last);

describe("the Services of a variant", () => {
  test("are as many as asked for, the measured one in the middle", () => {
    fc.assert(
      fc.property(counts, (count) => {
        const services = serviceList(count, ground);
        expect(services).toHaveLength(count);
        const place = services.findIndex(({ name }) => name === MEASURED.name);
        expect(Math.abs(place - (count - 1 - place))).toBeLessThanOrEqual(1);
        expect(services[place]?.address).toBe(measuredAddress(count));
      }),
      { numRuns: 20 },
    );
  });

  test("of the largest lab have addresses of the lab's own ranges, each its own", () => {
    const services = serviceList(SERVICES.most, ground);
    expect(new Set(services.map(({ address }) => address)).size).toBe(SERVICES.most);
    const nodePorts = services.flatMap(({ ports }) => ports.flatMap(({ nodePort }) => nodePort ?? []));
    expect(new Set(nodePorts).size).toBe(nodePorts.length);
    expect(nodePorts.filter((port) => port < NODE_PORTS.first || port > NODE_PORTS.last)).toEqual([]);
    const external = services.flatMap(({ externalAddresses = [] }) => externalAddresses);
    expect(new Set(external).size).toBe(external.length);
    expect(external.filter((address) => !inRange(address, "198.18.64.1", "198.18.127.254"))).toEqual([]);
    expect(services.filter(({ address }) => !inRange(address, "198.18.128.1", "198.18.255.254"))).toEqual([]);
    expect(services.filter(({ ports }) => ports.some(({ targetPort }) => targetPort > 65_535))).toEqual([]);
  });

  test("have one endpoint where they are measured, else two, one on each node", () => {
    for (const { name, endpoints } of serviceList(100, ground)) {
      const nodes = endpoints.map(({ node }) => node);
      expect(nodes).toEqual(name === MEASURED.name ? ["node-b"] : ["node-a", "node-b"]);
    }
  });

  test("of a lab of a hundred are of every kind", () => {
    const services = serviceList(100, ground);
    const having = (holds: (service: (typeof services)[number]) => boolean): number => services.filter(holds).length;
    expect(having(({ affinitySeconds }) => affinitySeconds !== undefined)).toBeGreaterThan(0);
    expect(having(({ internalPolicy }) => internalPolicy === "Local")).toBeGreaterThan(0);
    expect(having(({ externalPolicy }) => externalPolicy === "Local")).toBeGreaterThan(0);
    expect(having(({ externalAddresses = [] }) => externalAddresses.length > 0)).toBeGreaterThan(0);
    expect(having(({ ports }) => ports.some(({ protocol }) => protocol === "udp"))).toBeGreaterThan(1);
    expect(
      having(({ ports, externalPolicy }) => externalPolicy === undefined && ports.some(({ nodePort }) => nodePort !== undefined)),
    ).toBeGreaterThan(0);
  });
});

describe("what is loaded", () => {
  const counted = LAYERS.filter(({ argument }) => argument === SERVICES).map(({ name }) => name);
  const loadedBy = (layer: string, count: number): ReadonlySet<string> => {
    const { steps } = resolveVariant(`flannel-host-gw+${layer}:${String(count)}`).wire({ nodes: 2, mtu: 1500 });
    return new Set(steps.flatMap((step) => (step.kind === "load" ? [step.what] : [])));
  };

  test.each(counted)("by %s is called alike, with signs that programs read too", (layer) => {
    expect(loadedBy(layer, 10_000)).toEqual(new Set(["10,000 Services"]));
    expect(loadedBy(layer, 1)).toEqual(new Set(["1 Service"]));
  });

  test("is named by every layer that loads Services", () => {
    expect(counted).toEqual(expect.arrayContaining(["kube-proxy-iptables", "kube-proxy-ipvs", "socket-lb", "tc-nodeport"]));
  });
});
