import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EndSizes, mtuSentence, pathMtu, routeSizes, sentAtOnce } from "./path-mtu.js";

const V4 = "198.18.0.12";
const bytes = fc.integer({ min: 576, max: 65_535 });
const sizes: fc.Arbitrary<EndSizes> = fc.record(
  { link: bytes, route: bytes, learned: fc.boolean(), advmss: fc.integer({ min: 256, max: 65_000 }) },
  { requiredKeys: ["link"] },
);

describe("the sizes of a route", () => {
  it.each([
    [{ dst: V4, dev: "eth0", flags: [], uid: 0, cache: [] }, {}],
    [
      { dst: V4, metrics: [{ mtu: 1450 }] },
      { route: 1450, learned: false },
    ],
    [
      { dst: V4, metrics: [{ mtu: 1400, advmss: 1300 }] },
      { route: 1400, learned: false, advmss: 1300 },
    ],
    [
      { dst: V4, expires: 597, metrics: [{ mtu: 1400 }] },
      { route: 1400, learned: true },
    ],
    [
      { dst: V4, metrics: [{ congestion: "cubic" }, { mtu: 1450 }] },
      { route: 1450, learned: false },
    ],
    ["nonsense", {}],
    [{ metrics: [{ mtu: "1450" }] }, {}],
  ])("%j", (route, told) => {
    expect(routeSizes(route)).toEqual(told);
  });
});

describe("the MTU of a path", () => {
  it.each([
    ["the link's where the route names none", { link: 1500 }, undefined, { bytes: 1500, by: "link" }],
    ["the route's where that is smaller", { link: 1500, route: 1450 }, undefined, { bytes: 1450, by: "route" }],
    ["the link's where the route names a larger one", { link: 1500, route: 9000 }, undefined, { bytes: 1500, by: "link" }],
    ["what was learned", { link: 1500, route: 1400, learned: true }, { link: 1500 }, { bytes: 1400, by: "discovery" }],
    ["what the far end's link takes", { link: 1500 }, { link: 1400 }, { bytes: 1400, by: "far end" }],
    ["what the far end's route takes", { link: 1500 }, { link: 1500, route: 1300 }, { bytes: 1300, by: "far end" }],
    ["what the far end asks for", { link: 1500 }, { link: 1500, advmss: 1360 }, { bytes: 1400, by: "far end" }],
    ["one's own, whatever one asks the far end for", { link: 1500, advmss: 536 }, { link: 1500 }, { bytes: 1500, by: "link" }],
  ] as const)("is %s", (_, near, far, told) => {
    expect(pathMtu(near, far, V4)).toEqual(told);
  });

  it("is never larger than any of the four, whatever they are", () => {
    fc.assert(
      fc.property(sizes, sizes, fc.constantFrom(V4, "fd00::1"), (near, far, address) => {
        const mtu = pathMtu(near, far, address);
        expect(mtu.bytes).toBeLessThanOrEqual(sentAtOnce(near).bytes);
        expect(mtu.bytes).toBeLessThanOrEqual(Math.max(sentAtOnce(far).bytes, far.advmss === undefined ? 0 : far.advmss + 60));
        expect(sentAtOnce(near).bytes).toBeLessThanOrEqual(near.link);
      }),
    );
  });
});

it("names the paths of each MTU", () => {
  const route = { bytes: 1450, by: "route" } as const;
  expect(mtuSentence([{ id: "pod-pod", mtu: route }])).toBe("1450 bytes (the route's) on every path");
  expect(
    mtuSentence([
      { id: "host-host", mtu: { bytes: 1500, by: "link" } },
      { id: "pod-pod", mtu: route },
      { id: "pod-service", mtu: route },
    ]),
  ).toBe("1500 bytes (the link's) on host-host; 1450 bytes (the route's) on every other path");
});
