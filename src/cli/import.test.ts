import { describe, expect, test } from "vitest";
import { captured } from "../../test/synthetic/imported-texts.js";
import { importedSchema } from "../import/imported.js";
import type { Obstacle } from "../machine/ports.js";
import { RunError } from "../use-cases/errors.js";
import type { CliContext } from "./context.js";
import { UsageError } from "./errors.js";
import { type ImportFlags, importFiles } from "./import.js";

interface Outcome {
  readonly code: number | undefined;
  readonly error: unknown;
  readonly out: string;
  readonly written: Readonly<Record<string, string>>;
}

/** A place on a disk that is full. */
const FULL = "/full/r.html";

/** Runs the command on texts; an obstacle in place of a text stands in its way. */
async function run(
  texts: Readonly<Record<string, string | Obstacle>>,
  flags: ImportFlags = {},
  files = Object.keys(texts),
  interrupted = new AbortController().signal,
): Promise<Outcome> {
  let out = "";
  const written: Record<string, string> = {};
  const context = {
    version: "0.0.0",
    interrupted,
    byteStreams: {
      obstacle: (path: string) => {
        const found = texts[path];
        return Promise.resolve(typeof found === "object" ? found : undefined);
      },
      open: async function* (path: string) {
        await Promise.resolve();
        const text = texts[path];
        yield Buffer.from(typeof text === "string" ? text : "");
      },
    },
    machine: {
      files: {
        writeText: (path: string, text: string) => {
          if (path === FULL) return Promise.reject(new Error("ENOSPC: no space left on device"));
          written[path] = text;
          return Promise.resolve();
        },
      },
    },
    terminal: {
      out: (text: string) => {
        out += text;
      },
      colour: { out: false, err: false },
      utf8: true,
      columns: () => 100,
    },
  } as unknown as CliContext;
  try {
    return { code: await importFiles(files, flags, context), error: undefined, out, written };
  } catch (error) {
    return { code: undefined, error, out, written };
  }
}

const ticket = { "ticket.md": captured("tickets/flannel-slow.en.md") };

describe("what is printed", () => {
  test("a table on the terminal, with the HTML report's place", async () => {
    const { code, out, written } = await run(ticket, { html: "r.html" });
    expect(code).toBe(0);
    expect(out).toMatch(/465 Mbit\/s +934 Mbit\/s +0\.498/);
    expect(out).toContain("HTML report  r.html");
    expect(written["r.html"]).toContain("<!doctype html>");
  });

  test("the table all the same where the HTML report cannot be written, and one error", async () => {
    const { error, out } = await run(ticket, { html: FULL });
    expect(error).toBeInstanceOf(RunError);
    expect((error as Error).message).toBe(`the HTML report cannot be written to ${FULL}: ENOSPC: no space left on device`);
    expect(out).toMatch(/465 Mbit\/s +934 Mbit\/s +0\.498/);
    expect(out).not.toContain("HTML report");
  });

  test("JSON, CSV and Markdown, and nothing else", async () => {
    const result = importedSchema.parse(JSON.parse((await run(ticket, { json: true })).out));
    expect(result.comparisons).toHaveLength(5);
    expect((await run(ticket, { csv: true })).out).toMatch(/^file,line,/);
    expect((await run(ticket, { markdown: true })).out).toContain("| Metric | Pods | Hosts |");
  });

  test("a file that is named twice is read once", async () => {
    const { out } = await run(ticket, { json: true }, ["ticket.md", "ticket.md"]);
    expect(importedSchema.parse(JSON.parse(out)).files).toHaveLength(1);
  });
});

describe("bad input", () => {
  test.each<[Obstacle, string]>([
    [{ kind: "missing" }, "x: there is no such file"],
    [{ kind: "folder" }, "x: is a folder; name the files in it, e.g. x/*"],
    [{ kind: "empty" }, "x: is empty"],
    [{ kind: "not a file" }, "x: is a device or socket, not a file or pipe"],
    [{ kind: "unreadable", cause: "permission denied" }, "x: cannot be read: permission denied"],
  ])("%o is a usage error of one line", async (obstacle, message) => {
    const { error, out } = await run({ ...ticket, x: obstacle });
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toBe(message);
    expect(out).toBe("");
  });

  test("all of them are reported at once", async () => {
    const { error } = await run({ a: { kind: "missing" }, b: { kind: "folder" } });
    expect((error as Error).message.split("\n")).toHaveLength(2);
  });

  test("no file, and a pipe that gives nothing", async () => {
    expect((await run({}, {}, [])).error).toBeInstanceOf(UsageError);
    const { error } = await run({ "-": "" });
    expect((error as Error).message).toBe("standard input: is empty");
  });

  test("nothing recognised: a failure that says what would be", async () => {
    const { error } = await run({ "poem.txt": "roses are red\n" });
    expect(error).toBeInstanceOf(RunError);
    expect((error as Error).message.replace(/\s+/g, " ")).toMatch(
      /nothing was recognised in poem\.txt \(1 lines, UTF-8\)\. What is read: .*iperf3, .*between pods: 933 Mbit/,
    );
    expect((error as Error).message.split("\n").length).toBeLessThanOrEqual(4);
  });

  test("numbers that were read and not used are listed all the same, and fail alone", async () => {
    const text = `hosts: up to 940 Mbit/s\n${"pods 5 Mflops/s\n".repeat(12)}`;
    const { error } = await run({ "t.txt": text });
    const { message } = error as Error;
    expect(message).toContain('1: 940 Mbit/s: a bound, not a measurement, in "hosts: up to 940 Mbit/s"');
    expect(message).toContain("and 3 more");
    expect(message.split("\n").filter((line) => /^ {2}\d+:/.test(line))).toHaveLength(10);
    for (const line of message.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    const json = await run({ "t.txt": text }, { json: true });
    expect(json.error).toBeInstanceOf(RunError);
    expect(importedSchema.parse(JSON.parse(json.out)).failures).toHaveLength(13);
  });

  test("a ruleset alone is something", async () => {
    expect((await run({ "r.txt": "-A KUBE-SVC-AAAA -j KUBE-SEP-BBBB\n" })).code).toBe(0);
  });
});

test("interrupted: what came is kept out of nothing", async () => {
  const { error } = await run(ticket, {}, ["ticket.md"], AbortSignal.abort());
  expect((error as Error).message).toBe("interrupted before anything was recognised");
});
