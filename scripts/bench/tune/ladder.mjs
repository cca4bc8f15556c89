/**
 * What each step out of netfilter gains for a Service's path, by the lab's variants: a lab for each mode, in which every round visits each step once in random order.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { Servers } from "../../../dist/measure/observing/servers.js";
import { findMetric } from "../../../dist/model/metric.js";
import { estimateOf } from "../../../dist/statistics/median-interval.js";
import { randomFrom, shuffled } from "../../../dist/statistics/random.js";
import { LADDER } from "../../../dist/tuning/ladder.js";
import { Visits } from "../../../dist/use-cases/closed-loop/visits.js";
import { resolveVariant } from "../../../dist/variants/variant.js";
import { labOf, NEVER } from "../bench-lab.mjs";
import { MACHINE } from "../real-lab.mjs";
import { machineFacts, ROOT, record } from "../record.mjs";

/**
 * @typedef {import("../../../dist/tuning/ladder.js").LadderFigure} Figure
 * @typedef {import("../../../dist/tuning/ladder.js").LadderFigures} Figures
 * @typedef {{ step: string | undefined, variant: string }} Rung a step's variant; the first one is before all steps
 * @typedef {{ mode: string, rungs: readonly Rung[], without: string }} Ladder
 */

const METRICS = ["http", "tcp-open"];
const [NOTRACK, NFTABLES, FLOWTABLE, SOCKET, NOTHING] = LADDER.map(({ step }) => step);

/** @param {number} services @returns {readonly Ladder[]} */
const laddersOf = (services) => {
  const [iptables, nftables, socket] = ["kube-proxy-iptables", "kube-proxy-nftables", "socket-lb"].map(
    (layer) => `${layer}:${String(services)}`,
  );
  return [
    {
      ...{ mode: "flannel-vxlan", without: `${FLOWTABLE ?? ""}: not in this kernel` },
      rungs: [
        { step: undefined, variant: `flannel-vxlan+${iptables ?? ""}` },
        { step: NOTRACK, variant: `flannel-vxlan+notrack-vxlan+${iptables ?? ""}` },
        { step: NFTABLES, variant: `flannel-vxlan+notrack-vxlan+${nftables ?? ""}` },
        { step: SOCKET, variant: `flannel-vxlan+notrack-vxlan+notrack-pods+${socket ?? ""}` },
        { step: NOTHING, variant: `flannel-vxlan+no-netfilter+${socket ?? ""}` },
      ],
    },
    {
      ...{ mode: "flannel-host-gw", without: `${NOTRACK ?? ""}: there is no tunnel; ${FLOWTABLE ?? ""}: not in this kernel` },
      rungs: [
        { step: undefined, variant: `flannel-host-gw+${iptables ?? ""}` },
        { step: NFTABLES, variant: `flannel-host-gw+${nftables ?? ""}` },
        { step: SOCKET, variant: `flannel-host-gw+notrack-pods+${socket ?? ""}` },
        { step: NOTHING, variant: `flannel-host-gw+no-netfilter+${socket ?? ""}` },
      ],
    },
    {
      mode: "l2-bridge",
      without:
        "every other step: its pods meet no rule of their node, and kube-proxy cannot carry their Services; the step is held against its pods without any Service",
      rungs: [
        { step: undefined, variant: "l2-bridge" },
        { step: SOCKET, variant: `l2-bridge+${socket ?? ""}` },
      ],
    },
  ];
};

/**
 * Figures of every rung, round by round; what failed is missing.
 * @param {Ladder} ladder @param {number} seconds @returns {Promise<Map<string, Map<string, (number | undefined)[]>>>} by metric, by variant
 */
async function measured({ rungs }, seconds) {
  const variants = rungs.map(({ variant }) => resolveVariant(variant));
  const lab = await labOf(variants);
  try {
    const servers = new Servers(lab, MACHINE.clock);
    const looks = METRICS.flatMap((name) => {
      const metric = findMetric(name);
      if (metric === undefined) throw new Error(`no metric is called ${name}`);
      return variants.map((variant) => {
        const own = lab.paths.filter(({ mode }) => mode === variant.name);
        // A mode without a layer that carries Services has its pods alone.
        const path = own.find((one) => one.name === "pod-service") ?? own.find((one) => one.name === "pod-pod");
        if (path === undefined)
          throw new Error(
            `${variant.name} was not built: ${JSON.stringify(lab.failures[variant.name] ?? lab.serviceFaults.get(variant.name))}`,
          );
        return {
          metric: name,
          variant: variant.name,
          visits: new Visits({ session: lab, servers, path, metric, clock: MACHINE.clock, signal: NEVER }),
        };
      });
    });
    const figures = new Map(
      METRICS.map((metric) => [metric, new Map(variants.map(({ name }) => [name, /** @type {(number | undefined)[]} */ ([])]))]),
    );
    for (const { visits } of looks) await visits.open();
    const random = randomFrom(1);
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      for (const { metric, variant, visits } of shuffled(looks, random)) {
        const figure = await visits.visit();
        figures
          .get(metric)
          ?.get(variant)
          ?.push(figure > 0 ? figure : undefined);
      }
    }
    return figures;
  } finally {
    await lab.close();
  }
}

/** @param {readonly (number | undefined)[]} over @param {readonly (number | undefined)[]} under */
function gainOf(over, under) {
  const logs = over.flatMap((figure, round) => {
    const below = under[round];
    return figure === undefined || below === undefined ? [] : [Math.log(figure / below)];
  });
  const estimate = estimateOf(logs, 0.95);
  if (estimate?.interval === undefined) return undefined;
  const [median = 0, low = 0, high = 0] = [estimate.centre, estimate.interval.low, estimate.interval.high].map((log) =>
    Number(Math.exp(log).toFixed(4)),
  );
  return { median, low, high };
}

/** @param {Ladder} ladder @param {Awaited<ReturnType<typeof measured>>} figures @returns {readonly Figure[]} */
const figuresOf = ({ mode, rungs }, figures) =>
  rungs.flatMap(({ step, variant }, index) =>
    METRICS.flatMap((metric) => {
      const of = (/** @type {Rung | undefined} */ rung) =>
        figures.get(metric)?.get(rung === undefined ? "" : resolveVariant(rung.variant).name) ?? [];
      const [overStart, overStep] = [rungs[0], rungs[index - 1]].map((rung) => gainOf(of(rungs[index]), of(rung)));
      if (step === undefined || overStart === undefined || overStep === undefined) return [];
      return [{ step, mode, variant: resolveVariant(variant).name, metric, overStart, overStep }];
    }),
  );

/** @param {{ services: number, budget: number, write: boolean }} asked budget: seconds for each mode */
export async function ladder({ services, budget, write }) {
  const machine = machineFacts();
  const ladders = laddersOf(services);
  /** @type {Figure[]} */
  const figures = [];
  for (const one of ladders) {
    process.stderr.write(`${one.mode}: ${one.rungs.map(({ variant }) => variant).join(", ")}\n`);
    figures.push(...figuresOf(one, await measured(one, budget)));
  }
  const ratio = (/** @type {Figure["overStart"]} */ { median, low, high }) =>
    `${median.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  const table = {
    title: `What each step out of netfilter gains for a Service's path, ${String(services)} Services`,
    head: ["mode", "step", "variant", "metric", "over the step before", "over the beginning"],
    rows: figures.map((one) => [one.mode, one.step, one.variant, one.metric, ratio(one.overStep), ratio(one.overStart)]),
    note: ladders.map(({ mode, without }) => `${mode} has no figure of ${without}.`).join(" "),
  };
  record({ name: "tune-ladder", machine, short: false, tables: [table], outcomes: [], figures });
  if (write) writeDown({ at: machine.at.slice(0, 10), machine: machine.cpu, services, figures }, table);
}

const MARKS = /** @type {const} */ (["<!-- bench:tune ladder -->", "<!-- /bench:tune ladder -->"]);

/** Into the program, for `podwire tune plan --max-risk high`, and into its page. @param {Figures} measurement @param {import("../record.mjs").Table} table */
function writeDown(measurement, { head, rows, note }) {
  const program = `${ROOT}src/tuning/ladder-figures.ts`;
  const source = readFileSync(program, "utf8");
  const [before = ""] = source.split("export const LADDER_FIGURES");
  writeFileSync(program, `${before}export const LADDER_FIGURES: LadderFigures | undefined = ${JSON.stringify(measurement, null, 2)};\n`);
  const page = `${ROOT}docs/tune.md`;
  const text = readFileSync(page, "utf8");
  const [start, end] = MARKS.map((mark) => text.indexOf(mark));
  if (start === undefined || end === undefined || start < 0 || end < start) throw new Error(`docs/tune.md has no ${MARKS[0]}`);
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |`;
  const lines = [
    `${measurement.at}, ${measurement.machine}, ${String(measurement.services)} Services:`,
    "",
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
    "",
    note ?? "",
  ];
  writeFileSync(page, `${text.slice(0, start)}${MARKS[0]}\n${lines.join("\n")}\n${text.slice(end)}`);
  process.stderr.write("written to src/tuning/ladder-figures.ts and docs/tune.md: npm run format, npm run build\n");
}
