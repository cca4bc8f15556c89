/**
 * What checks found and why figures are missing, in the few words that stand beside a table.
 * @packageDocumentation
 */
import { CHECKS, type CheckName, type Flag } from "../model/doubt.js";
import { isBaseline, PATH_NAMES, type PathName } from "../model/path.js";
import type { Summary } from "../model/summary.js";
import { pathLabel } from "./labels.js";
import { HOST } from "./outline.js";

/** What a check found, in a few words that follow the name of a figure. */
export const FOUND: Readonly<Record<CheckName, string>> = {
  clock: "its tool's clock and the machine's disagree",
  interrupted: "measuring was interrupted by a pause of the machine",
  standstill: "the path stood still for long in some trials",
  mtu: "its packets were not of the planned size",
  "congestion-control": "TCP's congestion control is not the host's",
  "tools-disagree": "its tool and the kernel's counters disagree",
  undrained: "work went on after its load had stopped",
  throttled: "a CPU quota held the load back",
  steal: "the hypervisor gave CPU time to others",
  neighbours: "other programs took CPU time meanwhile",
  tracking: "the node tracked many connections already",
  "link-rate": "the figure does not fit the link's rate",
  encapsulation: "the ratio does not fit the tunnel's headers",
  "host-noise": "the host itself varied by as much",
  "restart-effect": "the figure depends on how its load was started",
  drift: "the ratio moved while it was measured",
  "udp-loss": "packets of the flood were lost",
  losses: "requests or datagrams were lost",
  "generator-bound": "the load generator may be the limit",
  "cpu-bound": "a full CPU is the limit, not the link",
  retransmissions: "TCP retransmitted many segments",
  "small-window": "TCP's window stayed small",
  "faster-than-host": "it is faster than the host, which needs an explanation",
};

/** The same of a check that this version may not know: then its name. */
export const foundWords = (check: string): string => (Object.hasOwn(FOUND, check) ? FOUND[check as CheckName] : check);

/** A reason taken apart. */
export interface Reason {
  /** Whose figure it is about, in words, where that is another than the cell's own: `the bare host`. */
  readonly of: string | undefined;
  /** The name of the check that it begins with. */
  readonly check: CheckName | undefined;
  /** What it says of that figure, with all of its figures. */
  readonly text: string;
}

/** Takes a cell's reason apart: it may begin with the baseline that has no figure (`host host-host: `) and with a check's name. */
export function partsOf(reason: string, venue: Summary["venue"]): Reason {
  const [head = "", mode = "", path = ""] = /^(\S+) (\S+): /.exec(reason) ?? [];
  const of = PATH_NAMES.find((name) => name === path && isBaseline(name));
  const text = of === undefined ? reason : reason.slice(head.length);
  return {
    of: of === undefined ? undefined : whose(mode, of, venue),
    check: CHECKS.find((name) => text.startsWith(`${name}: `)),
    text,
  };
}

function whose(mode: string, path: PathName, venue: Summary["venue"]): string {
  if (venue === "cluster") return path === "host-host" ? "the hosts" : pathLabel(path);
  return mode === HOST ? "the bare host" : "its own hosts";
}

/** `of the bare host: lost in what the machine does anyway: ...`; a check by what it found. */
export function inWords({ of, check, text }: Reason): string {
  return `${of === undefined ? "" : `of ${of}: `}${check === undefined ? text : FOUND[check]}`;
}

/** The same with all of its figures: `the hypervisor gave CPU time to others: 12 % of ...`. */
export function inFullWords({ of, check, text }: Reason): string {
  const told = check === undefined ? text : `${FOUND[check]}: ${text.slice(check.length + 2)}`;
  return `${of === undefined ? "" : `of ${of}: `}${told}`;
}

/** A reason with checks under their own names, as they stand where every figure is listed: only whose figure it is about is put into words. */
export function reasonText(reason: string, venue: Summary["venue"]): string {
  const { of, text } = partsOf(reason, venue);
  return of === undefined ? reason : `of ${of}: ${text}`;
}

/** What a check found at a cell, with its figures: for tooltips. */
export const doubtWords = ({ check, sentence }: Pick<Flag, "check" | "sentence">): string => `${FOUND[check]}: ${sentence}`;

/** What a reason says before its figures: what its check found, or all up to its first colon. */
export const opening = ({ check, text }: Reason): string => (check === undefined ? (text.split(": ")[0] ?? text) : FOUND[check]);
