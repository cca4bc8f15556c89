import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const ROOT = new URL("..", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");

/** Ids of the review's findings, which have numbers from 1 to this. A row that is gone from the page is missing here. */
const FINDINGS = { H: 4, M: 9, L: 11, S: 8, F: 8, R: 7 };
const IDS = Object.entries(FINDINGS).flatMap(([letter, count]) => Array.from({ length: count }, (_, at) => `${letter}${String(at + 1)}`));

const ROWS = [...read("docs/core-findings.md").matchAll(/^\| ([A-Z]\d+) \| [^|]+ \| ([^|]+) \|$/gm)].map(
  ([, finding = "", guard = ""]) => ({ finding, guard, test: /^`([^`]+)`: (.+)$/.exec(guard) }),
);

/** A test or a group of tests that is never run, or alone: `context.skip` within a test says why at its end. */
const NEVER_RUN = /\b(?:test|it|describe)(?:\.\w+)*\.(?:skip|todo|fails|only)\b|\bx(?:test|it|describe)\b/;
const isComment = (line: string): boolean => /^\s*(?:\/\/|\/?\*)/.test(line);
const isTitle = (line: string, title: string): boolean => /["'`].*/.exec(line)?.[0].includes(title) === true;

describe("a finding of the core's review", () => {
  test.each(
    ROWS.flatMap((row) => (row.test === null ? [] : [{ finding: row.finding, file: row.test[1] ?? "", title: row.test[2] ?? "" }])),
  )("$finding has its test: $title", ({ file, title }) => {
    const lines = read(file).split("\n");
    expect(lines.filter((line) => !isComment(line) && isTitle(line, title))).not.toEqual([]);
    expect(lines.filter((line) => NEVER_RUN.test(line))).toEqual([]);
  });

  test("has a test or a sentence, each of them", () => {
    expect([...new Set(ROWS.map(({ finding }) => finding))].sort()).toEqual([...IDS].sort());
    const withoutTest = ROWS.filter((row) => row.test === null);
    expect(withoutTest.filter(({ guard }) => !guard.startsWith("a sentence: "))).toEqual([]);
    expect(withoutTest.map(({ finding }) => finding)).toEqual(["L5", "S8", "F6", "F7", "R3", "R7"]);
  });
});
