/**
 * What to do with the figures of a cluster: it has one mode, so there is nothing to rank, and the lab says what other modes would reach.
 * @packageDocumentation
 */
import type { MeasuredRun } from "../model/adviser.js";
import { networkMode } from "../model/network-mode.js";
import { whyNeverMeasured } from "../modes/measured.js";

const UNKNOWN = "unknown";

/** No lab's run has a mode that is never measured. */
const predictable = (mode: string): string =>
  whyNeverMeasured(mode) === undefined ? ", and `podwire compare LAB CLUSTER` whether it predicts this cluster" : "";

/** A sentence or two on what comes next. */
export function clusterAdvice(run: MeasuredRun): string {
  const { status, inspection } = run;
  const mode = networkMode(run);
  const { nearest, differs = [] } = inspection ?? {};
  const next =
    mode === UNKNOWN
      ? nearest === undefined
        ? "Which of podwire's modes the network is like could not be determined; `podwire cluster inspect --pods` says what is missing."
        : `Podwire has no mode for ${inspection?.cni ?? "this network"}; the nearest is ${nearest.mode}, which \`podwire lab --modes ${nearest.mode}\` measures on one machine. What differs: ${nearest.differs.join("; ")}.`
      : `The network is wired as podwire's ${mode}; \`podwire lab\` measures on one machine how close other modes come to the wire${predictable(mode)}.${differs.length === 0 ? "" : ` What differs: ${differs.join("; ")}.`}`;
  return `${next}${status === "partial" ? " The run was cut short, so further rounds may change its figures." : ""}`;
}
