import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadOf, sampleAt } from "../../../test/synthetic/profile.js";
import { assembleProfile } from "../../explain/profile/assemble.js";
import type { DifferenceNode } from "../../explain/profile/difference-tree.js";
import { toolsOf } from "../../explain/profile/fold.js";
import { laidStacks, profileTable } from "../../explain/profile/profile-table.js";
import type { Told } from "../../explain/profile/witnesses.js";
import { OPEN_LAB } from "../../model/metric-names.js";
import { type Profile, type ProfileTable, profileTableSchema } from "../../model/profile.js";
import { painter } from "../terminal/paint.js";
import { displayWidth } from "../terminal/text.js";
import { flameGraph } from "./flame-graph.js";
import { profileSection } from "./html.js";
import { profileDigest, profileLines } from "./terminal.js";

const SECOND = 1e9;
const PODS = "flannel-vxlan";

/** Six rounds, every other one profiled. Pods spend 40 us a request in the bridge and 20 in something without a name; the host has neither. */
function profiled(): Profile {
  const looks = Array.from({ length: 6 }, (_, round) => {
    const profiled = round % 2 === 0;
    const loads = ["host", PODS].map((mode, place) =>
      loadOf(mode, round, { profiled, from: (4 * round + 2 * place) * SECOND, work: profiled ? 0.95 : 1 }),
    );
    const samples = loads.flatMap(({ mode, from }) => [
      ...Array.from({ length: 95 }, () => sampleAt(from + 1, ["tcp_v4_rcv", "handle_softirqs"])),
      ...Array.from({ length: mode === PODS ? 38 : 0 }, () => sampleAt(from + 1, ["br_handle_frame", "handle_softirqs"])),
      ...Array.from({ length: mode === PODS ? 19 : 0 }, () => ({
        ...sampleAt(from + 1, []),
        frames: [{ symbol: undefined, module: "[unknown]" }],
      })),
    ]);
    return { loads, samples: profiled ? samples : [] };
  });
  return assembleProfile(
    looks.flatMap(({ loads }) => loads),
    looks.flatMap(({ samples }) => samples),
    { hertz: 997, workload: "http", tools: toolsOf(["ab"]) },
  );
}

const HELD = { host: { mode: "host", path: "host-host" }, variant: { mode: PODS, path: "pod-pod" }, seed: 1 } as const;

function table(effects: Told["effects"] = []): ProfileTable {
  const told: Told = { better: "higher", effects, costOf: () => undefined };
  const found = profileTable(profiled(), HELD, effects.length === 0 ? undefined : told);
  if (found === undefined) throw new Error("no table");
  return profileTableSchema.parse(found);
}

const BRIDGE = [{ layers: ["bridge"], points: -9, low: -11, high: -7 }];
const lines = (of: ProfileTable, width = 100): readonly string[] => profileLines(of, { width, paint: painter(false) });

describe("on a terminal", () => {
  test("the largest difference stands first, with its interval, host and path beside it", () => {
    const text = lines(table()).join("\n");
    expect(text).toMatch(
      /CPU time of http, us\/request, 3 profiled rounds\n +difference +host +flannel-vxlan +difference a packet\n +bridge +\+40\.0 ±0\.00 +0\.00 +40\.0 +\+4\.00 ±0\.00 us/,
    );
    expect(text).toMatch(/\n +all +\+60\.0 ±0\.00 +100 +160/);
  });

  test("what profiling costs is printed with its interval, and what has no name with what to set", () => {
    const text = lines(table()).join(" ").replaceAll(/\s+/g, " ");
    expect(text).toContain("host −5.0 % (−5.0 % to −5.0 %, 3 pairs of rounds)");
    expect(text).toContain("has no name: `sudo sysctl kernel.kptr_restrict=0`");
  });

  test("both witnesses stand side by side where there is a waterfall, and only there", () => {
    expect(lines(table(BRIDGE)).join("\n")).toMatch(/bridge +-9 ±2 +\+40\.0 ±0\.00 +both see it/);
    expect(lines(table()).join("\n")).not.toContain("witnesses");
  });

  test("one screen has the first layers and a sentence of the witnesses", () => {
    const digest = profileDigest([table(BRIDGE)], OPEN_LAB, { width: 100, paint: painter(false) });
    expect(digest.join("\n")).toContain("Of waterfall and profile both see it: bridge.");
    expect(digest.length).toBeLessThan(12);
    expect(digest.join("\n")).toContain("  Profiling itself changes the rate: host −5.0 ±0.0 %");
  });

  test("of several profiles the first stands on one screen, and the others are named", () => {
    const one = table(BRIDGE);
    const digest = profileDigest([one, { ...one, workload: "tcp-open" }], OPEN_LAB, { width: 100, paint: painter(false) });
    expect(digest.length).toBe(profileDigest([one], OPEN_LAB, { width: 100, paint: painter(false) }).length + 1);
    expect(digest[1]).toBe("CPU time of HTTP with new connections, us/request, 3 profiled rounds");
    expect(digest.at(-1)).toBe("  CPU time of TCP without a limit: --full.");
  });

  test("prose fits the width", () => {
    for (const line of lines(table(), 60).filter((one) => one.startsWith("  From"))) expect(displayWidth(line)).toBeLessThanOrEqual(60);
  });
});

describe("on a page", () => {
  test("there are the table, three drawings, and the witnesses", () => {
    const page = profileSection(table(BRIDGE), laidStacks(profiled(), HELD)).text;
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
