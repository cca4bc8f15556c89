import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CAPTURED_NAMES, captured } from "../../test/synthetic/imported-texts.js";
import { imported } from "./comparing/pairing.js";
import { FILE_LIMITS, type FileFindings } from "./findings.js";
import { importedSchema } from "./imported.js";
import { FileRecogniser, recogniseFile } from "./recognise.js";

function recognise(...chunks: readonly (string | Uint8Array)[]): FileFindings {
  const recogniser = new FileRecogniser("text");
  for (const chunk of chunks) recogniser.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return recogniser.end();
}

/** Lines of real outputs, shuffled and cut: what a paste can look like at its worst. */
const LINES = CAPTURED_NAMES.flatMap((name) => captured(name).split("\n"));
const debris = fc.array(
  fc.tuple(fc.nat(LINES.length - 1), fc.nat(200), fc.boolean()).map(([index, cut, whole]) => {
    const line = LINES[index] ?? "";
    return whole ? line : line.slice(cut % (line.length + 1));
  }),
  { maxLength: 120 },
);

describe("whatever the bytes are", () => {
  test("nothing is thrown, and the result fits its schema", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 5000 }),
          debris.map((lines) => Buffer.from(lines.join("\n"))),
        ),
        (bytes) => {
          importedSchema.parse(imported([recognise(bytes)], "0"));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("every figure is a finite number with an n of at least 1 and a line that exists", () => {
    fc.assert(
      fc.property(debris, (lines) => {
        const found = recognise(lines.join("\n"));
        for (const { value, n, line, firstLine } of found.figures) {
          expect(Number.isFinite(value) && value >= 0).toBe(true);
          expect(Number.isInteger(n) && n >= 1).toBe(true);
          expect(line >= 1 && line <= found.lines && firstLine >= 1 && firstLine <= line).toBe(true);
        }
      }),
    );
  });

  test("what is readable among binary is kept", () => {
    const noise = Uint8Array.from({ length: 4000 }, (_, index) => (index * 7919) % 256);
    const found = recognise(noise, `\n${captured("ab.txt")}\n`, noise, `\n${captured("iperf3-tcp.json")}`);
    expect(found.figures.filter(({ metric }) => metric === "http" || metric === "tcp").map(({ value }) => Math.round(value))).toEqual([
      14411, 11871347932,
    ]);
    expect(found.controlLines).toBeGreaterThan(0);
  });

  test("what looks like prose among binary is chance", () => {
    const garbage = "\u0001x\u0002\u0003 y\u0004";
    expect(recognise(`${garbage}between pods: 5 Mbit/s${garbage}\n`).figures).toEqual([]);
    expect(recognise("between pods:\u0000 5 Mbit/s\n").figures).toHaveLength(1);
  });

  test("UTF-16 and quoted text read as plain text does", () => {
    const plain = recognise(captured("iperf3-tcp.txt")).figures.map(({ value }) => value);
    expect(recognise(Buffer.from(captured("iperf3-tcp.txt"), "utf16le")).figures.map(({ value }) => value)).toEqual(plain);
    expect(recognise(captured("iperf3-tcp.txt").replaceAll(/^/gm, "> ")).figures.map(({ value }) => value)).toEqual(plain);
    expect(recognise(captured("iperf3-tcp.txt").replaceAll("\n", "\r\n")).figures.map(({ value }) => value)).toEqual(plain);
  });
});

describe("limits", () => {
  test("5 MB of the same output keep what is allowed, and tell the rest", () => {
    const recogniser = new FileRecogniser("large");
    const chunk = Buffer.from(captured("iptables-save.txt").repeat(10) + captured("iperf3-tcp.txt").repeat(100));
    const times = Math.ceil(5e6 / chunk.length);
    for (let sent = 0; sent < times; sent += 1) recogniser.push(chunk);
    const found = recogniser.end();
    expect(found.bytes).toBeGreaterThanOrEqual(5e6);
    expect([found.figures.length, found.rulesets.length]).toEqual([FILE_LIMITS.figures, FILE_LIMITS.rulesets]);
    expect(found.limits).toEqual([
      { what: "figures", limit: FILE_LIMITS.figures, dropped: times * 100 - FILE_LIMITS.figures },
      { what: "rulesets", limit: FILE_LIMITS.rulesets, dropped: times * 20 - FILE_LIMITS.rulesets },
    ]);
    expect(found.troubles).toMatchObject([{ id: "forward-policy-drop", count: times * 10 }]);
    expect(found.troubles[0]?.places).toHaveLength(FILE_LIMITS.placesOfTrouble);
  });

  test("a document that never ends is given up, and what follows it is read", () => {
    const found = recognise(
      `{ "a": [\n${`"${"x".repeat(2000)}",\n`.repeat(4500)}`,
      captured("ping-iputils.txt"),
      captured("iperf3-tcp.json"),
    );
    expect(found.limits.map(({ what }) => what)).toEqual(["characters of a JSON document"]);
    expect(found.figures.map(({ metric }) => metric)).toEqual(["ping.loss", "latency.icmp", "tcp"]);
  });

  test("a line too long to search is reported", () => {
    expect(recognise("x".repeat(5000)).limits).toMatchObject([{ what: "characters of a line that are searched", dropped: 1 }]);
  });
});

test("a stream that breaks keeps what came, and says why it ended", async () => {
  async function* breaking(): AsyncIterable<Uint8Array> {
    yield Buffer.from(captured("ping-iputils.txt"));
    await Promise.resolve();
    throw new Error("the disk is gone");
  }
  const found = await recogniseFile("text", breaking());
  expect(found.figures).toHaveLength(2);
  expect(found.interrupted).toBe("the disk is gone");
});
