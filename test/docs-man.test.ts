/** man/podwire.1 is made from the program's commands; this says when they have drifted apart, and that formatters have nothing against it. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { locate } from "../scripts/setup/programs.mjs";
import type { CliContext } from "../src/cli/context.js";
import { EXIT } from "../src/cli/errors.js";
import { manPage } from "../src/cli/manual/page.js";
import { buildProgram } from "../src/cli/program.js";
import { RULE_COSTS_FILE } from "../src/cli/rule-costs-file.js";
import { journalPath } from "../src/tuning/place.js";

const FILE = fileURLToPath(new URL("../man/podwire.1", import.meta.url));
const text = readFileSync(FILE, "utf8");
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { readonly version: string };
const date = /^\.TH PODWIRE 1 (\d{4}-\d\d-\d\d) /m.exec(text)?.[1] ?? "none";

/** The command tree alone: nothing is run, so nothing of the world is needed. */
const program = buildProgram(
  {
    called: { program: "podwire", completing: false },
    version,
    terminal: { out: () => undefined, err: () => undefined },
  } as unknown as CliContext,
  () => undefined,
);

/** Every command, hidden ones too. */
const allCommands = (parent: Command, path: string): (readonly [path: string, command: Command])[] =>
  parent.commands.flatMap((command) => {
    const own = `${path} ${command.name()}`;
    return [[own, command] as const, ...allCommands(command, own)];
  });

test("is current (npm run docs:man)", () => {
  expect(text).toBe(manPage(program, { version, date }));
});

describe("has", () => {
  test.each(allCommands(program, "podwire").filter(([path]) => !path.includes("__")))("%s with every flag", (path, command) => {
    const [, own = ""] = text.split(`\n.SS "${path}"\n`);
    const part = own.split(/\n\.S[SH] /)[0] ?? "";
    const flags = command.options.filter(({ hidden }) => !hidden).map(({ long }) => (long ?? "").replaceAll("-", "\\-"));
    expect(flags.filter((flag) => !part.includes(flag))).toEqual([]);
    expect(part).toContain("Examples:");
  });

  test("no hidden command", () => {
    expect(allCommands(program, "podwire").some(([path]) => path === "podwire __complete")).toBe(true);
    expect(text).not.toContain("__complete");
  });

  test("every exit code", () => {
    const [, status = ""] = text.split(".SH EXIT STATUS\n");
    for (const code of Object.values(EXIT)) expect(status).toContain(`.TP\n\\fB${String(code)}\\fR\n`);
  });
});

/** The page without the escapes that it needs. */
const asRead = (page: string): string => page.replaceAll(/\\f[BIR]/g, "").replaceAll("\\-", "-");

test("names every variable that decides something, and every place where something is kept", () => {
  const [, environment = "", files = ""] = asRead(text).split(/\n\.SH (?:ENVIRONMENT|FILES)\n/);
  const variables = [
    ...["NO_COLOR", "FORCE_COLOR", "COLUMNS", "LC_ALL", "LC_CTYPE", "LANG", "DISPLAY", "WAYLAND_DISPLAY"],
    ...["SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "KUBECONFIG", "PATH", "TMPDIR"],
  ];
  expect(variables.filter((name) => !new RegExp(String.raw`\b${name}\b`).test(environment))).toEqual([]);
  const kept = [journalPath({ firstNamespace: true, namespace: "" }), RULE_COSTS_FILE, "podwire-runs/"];
  expect(kept.filter((path) => !files.includes(path))).toEqual([]);
});

test("says of every command what it is for, and of those that measure or change something no less", () => {
  const [, description = ""] = /\n\.SH DESCRIPTION\n(.*?)\n\.SH /s.exec(text) ?? [];
  const told = description.replaceAll(/\s+/g, " ");
  const commands = program.commands.map((command) => command.name()).filter((name) => !name.startsWith("__"));
  expect(commands.filter((name) => !told.includes(`\\fBpodwire ${name}\\fR`))).toEqual([]);
  expect(told).not.toContain("other commands");
});

describe("formats without a warning", () => {
  const output = (name: string, ...args: readonly string[]): string => {
    const { error, stdout, stderr } = spawnSync(name, [...args, FILE], { encoding: "utf8" });
    if (error !== undefined) throw error;
    return `${stdout}${stderr}`;
  };

  test.skipIf(locate("mandoc") === undefined)("by mandoc (skipped where there is none)", () => {
    expect(output("mandoc", "-T", "lint")).toBe("");
  });

  test.skipIf(locate("groff") === undefined)("by groff (skipped where there is none)", () => {
    // -z: warnings only.
    expect(output("groff", "-man", "-Tutf8", "-ww", "-z")).toBe("");
  });
});

/** Bold is a letter, a backspace and the letter again. */
const withoutOverstrikes = (shown: string): string =>
  shown
    .split("\b")
    .map((part, place, all) => (place === all.length - 1 ? part : part.slice(0, -1)))
    .join("");

test.skipIf(locate("mandoc") === undefined)(
  "what is typed can be copied from the page: hyphens and quotes are ASCII (skipped where there is no mandoc)",
  () => {
    const shown = withoutOverstrikes(spawnSync("mandoc", ["-T", "utf8", "-O", "width=200", FILE], { encoding: "utf8" }).stdout);
    expect(shown).toContain("podwire lab --modes flannel-vxlan,flannel-host-gw --metrics tcp,http");
    expect(shown).toContain('podwire compare A.json B.json --fail-on "http<0.95A"');
    expect(shown).toContain("scp agent.tar node-1: && ssh node-1 ctr -n k8s.io image import agent.tar");
    expect(shown).toContain("> ~/.config/fish/completions/podwire.fish");
  },
);
