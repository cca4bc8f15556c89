import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { realDurableLog } from "../../machine/durable-log.js";
import { realFiles } from "../../machine/files.js";
import type { DurableLog } from "../../machine/ports.js";
import { JournalWriter, readJournal } from "./journal-file.js";
import type { JournalValue } from "./record.js";

const now = (): Date => new Date("2026-11-29T22:00:00.000Z");
const VALUES: JournalValue[] = [{ knob: { kind: "sysctl", name: "net.core.somaxconn" }, before: "128", wanted: "4096" }];
const begun = (id: string) => ({ record: "apply", id, change: "somaxconn", boot: "b", namespace: "1", values: VALUES }) as const;
let folder: string;
const path = (): string => join(folder, "node.jsonl");
const place = (log: DurableLog = realDurableLog) => ({ path: path(), files: realFiles, log });

describe("the journal's file", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "podwire-journal-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("goes on behind a record that the disk took half of", async () => {
    let room = true;
    const log: DurableLog = {
      append: async (file, text) => {
        if (room) return realDurableLog.append(file, text);
        appendFileSync(file, text.slice(0, 20));
        throw new Error("ENOSPC: no space left on device, write");
      },
    };
    const writer = await JournalWriter.open(place(log), now);
    await writer.write(begun("one"));
    room = false;
    await expect(writer.write({ record: "made", id: "one", after: ["4096"] })).rejects.toThrow(/cannot be written \(ENOSPC/);
    room = true;
    await writer.write({ record: "undo", id: "one", why: "a step failed" });
    await writer.write({ record: "undone", id: "one", left: [] });
    const { entries, damage, torn } = await readJournal(place());
    expect({ phases: entries.map(({ phase }) => phase), damage, torn }).toEqual({ phases: ["undone"], damage: [], torn: false });
  });
});
