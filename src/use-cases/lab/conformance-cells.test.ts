import { describe, expect, test } from "vitest";
import { resolveVariant } from "../../variants/variant.js";
import type { ModeFailure } from "../../venues/lab/build-modes.js";
import type { ExchangeLab } from "../../venues/lab/exchange-lab.js";
import { conformanceOf } from "./conformance-cells.js";

/** A lab in which no ground can be built, for the reason given. */
const without = (failure: ModeFailure): ExchangeLab => ({
  build: async () => Promise.resolve(failure),
  close: async () => Promise.resolve(),
});
const byIpv6 = async (variant: string, failure: ModeFailure) => conformanceOf(resolveVariant(variant), without(failure), ["ipv6"]);

describe("IPv6", () => {
  test("a ground of it that cannot be built costs its own cells, each of which says why", async () => {
    const { cells, failure } = await byIpv6("calico-vxlan", { status: "failed", reason: "ip6tables-restore: no rpfilter" });
    expect(failure).toBeUndefined();
    expect(cells).toHaveLength(16);
    for (const cell of cells) {
      expect(cell).toMatchObject({ family: "ipv6", expected: "works", result: "does-not-work" });
      expect(cell.evidence).toBe("its ground with IPv6 failed: ip6tables-restore: no rpfilter");
    }
  });

  test("of a machine without it nothing is tried, and nothing contradicts", async () => {
    const { cells } = await byIpv6("flannel-host-gw", { status: "unsupported", reason: "needs CONFIG_IPV6" });
    expect(cells).toHaveLength(16);
    for (const cell of cells)
      expect(cell).toMatchObject({ result: "not-applicable", because: "this machine cannot have IPv6 there: needs CONFIG_IPV6" });
  });

  test("a variant with a layer has no cells of it", async () => {
    expect((await byIpv6("flannel-host-gw+socket-lb:10", { status: "failed", reason: "never built" })).cells).toEqual([]);
  });
});
