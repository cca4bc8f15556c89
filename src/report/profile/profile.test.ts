import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BRIDGE, HELD, profiled, profiledTable } from "../../../test/synthetic/profile.js";
import type { DifferenceNode } from "../../explain/profile/difference-tree.js";
import { laidStacks } from "../../explain/profile/profile-table.js";
import { OPEN_LAB } from "../../model/metric-names.js";
import type { ProfileTable } from "../../model/profile.js";
import { painter } from "../terminal/paint.js";
import { displayWidth } from "../terminal/text.js";
import { flameGraph } from "./flame-graph.js";
import { profileSection } from "./html.js";
import { profileDigest, profileLines } from "./terminal.js";

const lines = (of: ProfileTable, width = 100): readonly string[] => profileLines(of, { width, paint: painter(false) });

describe("on a terminal", () => {
  test("the largest difference stands first, with its interval, host and path beside it", () => {
    const text = lines(profiledTable()).join("\n");
    expect(text).toMatch(
      /CPU time of http, us\/request, 3 profiled rounds\n +difference +host +flannel-vxlan +difference a packet\n +bridge +\+40\.0 ±0\.00 +0\.00 +40\.0 +\+4\.00 ±0\.00 us/,
    );
    expect(text).toMatch(/\n +all +\+60\.0 ±0\.00 +100 +160/);
  });

  test("what profiling costs is printed with its interval, and what has no name with what to set", () => {
    const text = lines(profiledTable()).join(" ").replaceAll(/\s+/g, " ");
    expect(text).toContain("host −5.0 % (−5.0 % to −5.0 %, 3 pairs of rounds)");
    expect(text).toContain("has no name: `sudo sysctl kernel.kptr_restrict=0`");
  });

  test("both witnesses stand side by side where there is a waterfall, and only there", () => {
    expect(lines(profiledTable(BRIDGE)).join("\n")).toMatch(/bridge +-9 ±2 +\+40\.0 ±0\.00 +both see it/);
    expect(lines(profiledTable()).join("\n")).not.toContain("witnesses");
  });

  test("one screen has the first layers and a sentence of the witnesses", () => {
    const digest = profileDigest([profiledTable(BRIDGE)], OPEN_LAB, { width: 100, paint: painter(false) });
    expect(digest.join("\n")).toContain("Of waterfall and profile both see it: bridge.");
    expect(digest.length).toBeLessThan(12);
    expect(digest.join("\n")).toContain("  Profiling itself changes the rate: host −5.0 ±0.0 %");
  });

  test("one screen has fewer layers where there is less room", () => {
    const digest = profileDigest([profiledTable(BRIDGE)], OPEN_LAB, { width: 100, paint: painter(false), layers: 1 });
    expect(digest[3]).toMatch(/^ {2}bridge +\+40\.0 /);
    expect(digest[4]).toMatch(/^ {2}all +/);
  });

  test("of several profiles the first stands on one screen, and the others are named", () => {
    const one = profiledTable(BRIDGE);
    const digest = profileDigest([one, { ...one, workload: "tcp-open" }], OPEN_LAB, { width: 100, paint: painter(false) });
    expect(digest.length).toBe(profileDigest([one], OPEN_LAB, { width: 100, paint: painter(false) }).length + 1);
    expect(digest[1]).toBe("CPU time of HTTP with new connections, us/request, 3 profiled rounds");
    expect(digest.at(-1)).toBe("  CPU time of TCP without a limit: --full.");
  });

  test("prose fits the width", () => {
    for (const line of lines(profiledTable(), 60).filter((one) => one.startsWith("  From")))
      expect(displayWidth(line)).toBeLessThanOrEqual(60);
  });
});

describe("on a page", () => {
  test("there are the table, three drawings, and the witnesses", () => {
    const page = profileSection(profiledTable(BRIDGE), laidStacks(profiled(), HELD)).text;
    expect(page.match(/<svg class="flames"/g)).toHaveLength(3);
    expect(page).toContain("br_handle_frame (bridge): 40.0 us/request, host 0.00 (+40.0)");
    expect(page).toContain("both see it");
    expect(page).not.toContain("<script");
  });
});

const node: fc.Arbitrary<DifferenceNode> = fc.letrec<{ node: DifferenceNode }>((tie) => ({
  node: fc
    .record({
      name: fc.string({ unit: "grapheme" }),
      own: fc.record({ host: fc.nat(100), variant: fc.nat(100) }),
      children: fc.oneof({ maxDepth: 4 }, fc.constant<DifferenceNode[]>([]), fc.array(tie("node"), { maxLength: 3 })),
    })
    .map(({ name, own, children }) => ({
      name,
      host: children.reduce((sum, child) => sum + child.host, own.host),
      variant: children.reduce((sum, child) => sum + child.variant, own.variant),
      children,
    })),
})).node;

test("a flame graph keeps every box on what it stands on and within the drawing, and names cannot break out", () => {
  fc.assert(
    fc.property(node, fc.constantFrom("host" as const, "variant" as const, "difference" as const), (tree, shows) => {
      const { text } = flameGraph({ title: "<b>", tree, shows, unit: "us", widest: Math.max(tree.host, tree.variant) });
      const [, height = 0] = /viewBox="0 0 1200 (\d+)"/.exec(text) ?? [];
      const boxes = [...text.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"/g)].map(([, x, y, width]) => ({
        left: Number(x),
        right: Number(x) + Number(width),
        y: Number(y),
      }));
      for (const { left, right, y } of boxes) {
        expect(right).toBeLessThanOrEqual(1200.1);
        expect(y).toBeLessThan(Number(height));
        const below = boxes.filter((one) => one.y === y + 19);
        if (y + 19 < Number(height)) expect(below.some((one) => one.left <= left + 0.2 && right <= one.right + 0.6)).toBe(true);
      }
      expect(text.replaceAll(/<\/?(?:svg|g|rect|text|title)(?: [\w-]+="[^"<>]*")*\/?>/g, "")).not.toMatch(/[<>]/);
    }),
    { numRuns: 60 },
  );
});

test("more than on the host and less have classes of their own, and what hardly differs has none", () => {
  const child = (name: string, host: number, variant: number): DifferenceNode => ({ name, host, variant, children: [] });
  const tree = {
    name: "all",
    host: 300,
    variant: 310,
    children: [child("new", 0, 100), child("same", 100, 100.2), child("less", 200, 110)],
  };
  const { text } = flameGraph({ title: "t", tree, shows: "difference", unit: "us", widest: 310 });
  const classOf = (name: string): string | undefined => new RegExp(`<g class="([^"]*)"><title>${name}:`).exec(text)?.[1];
  expect([classOf("new"), classOf("same"), classOf("less")]).toEqual(["more s0", "equal", "less s1"]);
});
