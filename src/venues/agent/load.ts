/**
 * Looks at loads by agents.
 * @packageDocumentation
 */
import type { LoadOutcome, LoadWatch, LoadWindow } from "../contract.js";
import type { AgentClient } from "./client.js";
import type { LoadPlan, Watched } from "./protocol.js";

/** Numbers of looks; no two of a process are alike, whichever agent they are ordered from. */
let last = 0;

/** Looks at a load at one endpoint of an agent. */
export function watchLoadBy(agent: AgentClient, at: Watched, plan: LoadPlan, watch: readonly Watched[]): LoadWatch {
  last += 1;
  const load = last;
  const outcome = agent.order<"load">({ kind: "load", load, at, plan, watch });
  // A venue that is closed also ends looks whose outcome is not awaited; whoever awaits one still gets the error.
  outcome.catch(() => undefined);
  return {
    outcome,
    end: async () => {
      await agent.order<"end-load">({ kind: "end-load", load });
    },
  };
}

/** What the agent at the arriving end is to know. */
export const arrivingPlan = (window: LoadWindow): LoadPlan => ({ ...window, sign: window.arriving });

/**
 * What the agent at the sending end is to know: its counters and CPU times are read over a part of its own, in which the load ran too. Only the arriving end
 * knows of buckets, packets that arrive, and when the load is nearly over.
 */
export const leavingPlan = ({ leaving, settle, length, patience, longest }: LoadWindow): LoadPlan => ({
  sign: leaving,
  settle,
  length,
  packets: 1,
  patience,
  longest,
});

/** Two looks at one load, as one. */
export function bothEnds(
  arriving: LoadWatch,
  leaving: LoadWatch,
  join: (arriving: LoadOutcome, leaving: LoadOutcome) => LoadOutcome,
): LoadWatch {
  const outcome = Promise.all([arriving.outcome, leaving.outcome]).then(([far, near]) => join(far, near));
  outcome.catch(() => undefined);
  return {
    outcome,
    end: async () => {
      await Promise.all([arriving.end(), leaving.end()]);
    },
  };
}
