import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyRun } from "../../../test/synthetic/arbitrary.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { renderCsv } from "./observations.js";

/** A reader of RFC 4180 that knows nothing of the writer. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\r\n") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

const run = syntheticRun({ rounds: 3 });
const [head = [], ...rows] = readCsv(renderCsv(run));
const column = (name: string): number => head.findIndex((one) => one.startsWith(name));

test("one line an observation, in order, all of the same length", () => {
  expect(rows).toHaveLength(run.observations.length);
  for (const row of rows) expect(row).toHaveLength(head.length);
  expect(rows.map((row) => row[column("mode")])).toEqual(run.observations.map((one) => one.mode));
});

test("what tells two ways of observing or two conditions apart has a column, where there are any", () => {
  expect(head).toContain("how");
  expect(head).not.toContain("condition");
  const observations = run.observations.map((one, index) => (index === 1 ? { ...one, condition: "tuned" } : one));
  const [names = [], ...lines] = readCsv(renderCsv({ ...run, observations }));
  const place = names.indexOf("condition");
  expect(lines.map((line) => line[place])).toEqual(observations.map(({ condition = "" }) => condition));
});

test("the head has units", () => {
  for (const name of [
    "startedAt (s)",
    "tcp (bit/s)",
    "pps (frame/s)",
    "latency.icmp (us)",
    "http (request/s)",
    "cpu.busy (s)",
    "latency.udp.p50 of this observation (us)",
  ])
    expect(head).toContain(name);
});

test("values are the run's own, unrounded", () => {
  for (const [index, one] of run.observations.entries()) {
    if (one.workload === "tcp") expect(Number(rows[index]?.[column("tcp (")])).toBe(one.values["tcp"]);
    else expect(rows[index]?.[column("tcp (")]).toBe("");
  }
});

test("a percentile is given only where the observation has samples enough", () => {
  expect(head).toContain("latency.udp.p99 of this observation (us)");
  expect(head).not.toContain("latency.udp.p99.9 of this observation (us)");
});

describe("texts", () => {
  const only = (error: string): string => {
    const [first] = run.observations;
    if (first === undefined) throw new Error("the synthetic run has observations");
    const [names = [], row = []] = readCsv(renderCsv({ ...run, observations: [{ ...first, values: {}, error }] }));
    return row[names.indexOf("error")] ?? "";
  };
  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "|calc", "%x"])("%j is no formula", (text) => {
    expect(only(text)).toBe(`'${text}`);
  });
  test.each(['a "quoted" word', "a,b", "two\r\nlines", "plain"])("%j comes back as it was", (text) => {
    expect(only(text)).toBe(text);
  });
});

test("any run can be read back with a line an observation", () => {
  fc.assert(
    fc.property(anyRun, (its) => {
      const lines = readCsv(renderCsv(its));
      expect(lines).toHaveLength(its.observations.length + 1);
      expect(new Set(lines.map((line) => line.length)).size).toBe(1);
    }),
  );
});
