/**
 * How close the pods of a cluster come to its hosts, in a sentence, and path by path.
 * @packageDocumentation
 */
import type { Summary } from "../model/summary.js";
import { ratioTexts } from "../units/format.js";
import { listed } from "../units/listed.js";
import { type ReportRow, rowsOf } from "./outline.js";

/** The answer in a sentence, and the figures behind it. */
export interface Headline {
  readonly claim: string;
  readonly detail: string;
}

/** What people ask first, one of each group; of the other metrics the tables tell. */
const ASKED_FIRST = [["tcp", "tcp-open", "tcp8"], ["pps"], ["http", "http-keepalive"]];
/** What stands there when none of these was measured. */
const OTHERWISE = [["latency.udp.p50", "latency.tcp.p50", "latency.icmp"]];

/** The claim is about pods on different nodes where these were measured, the detail about every other path. */
export function clusterHeadline(summary: Summary): Headline {
  const told = rowsOf(summary).flatMap((row) => {
    const figures = figuresOf(row);
    return figures.length === 0 ? [] : [{ row, figures }];
  });
  const first = told.find(({ row }) => row.name === "pod-pod") ?? told[0];
  if (first === undefined) {
    return { claim: "No path of this cluster could be compared with its hosts", detail: "The reasons stand with what was not measured." };
  }
  const subject = first.row.name.startsWith("host") ? "Hosts of this cluster reach" : "Pods of this cluster reach";
  const others = told.filter((one) => one !== first).map(({ row, figures }) => `${row.name}: ${figures.map(shortText).join(", ")}`);
  const undecided = told
    .filter((one) => one !== first)
    .flatMap(({ row, figures }) => figures.filter(({ decided }) => !decided).map(({ metric }) => `${metric} on ${row.name}`));
  return {
    claim: `${subject} ${claimOf(first.figures)} on ${first.row.name}`,
    detail: [
      others.length === 0 ? "" : `Ratios to the hosts on the other paths: ${others.join("; ")}.`,
      undecided.length === 0 ? "" : `Undecided: ${undecided.join(", ")}.`,
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
  };
}

interface Figure {
  readonly metric: string;
  readonly ratio: string;
  readonly same: boolean;
  readonly decided: boolean;
}

/** The first metrics of a path that have a ratio: throughputs, or what else there is. */
function figuresOf(row: ReportRow): readonly Figure[] {
  const firsts = (groups: readonly (readonly string[])[]): Figure[] =>
    groups.flatMap((group) => group.flatMap((metric) => figureOf(row, metric) ?? []).slice(0, 1));
  const asked = firsts(ASKED_FIRST);
  return asked.length > 0 ? asked : firsts(OTHERWISE);
}

function figureOf(row: ReportRow, metric: string): Figure | undefined {
  const ratio = row.cell(metric)?.ratio;
  if (ratio === undefined) return undefined;
  const { verdict } = ratio;
  return {
    metric,
    ratio: ratioTexts(ratio.median, null, null, ratio.limit).median,
    same: verdict === "same",
    decided: verdict !== "undecided",
  };
}

const shortText = ({ metric, ratio }: Figure): string => `${metric} ${ratio}`;

/** `as much as their hosts in tcp, 0.56 of their hosts in pps and 0.55 in http (undecided)`: what is known first. */
function claimOf(figures: readonly Figure[]): string {
  const same = figures.filter((one) => one.same).map(({ metric }) => metric);
  const others = figures.filter((one) => !one.same);
  const [first, ...rest] = [...others.filter(({ decided }) => decided), ...others.filter(({ decided }) => !decided)];
  const texts = [
    ...(same.length === 0 ? [] : [`as much as their hosts in ${listed(same)}`]),
    ...(first === undefined ? [] : [`${first.ratio} of their hosts in ${metricText(first)}`]),
    ...rest.map((one) => `${one.ratio} in ${metricText(one)}`),
  ];
  return listed(texts);
}

const metricText = ({ metric, decided }: Figure): string => (decided ? metric : `${metric} (undecided)`);
