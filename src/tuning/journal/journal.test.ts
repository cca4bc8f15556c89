import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatRecord, JOURNAL, type JournalRecord, readLine } from "./record.js";
import { isOpen, replay } from "./replay.js";

const at = "2026-11-29T22:00:00.000Z";
const apply = (id: string): JournalRecord => ({
  record: "apply",
  id,
  at,
  change: "somaxconn",
  boot: "b",
  namespace: "1",
  values: [{ knob: { kind: "sysctl", name: "net.core.somaxconn" }, before: "128", wanted: "4096" }],
});
const RECORDS: readonly JournalRecord[] = [
  { record: "journal", journal: JOURNAL, at },
  apply("one"),
  { record: "made", id: "one", at, after: ["4096"] },
  { record: "confirmed", id: "one", at },
  apply("two"),
  { record: "made", id: "two", at, after: [null] },
  { record: "undo", id: "two", at, why: "asked for" },
  { record: "undone", id: "two", at, left: [0] },
];
const LINES = RECORDS.map(formatRecord);
const TEXT = LINES.join("");
const phases = (text: string): string =>
  replay(text, "j")
    .entries.map(({ apply: { id }, phase }) => `${id} ${phase}`)
    .join(", ");

describe("the journal", () => {
  test("is replayed to what was done", () => {
    const { entries, damage, torn } = replay(TEXT, "j");
    expect({ damage, torn }).toEqual({ damage: [], torn: false });
    expect(phases(TEXT)).toBe("one made, two undone");
    expect(entries.map(({ confirmed }) => confirmed)).toEqual([true, false]);
    expect(entries.map(isOpen)).toEqual([true, true]);
  });

  test("cut at any byte tells of all that was whole before the cut, and of nothing else", () => {
    for (let cut = 0; cut <= TEXT.length; cut++) {
      const text = TEXT.slice(0, cut);
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      const journal = replay(text, "j");
      expect(journal.entries).toEqual(replay(whole, "j").entries);
      expect(journal.torn).toBe(text !== whole);
      expect(journal.damage).toEqual([]);
    }
  });

  test("with a line that was torn and marked so goes on without a complaint", () => {
    const torn = `${LINES.slice(0, 2).join("")}${(LINES[2] ?? "").slice(0, 20)}\n${formatRecord({ record: "torn", at })}`;
    expect(replay(`${torn}${LINES[4] ?? ""}`, "j").damage).toEqual([]);
    expect(phases(`${torn}${LINES[4] ?? ""}`)).toBe("one applying, two applying");
  });

  test("with any byte of it changed reports the line, and takes no other one for it", () => {
    fc.assert(
      fc.property(fc.nat(TEXT.length - 1), fc.integer({ min: 32, max: 126 }), (place, code) => {
        const byte = String.fromCharCode(code);
        fc.pre(TEXT[place] !== byte && TEXT[place] !== "\n");
        const edited = `${TEXT.slice(0, place)}${byte}${TEXT.slice(place + 1)}`;
        const line = TEXT.slice(0, place).split("\n").length;
        const { damage, entries } = replay(edited, "j");
        expect(damage.length).toBeGreaterThan(0);
        expect(damage.every((one) => Number(/^line (\d+)/.exec(one)?.[1]) >= line)).toBe(true);
        for (const { apply: read } of entries) expect([apply("one"), apply("two")]).toContainEqual(read);
      }),
    );
  });

  test("of a newer podwire is not guessed at", () => {
    const head = formatRecord({ record: "journal", journal: "podwire/tune-journal@2", at } as unknown as JournalRecord);
    expect(() => replay(head, "/state/node.jsonl")).toThrow(
      "/state/node.jsonl, line 1: the journal is of another version (podwire/tune-journal@2; this podwire reads podwire/tune-journal@1). Undo with the podwire that wrote it.",
    );
  });

  test("reads any record that it writes, whatever its texts hold", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ minLength: 1, unit: "binary" }), (before, piece) => {
        const record: JournalRecord = {
          ...(apply("x") as Extract<JournalRecord, { record: "apply" }>),
          values: [{ knob: { kind: "own-rules", piece }, before }],
        };
        const line = formatRecord(record);
        expect(line.indexOf("\n")).toBe(line.length - 1);
        expect(readLine(line.slice(0, -1))).toEqual({ record });
      }),
    );
  });

  const naming = (knob: Record<string, string>): JournalRecord => ({ ...apply("x"), values: [{ knob, before: "1" }] }) as JournalRecord;

  test.each([
    { kind: "machine-file", path: "/etc/passwd" },
    { kind: "machine-file", path: "/proc/irq/1/../../sys/kernel/core_pattern" },
    { kind: "device-file", device: "eth0", file: "../../../etc/passwd" },
    { kind: "device-file", device: "..", file: "gro_flush_timeout" },
    { kind: "offload", device: "../eth0", feature: "tso" },
    { kind: "sysctl", name: "kernel.core_pattern" },
    { kind: "sysctl", name: "net.//.kernel.core_pattern" },
  ])("is refused when it names what no change sets: %j", (knob) => {
    expect(() => replay(`${LINES[0] ?? ""}${formatRecord(naming(knob))}`, "j")).toThrow(/a record that this podwire does not know/);
  });

  test.each([
    { kind: "machine-file", path: "/proc/irq/24/smp_affinity_list" },
    { kind: "device-file", device: "eth0.5", file: "queues/rx-0/rps_cpus" },
    { kind: "sysctl", name: "net.ipv4.conf.eth0/5.forwarding" },
  ])("takes %j", (knob) => {
    expect(replay(`${LINES[0] ?? ""}${formatRecord(naming(knob))}`, "j").entries).toHaveLength(1);
  });

  test("with a line whose sum fits and that is no JSON reports it", () => {
    const sum = createHash("sha256").update("}").digest("hex").slice(0, 16);
    expect(replay(`${TEXT},"sum":"${sum}"}\n`, "j").damage).toEqual([`line ${String(LINES.length + 1)}: it is no JSON`]);
  });
});
