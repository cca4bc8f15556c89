/** The closed loop by the real program: it finds what a planted fault has switched off, keeps nothing where nothing helps, and makes a broken path work again. Needs root. */
import { afterAll, describe, expect, test } from "vitest";
import { type Tuning, tuningSchema } from "../../src/model/closed-loop.js";
import { isRoot } from "./built-lab.js";
import { copyProgram } from "./program.js";

const podwire = copyProgram();
afterAll(podwire.remove);

/** Other tests load the machine, which makes visits long and no less sure. */
const LONG = { timeout: 400_000 };

async function auto(...flags: readonly string[]): Promise<Tuning> {
  const { code, stdout, stderr } = await podwire.run(["tune", "auto", ...flags, "--json"]);
  expect(code, stderr).toBe(0);
  return tuningSchema.parse(JSON.parse(stdout));
}

const keptIn = ({ changes }: Tuning): readonly string[] => changes.filter(({ kept }) => kept).map(({ change }) => change);

describe.skipIf(!isRoot)("tune auto --lab", () => {
  test("finds the offload that is off and keeps it, with its gain from the confirmation", LONG, async () => {
    const found = await auto("--lab", "flannel-vxlan+fault.offloads-off", "--metric", "tcp-open", "--budget", "100s");
    expect(found).toMatchObject({ venue: "lab", variant: "flannel-vxlan+fault.offloads-off", metric: "tcp-open" });
    expect(keptIn(found).join()).toMatch(/^offload-(?:tso|gso)/);
    const [first] = found.changes.filter(({ kept }) => kept);
    expect(first?.reason).toBe("faster in the screening and in fresh rounds");
    expect(first?.effect?.low).toBeGreaterThan(1.05);
    expect(found.total?.verdict).toBe("faster");
    expect(found.permanent.map(({ change }) => change)).toContain(first?.change);
    // What belongs to the machine is named and left.
    expect(found.changes.find(({ scope }) => scope === "machine")?.reason).toBe("not possible here: it belongs to the machine");
  });

  test("makes a path work again on which nothing arrived, which is no ratio", LONG, async () => {
    const found = await auto("--lab", "flannel-host-gw+fault.forwarding-off", "--metric", "http", "--max-risk", "high", "--budget", "90s");
    expect(found.changes.find(({ change }) => change === "ip-forward")).toMatchObject({ kept: true, effect: null, reason: "works again" });
    expect(found.total).toBeNull();
  });

  test("keeps nothing within a budget that shows nothing, which is an answer and no failure", LONG, async () => {
    const found = await auto("--lab", "macvlan", "--metric", "http", "--budget", "3s");
    expect(keptIn(found)).toEqual([]);
    expect([found.total, found.permanent]).toEqual([null, []]);
  });

  test.each([
    [[], "tune auto needs --lab VARIANT: on a real machine the load needs a second host"],
    [["--lab", "flannel-vxlan+fault.offload-off"], "Did you mean fault.offloads-off?"],
    [["--lab", "host"], "host has no pods"],
    [["--lab", "macvlan", "--metric", "htp"], "no metric is called htp. Did you mean http?"],
    [["--lab", "macvlan", "--metric", "pps"], "changes are not judged by pps"],
    [["--lab", "macvlan", "--budget", "soon"], "--budget"],
  ])("%j is a usage error in one line", async (flags, words) => {
    const { code, stderr } = await podwire.run(["tune", "auto", ...flags]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
