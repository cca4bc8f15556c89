/**
 * The rules of the running kernel, in the network namespace of whoever asks. Only what is there is read: to list a legacy table that is not there would make it.
 * @packageDocumentation
 */
import type { Commands, Files, Outcome } from "../machine/ports.js";
import { IPTABLES_TABLES } from "../ruleset/iptables/save.js";
import type { KernelTexts } from "../ruleset/live.js";
import { milliseconds } from "../units/quantity.js";
import { oneLine, RunError } from "./errors.js";

/** What reading takes. */
export interface LiveMachine {
  readonly commands: Commands;
  readonly files: Files;
  readonly root: boolean;
}

const PATIENCE = milliseconds(60_000);

/** The families of the two programs. */
const FAMILIES = [
  { program: "iptables", names: "/proc/net/ip_tables_names", family: "ip" },
  { program: "ip6tables", names: "/proc/net/ip6_tables_names", family: "ip6" },
] as const;

/**
 * Reads them all.
 * @throws RunError without root's rights, or where a program that is needed is missing or fails
 */
export async function liveRules(machine: LiveMachine): Promise<KernelTexts> {
  if (!machine.root) throw new RunError("the kernel shows its rules to root only: `sudo podwire rules live`");
  const nft = await listed(machine);
  const legacy: string[] = [];
  const compat: string[] = [];
  for (const { program, names, family } of FAMILIES) {
    if ((await tableNames(machine.files, names)).length > 0) legacy.push(await saved(machine, `${program}-legacy-save`));
    if (ownedByIptables(nft, family)) compat.push(await saved(machine, `${program}-nft-save`));
  }
  if (legacy.length === 0 && nft === "") throw new RunError("there are no rules here: no legacy table, and no nft to ask for others");
  const ipsets = await savedSets(machine, [...legacy, ...compat]);
  return { legacy, compat, nft, ...(ipsets === undefined ? {} : { ipsets }) };
}

/** IP sets, where rules ask for one: the kernel's module is loaded then, and asking loads none. Without the program they are not known. */
async function savedSets(machine: LiveMachine, rules: readonly string[]): Promise<string | undefined> {
  const isAsked = rules.some((text) => text.includes(" --match-set "));
  return isAsked && (await machine.commands.locate("ipset")) !== undefined ? printed(machine, ["ipset", "save"]) : undefined;
}

/** The file is not there where the kernel has no legacy tables at all. */
async function tableNames(files: Files, path: string): Promise<readonly string[]> {
  if (!(await files.exists(path))) return [];
  return (await files.readText(path)).split("\n").filter((name) => name !== "");
}

/** `nft -j list ruleset`; empty where there is no nft, so that there is nothing that it could have written. */
async function listed({ commands }: LiveMachine): Promise<string> {
  if ((await commands.locate("nft")) === undefined) return "";
  const argv = ["nft", "-j", "list", "ruleset"] as const;
  const outcome = await commands.run({ argv, reason: "the rules of nf_tables", timeout: PATIENCE });
  // A kernel without nf_tables.
  if (outcome.exitCode !== 0 && /not supported/i.test(outcome.stderr)) return "";
  return textOf(argv, outcome);
}

/** Whether nf_tables holds a table by a name of iptables'. */
function ownedByIptables(nft: string, family: string): boolean {
  if (nft === "") return false;
  const { nftables } = JSON.parse(nft) as {
    readonly nftables: readonly { readonly table?: { readonly family: string; readonly name: string } }[];
  };
  return nftables.some(({ table }) => table?.family === family && IPTABLES_TABLES.has(table.name));
}

async function saved(machine: LiveMachine, program: string): Promise<string> {
  if ((await machine.commands.locate(program)) === undefined)
    throw new RunError(`the kernel has tables that ${program} lists, and it is not installed: \`sudo apt-get install iptables\``);
  return printed(machine, [program, "-c"]);
}

async function printed({ commands }: Pick<LiveMachine, "commands">, argv: readonly [string, ...string[]]): Promise<string> {
  return textOf(argv, await commands.run({ argv, reason: "the rules as they are", timeout: PATIENCE }));
}

function textOf(argv: readonly string[], outcome: Outcome): string {
  if (outcome.exitCode === 0) return outcome.stdout;
  const words = oneLine(outcome.startError ?? outcome.stderr);
  const end = words === "" ? `it ended (${outcome.signal ?? `exit code ${String(outcome.exitCode)}`}) and said nothing` : words;
  throw new RunError(`\`${argv.join(" ")}\`: ${outcome.timedOut ? "it hung" : end}`);
}
