/**
 * The goal: every mode this kernel runs x 6 metrics at +-2 % in 4 minutes on two cores. How near does a run come?
 */

import { addRound } from "../../../dist/measure/cells/cell-board.js";
import { emptyBoard } from "../../../dist/measure/progress.js";
import { roundsIn } from "../../../dist/measure/rounds/earlier-part.js";
import { campaignOf } from "../../../dist/model/campaign.js";
import { halfWidth } from "../../../dist/statistics/median-interval.js";
import { labOf, modesNamed, numberOr, runIn, scenarioOf } from "../bench-lab.mjs";
import { Ledger } from "../ledger.mjs";
import { figure, machineFacts, met, record } from "../record.mjs";
import { percent, shareText } from "../spread.mjs";

const METRICS = ["tcp-open", "tcp8", "pps", "latency.udp.p50", "http", "http-keepalive"];
const PRECISION = 0.02;
const MINUTES = 4;

/**
 * @typedef {import("../bench-lab.mjs").Run} Run
 * @typedef {{ mode: string, metric: string, rounds: number, width?: number, reachedAt?: number, decidedAt?: number, verdict?: string }} Cell seconds since the command began
 * @typedef {{ budget: number, seconds: number, building: number, cells: Cell[] }} Sitting
 */

/** @param {import("../trust.mjs").Flags} flags */
export async function goal(flags) {
  const machine = machineFacts();
  const budget = flags.short ? 20 : numberOr(flags.budget, 225);
  /** @type {Ledger<Sitting>} */
  const ledger = new Ledger("goal", flags);
  if (!flags.report) ledger.add(await sitting(flags, budget));
  const last = ledger.entries.at(-1);
  if (last === undefined) throw new Error("nothing was measured yet");
  report(last, flags, machine);
}

/** @param {import("../trust.mjs").Flags} flags @param {number} budget @returns {Promise<Sitting>} */
async function sitting(flags, budget) {
  const began = performance.now();
  const modes = await modesNamed(flags.short ? "flannel-vxlan,calico-routed" : (flags.modes ?? "all"));
  const lab = await labOf(modes);
  const building = (performance.now() - began) / 1000;
  const asked = scenarioOf({ modes, metrics: METRICS, budget, margin: numberOr(flags.margin, PRECISION), seed: flags.seed });
  const run = await runIn(lab, asked).finally(() => lab.close());
  return { budget, building, seconds: (performance.now() - began) / 1000, cells: replayed(run, building) };
}

/** When each cell came to +-2 % and to its verdict, by letting a board see the rounds again in the order in which they were made. @param {Run} run @param {number} building @returns {Cell[]} */
function replayed(run, building) {
  const board = emptyBoard(run);
  /** @type {Map<string, Cell>} */
  const cells = new Map();
  for (const observations of roundsIn(run.observations)) {
    addRound(board, observations);
    const now = building + observations.reduce((latest, { startedAt, elapsed }) => Math.max(latest, startedAt + elapsed), 0);
    for (const { numerator, metric, tracker } of board.cells.filter((cell) =>
      observations.some((one) => campaignOf(one) === cell.campaign),
    )) {
      const { mode } = numerator;
      const key = `${mode} ${metric.name}`;
      const { latest, state } = tracker;
      const width = latest?.kind === "estimated" && latest.interval !== undefined ? halfWidth(latest.interval) : undefined;
      const known = cells.get(key) ?? { mode, metric: metric.name, rounds: 0 };
      cells.set(key, {
        ...known,
        rounds: tracker.rounds,
        ...(width === undefined ? {} : { width }),
        ...(known.reachedAt === undefined && width !== undefined && width <= PRECISION ? { reachedAt: now } : {}),
        ...(known.decidedAt === undefined && state.status === "decided" ? { decidedAt: now, verdict: state.verdict } : {}),
      });
    }
  }
  return [...cells.values()];
}

/** @param {readonly (number | undefined)[]} times @param {number} share */
function timeOfShare(times, share) {
  const sorted = times.map((time) => time ?? Infinity).sort((one, other) => one - other);
  const time = sorted[Math.ceil(share * sorted.length) - 1] ?? Infinity;
  return Number.isFinite(time) ? figure(time, 0, "s") : "not in this run";
}

/** @param {Sitting} last @param {import("../trust.mjs").Flags} flags @param {ReturnType<typeof machineFacts>} machine */
function report({ budget, seconds, building, cells }, flags, machine) {
  const inTime = (/** @type {number | undefined} */ time) => time !== undefined && time <= MINUTES * 60;
  const row = (/** @type {string} */ name, /** @type {readonly Cell[]} */ own) => {
    const widths = own.flatMap(({ width }) => width ?? []).sort((one, other) => one - other);
    return [
      name,
      String(own.length),
      own.length === 0
        ? "-"
        : `${String(Math.min(...own.map(({ rounds }) => rounds)))}-${String(Math.max(...own.map(({ rounds }) => rounds)))}`,
      widths.length === 0
        ? "-"
        : `${percent(widths[widths.length >>> 1] ?? 0)} (${percent(widths[0] ?? 0)}-${percent(widths.at(-1) ?? 0)})`,
      shareText(own.filter(({ reachedAt }) => inTime(reachedAt)).length, own.length),
      shareText(own.filter(({ decidedAt }) => inTime(decidedAt)).length, own.length),
      timeOfShare(
        own.map(({ decidedAt }) => decidedAt),
        0.9,
      ),
    ];
  };
  record({
    name: "trust-goal",
    machine,
    short: flags.short,
    tables: [
      {
        title: `Every mode x 6 metrics at +-2 %, ${figure(seconds, 0, "s")} in all, ${figure(building, 1, "s")} of them building (budget ${String(budget)} s)`,
        head: [
          "metric",
          "cells",
          "rounds",
          "half-width at the last check: median (least-most)",
          "at +-2 % within 4 min",
          "decided within 4 min",
          "time to decide 90 %",
        ],
        rows: [
          row("all", cells),
          ...METRICS.map((name) =>
            row(
              name,
              cells.filter(({ metric }) => metric === name),
            ),
          ),
        ],
        note: "Half-widths are those of a look (98.2 %). A cell that is decided leaves, so its width stays where it was.",
      },
    ],
    outcomes: [met(cells.every(({ reachedAt, decidedAt }) => inTime(reachedAt) || inTime(decidedAt)))],
    figures: { budget, seconds, building, cells },
  });
}
