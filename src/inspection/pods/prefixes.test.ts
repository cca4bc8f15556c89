import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRoutes } from "./links.js";
import { routeFor } from "./prefixes.js";

const routes = (...to: readonly string[]) => parseRoutes(JSON.stringify(to.map((dst) => ({ dst })))) ?? [];
const toOf = (address: string, ...to: readonly string[]) => routeFor(address, routes(...to))?.to;

describe("the route to an address", () => {
  it.each([
    ["198.19.1.2", ["default", "198.19.1.0/24", "198.19.0.0/16"], "198.19.1.0/24"],
    ["198.19.1.2", ["198.19.1.0/24", "198.19.1.2"], "198.19.1.2"],
    ["198.19.2.2", ["default", "198.19.1.0/24"], "default"],
    ["198.19.2.2", ["198.19.1.0/24"], undefined],
    ["fd00::1:2", ["default", "fd00::/64", "fd00::1:0/112"], "fd00::1:0/112"],
    ["fd00::2", ["198.19.1.0/24", "::/0"], "::/0"],
    ["198.19.1.2", ["nonsense", "300.1.1.1/8", "fd00::::1/8"], undefined],
  ])("%s by %j", (address, to, told) => {
    expect(toOf(address, ...to)).toBe(told);
  });

  it("is of the main table, and the first of equals", () => {
    const text = '[{"dst":"198.19.1.0/24","table":"local"},{"dst":"198.19.0.0/16","dev":"a"},{"dst":"198.19.0.0/16","dev":"b"}]';
    expect(routeFor("198.19.1.2", parseRoutes(text) ?? [])?.device).toBe("a");
  });

  it("is none of nonsense", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (to, address) => {
        expect(() => toOf(address, to)).not.toThrow();
      }),
    );
  });
});
