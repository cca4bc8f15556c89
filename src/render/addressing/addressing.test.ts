import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RenderError } from "../errors.js";
import { readCluster } from "../inputs/cluster-file.js";
import { readNodes } from "../inputs/nodes-file.js";
import { allocate, type Claim, type Pool } from "./allocate.js";
import { mtusOf } from "./mtu.js";
import { placeNodes } from "./place.js";
import { contains, firstOverlap, linkOf, type Named, outermost, overlap, type Prefix, prefixOf, prefixText } from "./prefix.js";

const prefix = (text: string): Prefix => prefixOf(text, "test");

/** Prefixes of a small corner of the address space, so that many of them overlap. */
const arbitraryPrefix = fc
  .tuple(fc.constantFrom("ipv4" as const, "ipv6" as const), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 32 }))
  .map(([family, low, length]): Prefix => {
    const bits = family === "ipv4" ? length : length + 96;
    const base = (family === "ipv4" ? 0x0a_00_00_00n : 0xfd00n << 112n) + BigInt(low);
    const size = 1n << BigInt(32 - length);
    return { family, base: base - (base % size), length: bits };
  });
const named = fc
  .array(arbitraryPrefix, { maxLength: 12 })
  .map((all) => all.map((one, index): Named => ({ name: String(index), prefix: one })));

describe("prefixes", () => {
  test("are the text that they were read from", () => {
    fc.assert(
      fc.property(arbitraryPrefix, (one) => {
        expect(prefix(prefixText(one))).toEqual(one);
      }),
    );
  });

  test.each([
    ["10.0.0.1/24", "test: 10.0.0.1/24 has bits set behind its length; 10.0.0.0/24 is meant"],
    ["10.0.0.0", "test: 10.0.0.0 is no prefix such as 10.244.0.0/16 or fd00:244::/56"],
    ["10.0.0.0/33", "test: 10.0.0.0/33 is no prefix"],
    ["10.0.0.0/255.0.0.0", "test: 10.0.0.0/255.0.0.0 is no prefix"],
    ["fd00::/129", "test: fd00::/129 is no prefix"],
    ["10.0.0.256/24", "is no prefix"],
  ])("%s is none, and why", (text, message) => {
    expect(() => prefix(text)).toThrow(message);
  });

  test("the first overlap is found where there is one, and is one", () => {
    fc.assert(
      fc.property(named, (all) => {
        const naive = all.some((one, index) => all.slice(index + 1).some((other) => overlap(one.prefix, other.prefix)));
        const found = firstOverlap(all);
        expect(found !== undefined).toBe(naive);
        if (found !== undefined) expect(overlap(found[0].prefix, found[1].prefix)).toBe(true);
      }),
    );
  });

  test("the outermost ones hold all others and none of each other", () => {
    fc.assert(
      fc.property(named, (all) => {
        const kept = outermost(all);
        expect(firstOverlap(kept)).toBeUndefined();
        for (const one of all) expect(kept.some((outer) => contains(outer.prefix, one.prefix))).toBe(true);
      }),
    );
  });

  test("a host's link is the prefix of its address", () => {
    expect(prefixText(linkOf({ family: "ipv4", value: 0x0a000011n, length: 24 }))).toBe("10.0.0.0/24");
    expect(prefixText(linkOf({ family: "ipv4", value: 0x0a000011n }))).toBe("10.0.0.17/32");
  });
});

const POOL: Pool = { field: "podCIDRs", prefix: prefix("10.0.0.0/24"), mask: 28, maskField: "nodeMask" };

/** Claims on a pool of 16 blocks, some of them given, no two alike. */
const claims = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 0, max: 15 }), { maxLength: 8 }),
    fc.integer({ min: 0, max: 8 }),
    fc.array(fc.nat(), { minLength: 16, maxLength: 16 }),
  )
  .map(([given, free, order]): readonly Claim[] =>
    [
      ...given.map((at): Claim => ({ node: `given-${String(at)}`, given: prefix(`10.0.0.${String(at * 16)}/28`) })),
      ...Array.from({ length: free }, (_, at): Claim => ({ node: `free-${String(at)}` })),
    ]
      .map((claim, index) => ({ claim, at: order[index] ?? 0 }))
      .toSorted((one, other) => one.at - other.at)
      .map(({ claim }) => claim),
  );

describe("blocks", () => {
  test("lie in the pool, overlap nowhere, and given ones never move", () => {
    fc.assert(
      fc.property(claims, (all) => {
        const blocks = allocate(POOL, all);
        expect(blocks).toHaveLength(all.length);
        expect(firstOverlap(blocks.map((one, index): Named => ({ name: String(index), prefix: one })))).toBeUndefined();
        for (const [index, block] of blocks.entries()) {
          expect(contains(POOL.prefix, block)).toBe(true);
          expect(block).toEqual(all[index]?.given ?? block);
        }
      }),
    );
  });

  test("are the lowest that are free", () => {
    fc.assert(
      fc.property(claims, (all) => {
        const blocks = allocate(POOL, all);
        const free = blocks.filter((_, index) => all[index]?.given === undefined);
        const taken = new Set(blocks.map(({ base }) => base));
        const last = free.at(-1);
        for (let base = POOL.prefix.base; last !== undefined && base < last.base; base += 16n) expect(taken).toContain(base);
      }),
    );
  });

  test("of nodes that are there stay when nodes come", () => {
    fc.assert(
      fc.property(claims, fc.integer({ min: 0, max: 8 }), (all, kept) => {
        const before = all.slice(0, kept);
        const first = allocate(POOL, before);
        const known = before.map(
          (claim, index): Claim => ({ node: claim.node, ...(first[index] === undefined ? {} : { given: first[index] }) }),
        );
        const later = all.slice(kept).filter(({ given }) => given === undefined);
        expect(allocate(POOL, [...later, ...known]).slice(later.length)).toEqual(first);
      }),
    );
  });

  test.each([
    [POOL, 17, "17 nodes need 17 blocks of /28, and podCIDRs 10.0.0.0/24 has room for 16"],
    [{ ...POOL, prefix: prefix("10.0.0.0/28"), mask: 24 }, 40, "40 nodes need 40 blocks of /24, and podCIDRs 10.0.0.0/28 has room for 0"],
    [
      { ...POOL, prefix: prefix("10.0.0.0/8"), mask: 24 },
      70_000,
      "70\u00a0000 nodes need 70\u00a0000 blocks of /24, and podCIDRs 10.0.0.0/8 has room for 65\u00a0536",
    ],
    [
      { ...POOL, prefix: prefix("fd00::/40"), mask: 64, maskField: "nodeMask6" },
      1,
      "nodeMask6 64 in podCIDRs fd00::/40 is 24 bits; kube-controller-manager takes at most 16 of IPv6",
    ],
  ])("that do not fit name need and room (%#)", (pool, count, message) => {
    const all = Array.from({ length: count }, (_, index): Claim => ({ node: `n${String(index)}` }));
    expect(() => allocate(pool, all)).toThrow(new RenderError(message));
  });

  test("that are all given need no room, however many fit beside each other", () => {
    const small = ["10.0.0.0/28", "10.0.0.16/28", "10.0.0.32/28"].map(prefix);
    const pool: Pool = { field: "podCIDRs", prefix: prefix("10.0.0.0/24"), mask: 24, maskField: "nodeMask" };
    expect(
      allocate(
        pool,
        small.map((given, index) => ({ node: String(index), given })),
      ),
    ).toEqual(small);
  });

  test("a given block of another size makes the next one begin behind it", () => {
    const all: Claim[] = [
      { node: "a" },
      { node: "b", given: prefix("10.0.0.4/30") },
      { node: "c", given: prefix("10.0.0.32/27") },
      { node: "d" },
    ];
    expect(allocate(POOL, all).map(prefixText)).toEqual(["10.0.0.16/28", "10.0.0.4/30", "10.0.0.32/27", "10.0.0.64/28"]);
  });
});

describe("MTUs", () => {
  test.each([
    ["none", "ipv4", 1500],
    ["vxlan", "ipv4", 1450],
    ["vxlan", "ipv6", 1430],
    ["ipip", "ipv4", 1480],
    ["udp", "ipv4", 1472],
  ] as const)("of pods with %s over %s", (encapsulation, outer, pod) => {
    expect(mtusOf([9000, 1500], encapsulation, outer)).toEqual({ underlay: 1500, pod });
  });
});

describe("placing nodes", () => {
  const nodes = readNodes(
    "[{name: a, address: 10.1.0.11/24, podCIDRs: [10.244.3.0/24]}, {name: b, address: 10.1.0.12/24}, {name: c, address: 10.1.0.13/24, address6: 'fd00:1::13/64'}]",
    "nodes.yaml",
  );
  const place = (cluster: string, pods: Parameters<typeof placeNodes>[2] = "routed"): readonly string[] =>
    placeNodes(nodes, readCluster(cluster, "cluster.yaml"), pods, "some-mode").map(({ podCIDRs }) => podCIDRs.map(prefixText).join(" "));

  test("gives each a block of each family", () => {
    expect(place("{podCIDRs: [10.244.0.0/16, 'fd00:244::/56']}")).toEqual([
      "10.244.3.0/24 fd00:244::/64",
      "10.244.0.0/24 fd00:244:0:1::/64",
      "10.244.1.0/24 fd00:244:0:2::/64",
    ]);
    expect(place("{podCIDRs: [10.244.0.0/16], nodeMask: 26}")).toEqual(["10.244.3.0/24", "10.244.0.0/26", "10.244.0.64/26"]);
  });

  test("gives each a slice of the segment", () => {
    const own = nodes.map((node) => ({ ...node, podCIDRs: [] }));
    const cluster = readCluster("{nodeMask: 28, segment: {cidr: 10.1.0.0/24, gateway: 10.1.0.1, podRange: 10.1.0.64/26}}", "cluster.yaml");
    expect(placeNodes(own, cluster, "nodes-segment", "macvlan").map(({ podCIDRs }) => podCIDRs.map(prefixText).join())).toEqual([
      "10.1.0.64/28",
      "10.1.0.80/28",
      "10.1.0.96/28",
    ]);
    expect(() =>
      placeNodes(
        own,
        readCluster("{segment: {cidr: 10.1.0.0/24, gateway: 10.1.0.1, podRange: 10.1.0.64/26}}", "c"),
        "nodes-segment",
        "macvlan",
      ),
    ).toThrow("cluster.yaml has no nodeMask");
    expect(() =>
      placeNodes(
        own,
        readCluster("{nodeMask: 28, segment: {cidr: 10.1.0.0/24, gateway: 10.1.0.1, podRange: 10.1.0.0/28}}", "c"),
        "nodes-segment",
        "macvlan",
      ),
    ).toThrow("10.1.0.1 lies in segment.podRange");
    expect(() =>
      placeNodes(
        own,
        readCluster("{nodeMask: 29, segment: {cidr: 10.1.0.0/24, gateway: 10.1.0.1, podRange: 10.1.0.8/29}}", "c"),
        "nodes-segment",
        "macvlan",
      ),
    ).toThrow("the address 10.1.0.11 of a lies in segment.podRange 10.1.0.8/29");
    expect(() =>
      placeNodes(
        own,
        readCluster("{nodeMask: 28, segment: {cidr: 10.9.0.0/24, gateway: 10.9.0.1, podRange: 10.9.0.64/26}}", "c"),
        "nodes-segment",
        "macvlan",
      ),
    ).toThrow("a (10.1.0.11) lies outside of segment.cidr 10.9.0.0/24");
  });

  test.each([
    ["{}", "b has no PodCIDR, and cluster.yaml has no podCIDRs"],
    ["{podCIDRs: [10.1.0.0/16]}", "podCIDRs 10.1.0.0/16 and the network 10.1.0.0/24 of a overlap"],
    ["{podCIDRs: [10.244.0.0/16], serviceCIDRs: [10.244.128.0/20]}", "podCIDRs 10.244.0.0/16 and serviceCIDRs 10.244.128.0/20 overlap"],
    ["{podCIDRs: [10.244.0.0/16], serviceCIDRs: [10.1.0.0/20]}", "serviceCIDRs 10.1.0.0/20 and the network 10.1.0.0/24 of a overlap"],
    ["{podCIDRs: [10.245.0.0/16]}", "the PodCIDR 10.244.3.0/24 of a lies outside of podCIDRs 10.245.0.0/16"],
    ["{podCIDRs: ['fd00:244::/56']}", "the PodCIDR 10.244.3.0/24 of a lies outside of podCIDRs fd00:244::/56"],
    [
      "{podCIDRs: [10.244.2.0/23]}",
      "3 nodes need 3 blocks of /24, of which 1 are given and may lie across others, and podCIDRs 10.244.2.0/23 has room for 2",
    ],
  ])("refuses %s", (cluster, message) => {
    expect(() => place(cluster)).toThrow(message);
  });

  test("keeps the PodCIDRs of a cluster that has them, and still looks for overlaps", () => {
    const own = readNodes(
      "[{name: a, address: 10.1.0.11/24, podCIDRs: [10.244.3.0/24]}, {name: b, address: 10.1.0.12/24, podCIDRs: [10.1.0.0/25]}]",
      "nodes.yaml",
    );
    expect(() => placeNodes(own, {}, "routed", "gce")).toThrow(
      /the PodCIDR 10\.1\.0\.0\/25 of b overlap|the network 10\.1\.0\.0\/24 of a and the PodCIDR 10\.1\.0\.0\/25 of b overlap/,
    );
    expect(() => placeNodes(nodes.slice(0, 1), readCluster("{serviceCIDRs: [10.244.0.0/16]}", "c"), "routed", "gce")).toThrow(
      "serviceCIDRs 10.244.0.0/16 and the PodCIDR 10.244.3.0/24 of a overlap",
    );
  });
});
