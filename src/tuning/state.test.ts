import { describe, expect, test } from "vitest";
import type { Entry, Phase } from "./journal/replay.js";
import type { ValueState } from "./live.js";
import { stateOfEntry } from "./state.js";

const HERE = { boot: "b", namespace: "1" };

/** A change of two values, with a third that the kernel changes along. */
const entry = (phase: Phase, differs: Partial<Entry> = {}): Entry => ({
  apply: {
    record: "apply",
    id: "x",
    at: "2026-11-29T22:00:00.000Z",
    change: "x",
    ...HERE,
    values: [
      { knob: { kind: "sysctl", name: "a" }, before: "0", wanted: "1" },
      { knob: { kind: "sysctl", name: "b" }, before: "0", wanted: "1" },
      { knob: { kind: "sysctl", name: "c" }, before: "0" },
    ],
  },
  phase,
  left: [],
  confirmed: false,
  ...differs,
});

const ALONG: ValueState = { kind: "other", found: "7" };
const both = (first: ValueState, second = first): readonly ValueState[] => [first, second, ALONG];
const before = { kind: "before" } as const;
const after = { kind: "after" } as const;
const other = { kind: "other", found: "5" } as const;
const gone = { kind: "gone" } as const;
const anew = { kind: "anew" } as const;

describe("what became of a change", () => {
  test.each([
    ["made", "made", both(after)],
    ["made", "put back by someone else", both(before)],
    ["made", "changed by someone else", both(after, before)],
    ["made", "changed by someone else", both(after, other)],
    ["applying", "not made", both(before)],
    ["applying", "half made", both(after, before)],
    ["applying", "half made", both(after)],
    ["undoing", "half undone", both(before, after)],
    ["undoing", "undone", both(before)],
    ["undone", "undone", both(other)],
    ["made", "device gone", both(gone)],
    ["made", "device made anew", both(anew)],
    ["made", "device made anew", both(after, gone)],
  ] as const)("%s in the journal is %s", (phase, state, values) => {
    expect(stateOfEntry(entry(phase), values, HERE)).toBe(state);
  });

  test("an undo that left something is not over", () => {
    expect(stateOfEntry(entry("undone", { left: [1] }), both(before, other), HERE)).toBe("changed by someone else");
    expect(stateOfEntry(entry("undone", { left: [1] }), both(before), HERE)).toBe("undone");
  });

  test("another boot or namespace has none of its values, whatever they read", () => {
    expect(stateOfEntry(entry("made"), both(after), { ...HERE, boot: "later" })).toBe("other boot");
    expect(stateOfEntry(entry("made"), both(after), { ...HERE, namespace: "2" })).toBe("other namespace");
    expect(stateOfEntry(entry("undone"), both(after), { ...HERE, boot: "later" })).toBe("undone");
  });
});
