import type { RuleCosts } from "../model/rule-costs.js";
import type { RuleFinding } from "../model/ruleset-report.js";
import { renderRulesetReport, renderWalk } from "../report/terminal/rules.js";
import { reportOf } from "../ruleset/findings.js";
import { SavedSets } from "../ruleset/ipset/save.js";
import { bothBackends, byBackend, joined, kernelRulesets } from "../ruleset/live.js";
import { PACKET_FORM, type Packet, PacketError, parsePacket } from "../ruleset/packet.js";
import { readRuleset } from "../ruleset/read.js";
import { type Ruleset, RulesetError } from "../ruleset/ruleset.js";
import { walk } from "../ruleset/walk/walk.js";
import { RunError, wordsOf } from "../use-cases/errors.js";
import { ruleCostPlace } from "../use-cases/lab/rule-costs.js";
import { liveRules } from "../use-cases/live-rules.js";
import { type CliContext, sayTo } from "./context.js";
import { EXIT, UsageError } from "./errors.js";
import { handOut } from "./hand-out.js";
import type { FormatFlags } from "./output-format.js";
import { readWholeText } from "./read-text.js";
import { RULE_COSTS_FILE, readRuleCosts } from "./rule-costs-file.js";

/** Flags of `podwire rules`. */
export interface RulesFlags extends FormatFlags {
  readonly packet?: string;
  readonly costs?: string;
  /** Files of `ipset save`. */
  readonly ipsets?: readonly string[];
}

/** In place of a file: the rules of the running kernel. */
const LIVE = "live";

/** Walks a packet through a saved ruleset or the kernel's, or says what the ruleset is made of. */
export async function rules(file: string, flags: RulesFlags, context: CliContext): Promise<number> {
  const packet = flags.packet === undefined ? undefined : packetOf(flags.packet);
  if (packet === undefined && flags.costs !== undefined) throw new UsageError("--costs: says what a walk costs; give a --packet");
  const costs = packet === undefined ? undefined : await costsHere(flags.costs, context);
  if (file === LIVE && flags.ipsets !== undefined) throw new UsageError("--ipsets: `live` asks the kernel for its own sets");
  const { ruleset, also } = file === LIVE ? await ofTheKernel(context) : ofText(await rulesetOf(file, flags.ipsets, context));
  // The walk does not show this finding, and one of the two programs alone lists only half of what the packet meets.
  if (packet !== undefined)
    for (const { table, chain, says } of also) sayTo(context)(`both backends have rules: ${table} ${chain}: ${says}`);
  const asked =
    packet === undefined
      ? {
          report: withFindings(
            looking(file, () => reportOf(ruleset)),
            also,
          ),
        }
      : { walk: looking(file, () => walk(ruleset, packet, costs)) };
  await handOut(
    flags,
    {
      text: (setting) => ("walk" in asked ? renderWalk(asked.walk, setting) : renderRulesetReport(asked.report, setting)),
      json: () => `${JSON.stringify("walk" in asked ? asked.walk : asked.report, undefined, 2)}\n`,
    },
    context,
  );
  return EXIT.ok;
}

/** What a rule costs on this machine; undefined where it has not been measured with this kernel and this CPU. */
async function costsHere(asked: string | undefined, context: CliContext): Promise<RuleCosts | undefined> {
  const { files } = context.machine;
  const file = asked ?? RULE_COSTS_FILE;
  if (asked === undefined && !(await files.exists(file))) return undefined;
  const costs = await costsOf(file, context).catch((error: unknown) => {
    // The walk was asked for, and not this file.
    if (asked !== undefined) throw error;
    sayTo(context)(`${wordsOf(error)}; what the walk costs is left out`);
    return undefined;
  });
  if (costs === undefined) return undefined;
  const { kernel, cpu } = await ruleCostPlace(files);
  if (costs.kernel === kernel && costs.cpu === cpu) return costs;
  const why = `${file}: was measured with kernel ${costs.kernel} on ${costs.cpu}, and this is ${kernel} on ${cpu}`;
  if (asked !== undefined) throw new UsageError(`--costs: ${why}; \`podwire experiment rules\` measures anew`);
  return undefined;
}

async function costsOf(file: string, context: CliContext): Promise<RuleCosts> {
  const costs = readRuleCosts(await textOf(file, context));
  if (costs === undefined) throw new UsageError(`${file}: holds no rule costs; \`podwire experiment rules\` writes them`);
  return costs;
}

interface KernelRules {
  readonly ruleset: Ruleset;
  /** What is odd about all of it together. */
  readonly also: readonly RuleFinding[];
}

async function ofTheKernel({ machine }: CliContext): Promise<KernelRules> {
  const texts = await liveRules(machine);
  return looking("the kernel's rules", () => {
    const rulesets = kernelRulesets(texts);
    return { ruleset: joined(rulesets), also: bothBackends(rulesets) };
  });
}

/** A file may hold what both of iptables' programs have saved. */
function ofText(read: Ruleset): KernelRules {
  const rulesets = byBackend(read);
  return rulesets === undefined ? { ruleset: read, also: [] } : { ruleset: joined(rulesets), also: bothBackends(rulesets) };
}

const withFindings = (report: ReturnType<typeof reportOf>, also: readonly RuleFinding[]): ReturnType<typeof reportOf> => ({
  ...report,
  findings: [...also, ...report.findings],
});

function packetOf(text: string): Packet {
  try {
    return parsePacket(text);
  } catch (error) {
    if (error instanceof PacketError) throw new UsageError(`--packet: ${error.message}. A packet is ${PACKET_FORM}.`);
    throw error;
  }
}

async function textOf(file: string, { byteStreams }: CliContext): Promise<string> {
  try {
    return await readWholeText(file, byteStreams);
  } catch (error) {
    throw new UsageError(`${file}: cannot be read: ${wordsOf(error)}`);
  }
}

async function rulesetOf(file: string, ipsets: readonly string[] | undefined, context: CliContext): Promise<Ruleset> {
  if ([file, ...(ipsets ?? [])].filter((one) => one === "-").length > 1)
    throw new UsageError("standard input is read once: - can be the ruleset or one file of --ipsets");
  const text = await textOf(file, context);
  const sets = new SavedSets();
  for (const saved of ipsets ?? []) {
    const own = await textOf(saved, context);
    looking(saved, () => {
      sets.read(own);
    });
  }
  return looking(file, () => readRuleset(text, sets));
}

/** Rules are read when they are looked at, so that one which cannot be read shows up here. */
function looking<Found>(file: string, look: () => Found): Found {
  try {
    return look();
  } catch (error) {
    if (error instanceof RulesetError) throw new RunError(`${file}: ${error.message}`);
    throw error;
  }
}
