/**
 * A made-up summary of a mode with ways of carrying Services, whose figures fall with their number.
 */
import type { Cell, Summary } from "../../src/model/summary.js";
import { SUMMARY_SCHEMA } from "../../src/model/summary.js";

type ModeResult = Summary["modes"][number];

const cell = (metric: string, path: Cell["path"], ratio: number | undefined, host: number): Cell => ({
  metric,
  path,
  status: ratio === undefined ? "unsupported" : "measured",
  ...(ratio === undefined ? { reason: "nothing answers there" } : {}),
  unit: metric === "http" ? "request/s" : "us",
  better: metric === "http" ? "higher" : "lower",
  median: ratio === undefined ? null : ratio * host,
  n: ratio === undefined ? 0 : 12,
  ...(ratio === undefined
    ? {}
    : {
        ratio: {
          baseline: "host" as const,
          median: ratio,
          low: ratio * 0.95,
          high: ratio * 1.06,
          verdict: "slower" as const,
          margin: 0.05,
          n: 12,
          method: "order-statistic" as const,
        },
      }),
});

/** Absolute medians of the host. */
export const HOST_FIGURES = { http: 10_000, "http.p50": 4_000, "latency.icmp": 12 } as const;

/** By variant: requests a second to a Service over the host's, and the same from pod to pod. */
export interface Carried {
  readonly base: string;
  readonly layer: string;
  readonly services: number;
  readonly toService: number;
  readonly podToPod: number;
}

const plain = (mode: string, ratio: number): ModeResult => ({
  mode,
  status: "measured",
  cells: [
    cell("http", "pod-pod", ratio, HOST_FIGURES.http),
    cell("http.p50", "pod-pod", 1 / ratio, HOST_FIGURES["http.p50"]),
    cell("latency.icmp", "pod-pod", 2, HOST_FIGURES["latency.icmp"]),
  ],
});

const carried = ({ base, layer, services, toService, podToPod }: Carried): ModeResult => ({
  mode: `${base}+${layer}:${String(services)}`,
  status: "measured",
  layers: [
    {
      layer,
      argument: services,
      counts: "Services",
      carries: "services",
      loaded: {
        what: `${String(services)} Services`,
        seconds: services / 1_000,
        loads: [{ link: "open", node: "node-a", seconds: services / 1_000, steps: 1 }],
      },
    },
  ],
  cells: [
    cell("http", "pod-service", toService, HOST_FIGURES.http),
    cell("http.p50", "pod-service", 1 / toService, HOST_FIGURES["http.p50"]),
    cell("latency.icmp", "pod-service", undefined, HOST_FIGURES["latency.icmp"]),
    ...plain(base, podToPod).cells,
  ],
});

/** The bare host, plain modes and variants. */
export function summaryOfServices(modes: Readonly<Record<string, number>>, variants: readonly Carried[]): Summary {
  const host: ModeResult = {
    mode: "host",
    status: "measured",
    cells: Object.entries(HOST_FIGURES).map(([metric, figure]) => {
      return Object.fromEntries(Object.entries(cell(metric, "host-host", 1, figure)).filter(([name]) => name !== "ratio")) as Cell;
    }),
  };
  return {
    schema: SUMMARY_SCHEMA,
    venue: "lab",
    status: "complete",
    modes: [host, ...Object.entries(modes).map(([mode, ratio]) => plain(mode, ratio)), ...variants.map(carried)],
    ranking: [],
    excluded: [],
    advice: "",
    environment: {},
  };
}
