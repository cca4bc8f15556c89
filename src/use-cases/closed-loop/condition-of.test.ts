import { expect, test } from "vitest";
import { healthyNode } from "../../../test/synthetic/node-facts.js";
import { flowtableRules } from "../../tuning/changes/rules/flowtable.js";
import { notrackRules, notrackTunnel } from "../../tuning/changes/rules/notrack-tunnel.js";
import { somaxconn } from "../../tuning/changes/sockets/somaxconn.js";
import type { Change, Knob, PlannedStep } from "../../tuning/contract.js";
import { TunedNode } from "../../tuning/node.js";
import { milliseconds } from "../../units/quantity.js";
import type { ConditionCommand } from "../../venues/contract.js";
import { type Candidate, onTopOf, type Place } from "./candidates.js";
import { conditionOf } from "./condition-of.js";

const SWITCH = "net.core.somaxconn";
/** A value that the kernel moves along with the other one. */
const FOLLOWER = "net.core.netdev_budget";

/** A place whose values are those of a kernel that couples two of them. */
function coupledPlace(shared: boolean): { readonly place: Place; readonly values: Map<string, string> } {
  const values = new Map([
    [SWITCH, "1"],
    [FOLLOWER, "10"],
  ]);
  const facts = healthyNode({});
  const none = async (): Promise<never> => Promise.reject(new Error("not asked for"));
  const node = new TunedNode(
    {
      files: {
        readText: async (path) => Promise.resolve(values.get(path.replace("/proc/sys/", "").replaceAll("/", ".")) ?? ""),
        ...{ writeText: none, whyNotWritable: none, makePrivateFolder: none, exists: none, isRegular: none },
      },
      commands: { locate: none, run: none },
    },
    facts,
  );
  return { place: { at: { id: "mode/open/node-a", kind: "host" }, facts, node, shared }, values };
}

function carryOut(values: Map<string, string>, command: ConditionCommand | undefined): void {
  const [name = "", value = ""] = (command?.argv.at(-1) ?? "").split("=");
  values.set(name, value);
  if (name === SWITCH) values.set(FOLLOWER, value === "2" ? "20" : "10");
}

const candidateOf = (change: Change, place: Place, step: PlannedStep): Candidate => ({
  change,
  evidence: { weight: "strong", says: "" },
  steps: [{ place, step }],
});
const sysctl = (name: string): Knob => ({ kind: "sysctl", name });

test.each([false, true])(
  "a trial restores what a change that was kept before it has brought about, and not what was before both (shared: %s)",
  async (shared) => {
    const { place, values } = coupledPlace(shared);
    const first = candidateOf(somaxconn, place, { knob: sysctl(SWITCH), now: "1", wanted: "2", coupled: [sysctl(FOLLOWER)] });
    const second = candidateOf({ ...somaxconn, name: "follower" }, place, { knob: sysctl(FOLLOWER), now: "10", wanted: "30" });
    const kept = await onTopOf([], first);
    if (kept === undefined) throw new Error("nothing to change");
    carryOut(values, conditionOf("first", [kept]).steps[0]?.apply);
    const tried = await onTopOf([kept], second);
    if (tried === undefined) throw new Error("nothing to change");
    const [step] = conditionOf("second", [tried]).steps;
    carryOut(values, step?.apply);
    expect(values.get(FOLLOWER)).toBe("30");
    expect(step?.own?.whyNot({ exitCode: 0, stdout: "20\n", stderr: "" })).toBeUndefined();
    carryOut(values, step?.undo);
    expect(values.get(FOLLOWER)).toBe("20");
  },
);

test("what someone else has written since the plan is not taken for the loop's own", async () => {
  const { place, values } = coupledPlace(true);
  const candidate = candidateOf(somaxconn, place, { knob: sysctl(SWITCH), now: "1", wanted: "2" });
  values.set(SWITCH, "77");
  const tried = await onTopOf([], candidate);
  const own = conditionOf("one", tried === undefined ? [] : [tried]).steps[0]?.own;
  expect(own?.whyNot({ exitCode: 0, stdout: "77\n", stderr: "" })).toMatch(/someone else has written it$/);
});

test("what is so by now is not tried; what writes the value that stands anew is", async () => {
  const { place } = coupledPlace(false);
  expect(await onTopOf([], candidateOf(somaxconn, place, { knob: sysctl(SWITCH), now: "0", wanted: "1" }))).toBeUndefined();
  expect(await onTopOf([], candidateOf(somaxconn, place, { knob: sysctl(SWITCH), now: "1", wanted: "1" }))).toBeDefined();
});

/** nft's listing of podwire's table with these values of pieces. */
const listed = (...pieces: readonly string[]): string =>
  `table inet podwire {\n${pieces
    .flatMap((piece) => piece.split(/(?<=\}) (?=(?:chain|flowtable) )/))
    .map((block) => `\t${block.replace(/ \{ /, " {\n\t\t").replace(/ \}$/, "\n\t}")}\n`)
    .join("")}}\n`;

test("rules of podwire's own that are tried beside others are taken back alone: the table is the others' too", async () => {
  const facts = healthyNode({ ownRules: "" });
  const kept = flowtableRules(["eth0", "cni0"]);
  let listing = listed(kept);
  const none = async (): Promise<never> => Promise.reject(new Error("not asked for"));
  const node = new TunedNode(
    {
      files: { readText: none, writeText: none, whyNotWritable: none, makePrivateFolder: none, exists: none, isRegular: none },
      commands: {
        locate: none,
        run: async () =>
          Promise.resolve({ exitCode: 0, signal: undefined, timedOut: false, stdout: listing, stderr: "", elapsed: milliseconds(1) }),
      },
    },
    facts,
  );
  const place: Place = { at: { id: "mode/open/node-a", kind: "host" }, facts, node, shared: false };
  const wanted = notrackRules([8472]);
  const candidate = candidateOf(notrackTunnel, place, { knob: { kind: "own-rules", piece: "notrack_tunnel" }, now: "absent", wanted });
  const tried = await onTopOf([], candidate);
  const [step] = conditionOf("notrack", tried === undefined ? [] : [tried]).steps;
  expect(step?.undo.stdin).not.toContain("delete table");
  expect(step?.undo.stdin).not.toContain("flowtable");
  expect(step?.undo.stdin?.match(/^delete chain inet podwire \S+$/gm)).toHaveLength(2);
  // With nothing beside it, it goes as the whole table.
  listing = "table inet podwire {\n}\n";
  const alone = await onTopOf([], candidate);
  expect(conditionOf("notrack", alone === undefined ? [] : [alone]).steps[0]?.undo.stdin).toBe("delete table inet podwire\n");
});
