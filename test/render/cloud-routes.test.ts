/**
 * Commands of clouds that are not here: a shell runs the scripts with functions in the place of the clouds' tools, and what it would have given those is held
 * against closed lists of their commands, flags and fields (`names/clouds.txt`).
 */
import { execFile } from "node:child_process";
import { parseArgs, promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parsePrefix } from "../../src/units/address.js";
import { LAB_DUAL, LAB_DUAL_NODES, rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument } from "./checked-documents.js";
import { testChecker } from "./complaints.js";
import { linesOf } from "./names/lines.js";

const execute = promisify(execFile);
const CLOUDS = ["gcloud", "aws", "openstack"] as const;

interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly takesValue: boolean;
  /** Names of the value's fields; empty where it has none. */
  readonly fields: readonly string[];
}

interface Command {
  readonly words: readonly string[];
  /** How many words stand behind its flags. */
  readonly operands: number;
  readonly flags: readonly Flag[];
}

function flagOf(line: string): Flag {
  const [word = "", ...others] = line.trim().split(" ");
  const short = others.find((other) => other.startsWith("-"))?.slice(1);
  const fields = others.filter((other) => !other.startsWith("-"));
  return { name: word.replace(/^--|=$/g, ""), ...(short === undefined ? {} : { short }), takesValue: word.endsWith("="), fields };
}

const COMMANDS: readonly Command[] = linesOf("clouds")
  .join("\n")
  .split(/\n(?=\S)/)
  .map((block) => {
    const [head = "", ...flags] = block.split("\n");
    const words = head.split(" ");
    const operands = words.filter((word) => /^[A-Z]+$/.test(word)).length;
    return { words: words.slice(0, words.length - operands), operands, flags: flags.map(flagOf) };
  });

/** Each prints its words to standard error, with tabs between, and answers with an id as the tool does. */
const STAND_INS = CLOUDS.map((tool) => `${tool}() { { printf '%s' ${tool}; printf '\\t%s' "$@"; echo; } >&2; echo id-1; }`).join("\n");
const NAMED = { NETWORK: "default", ROUTE_TABLE: "rtb-1", ROUTER: "router" };

/** The commands that a script would run, as words, and what the shell has against it. */
async function commandsIn(script: string, named: Readonly<Record<string, string>> = NAMED): Promise<readonly string[] | Error> {
  const env = { PATH: process.env["PATH"], ...named };
  return execute("sh", ["-c", `${STAND_INS}\n${script}`], { env }).then(
    ({ stderr }) => stderr.trimEnd().split("\n"),
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
}

async function complaints(script: string): Promise<readonly string[]> {
  const commands = await commandsIn(script);
  return commands instanceof Error ? [commands.message] : commands.flatMap((line) => complaintsOf(line.split("\t")));
}

function complaintsOf(words: readonly string[]): readonly string[] {
  const command = COMMANDS.find((known) => known.words.every((word, index) => words[index] === word));
  if (command === undefined) return [`no command ${words.join(" ")}`];
  const options = Object.fromEntries(
    command.flags.map(({ name, short, takesValue }) => [
      name,
      { type: takesValue ? ("string" as const) : ("boolean" as const), ...(short === undefined ? {} : { short }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: words.slice(command.words.length), options, strict: true, allowPositionals: true });
    return [
      ...(positionals.length === command.operands ? [] : [`${String(positionals.length)} words behind the flags of ${words.join(" ")}`]),
      ...Object.entries(values).flatMap(([name, value]) => {
        const fields = command.flags.find((flag) => flag.name === name)?.fields ?? [];
        return typeof value === "string" ? valueComplaints(`--${name}`, value, fields) : [];
      }),
    ];
  } catch (error) {
    return [String(error)];
  }
}

/** `field=value,field=value`, or one value. What looks like an address has to be one, or a range. */
function valueComplaints(flag: string, text: string, fields: readonly string[]): readonly string[] {
  const parts = fields.length === 0 ? [text] : text.split(",");
  return parts.flatMap((part) => {
    const at = fields.length === 0 ? -1 : part.indexOf("=");
    const value = part.slice(at + 1);
    const isWrong = /^[\da-f]*[.:][\da-f.:]*(?:\/.*)?$/i.test(value) && parsePrefix(value) === undefined;
    return [
      ...(fields.length === 0 || fields.includes(part.slice(0, Math.max(at, 0))) ? [] : [`${flag} has no field ${part}`]),
      ...(value === "" || isWrong ? [`${flag} ${value}`] : []),
    ];
  });
}

/** Where a route leads to in the words of each tool. */
const ROUTE = /\t(?:--destination-range=|--destination-(?:ipv6-)?cidr-block\t|destination=)([^\t,]+)/;

const scriptOf = (cloud: string): string => textOf(rendered("gce", "cloud-routes"), `router/${cloud}-routes.sh`);

describe.each(CLOUDS)("cloud-routes for %s", (cloud) => {
  testChecker(checkedDocument("cloud-routes", cloud), complaints);

  test("of both families are accepted too, with a route for each PodCIDR", async () => {
    const files = rendered("gce", "cloud-routes", { nodes: LAB_DUAL_NODES, cluster: LAB_DUAL });
    const text = textOf(files, `router/${cloud}-routes.sh`);
    expect(await complaints(text)).toEqual([]);
    const commands = await commandsIn(text);
    if (commands instanceof Error) throw commands;
    expect(commands.flatMap((line) => ROUTE.exec(line)?.[1] ?? [])).toEqual([
      "198.19.0.0/24",
      "fd00:198:19::/64",
      "198.19.1.0/24",
      "fd00:198:19:1::/64",
    ]);
  });

  test("run no command while a name that they take from the environment is missing", async () => {
    expect(await commandsIn(scriptOf(cloud), {})).toBeInstanceOf(Error);
  });
});

test("cloud-routes say how many routes they need room for", () => {
  expect(scriptOf("gcloud")).toContain("room for 2 more routes");
});
