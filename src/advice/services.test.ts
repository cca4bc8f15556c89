import { describe, expect, test } from "vitest";
import { triedRun, triedVariant } from "../../test/synthetic/conformance.js";
import { syntheticRun, withPaths } from "../../test/synthetic/run.js";
import { summarise } from "../measure/summarise.js";
import type { Observation, Run } from "../model/run.js";
import type { Summary } from "../model/summary.js";
import { MODES } from "../modes/index.js";
import { answerOf, answerText } from "../report/answer.js";
import { questionTable } from "../report/question-table.js";
import { renderTerminal } from "../report/terminal/table.js";
import { adviserOf } from "./advice.js";

const VARIANT = "gce+kube-proxy-nftables:1000";

/** gce once more with a Service that has half of its requests, and by its pods' own addresses what gce has. */
function runWithServices(): Run {
  const plain = syntheticRun({ workloads: ["http", "latency.icmp"] });
  const copied = (path: "pod-pod" | "pod-service", share: number): Observation[] =>
    plain.observations
      .filter(({ mode, workload }) => mode === "gce" && !(path === "pod-service" && workload === "latency.icmp"))
      .map((one) => ({
        ...one,
        mode: VARIANT,
        path,
        values: Object.fromEntries(
          Object.entries(one.values).map(([metric, value]) => [metric, metric === "http" ? value * share : value]),
        ),
      }));
  const modes: Run["modes"] = [
    ...plain.modes,
    { mode: VARIANT, status: "built", layers: [{ layer: "kube-proxy-nftables", argument: 1_000, carries: "services" }] },
  ];
  const scenario = { ...plain.scenario, modes: [...plain.scenario.modes, VARIANT] };
  return withPaths({
    ...plain,
    scenario,
    modes,
    observations: [...plain.observations, ...copied("pod-service", 0.5), ...copied("pod-pod", 1)],
  });
}

const summary = summarise(runWithServices(), adviserOf(MODES));
const resultOf = (mode: string): Summary["modes"][number] => {
  const found = summary.modes.find((one) => one.mode === mode);
  if (found === undefined) throw new Error(`no ${mode}`);
  return found;
};
const ratioOn = (mode: string, path: string, metric: string): number | undefined =>
  resultOf(mode).cells.find((cell) => cell.path === path && cell.metric === metric)?.ratio?.median;

describe("a variant with Services", () => {
  test("has the cells of both paths", () => {
    expect(ratioOn(VARIANT, "pod-pod", "http")).toBeCloseTo(ratioOn("gce", "pod-pod", "http") ?? 0);
    expect(ratioOn(VARIANT, "pod-service", "http")).toBeCloseTo((ratioOn("gce", "pod-pod", "http") ?? 0) / 2);
    expect(resultOf(VARIANT).cells.find(({ path, metric }) => path === "pod-service" && metric === "latency.icmp")?.status).toBe(
      "unsupported",
    );
    expect(ratioOn(VARIANT, "pod-pod", "latency.icmp")).toBeDefined();
  });

  test("is ranked and explained by the path to a Service", () => {
    const scoreOf = (mode: string): number => summary.ranking.find((one) => one.mode === mode)?.score ?? 0;
    expect(scoreOf(VARIANT)).toBeLessThan(scoreOf("gce"));
    const ratio = ratioOn(VARIANT, "pod-service", "http") ?? 0;
    expect(summary.ranking.find(({ mode }) => mode === VARIANT)?.why).toContain(`http ${ratio.toFixed(3).slice(0, 4)}`);
  });

  test("is shown by the path to a Service, and the long report has both", () => {
    const run = runWithServices();
    const [service, pods] = (["pod-service", "pod-pod"] as const).map((path) => ratioOn(VARIANT, path, "http") ?? 0);
    const { rows, questions } = questionTable(summary, run);
    const column = questions.findIndex(({ metric }) => metric === "http");
    expect(rows.find(({ name }) => name === VARIANT)?.cells[column]).toMatchObject({ kind: "ratio", ratio: service });
    const text = renderTerminal(summary, run, { width: 200, colour: false });
    const lines = text.slice(text.indexOf("\nHTTP\n")).split("\n");
    const row = lines.findIndex((line) => line.trimStart().startsWith(VARIANT));
    expect(lines[row]).toContain(service?.toFixed(3).slice(0, 4) ?? "");
    expect(lines[row + 1]).toMatch(/^ +pod to pod /);
    expect(lines[row + 1]).toContain(pods?.toFixed(3).slice(0, 4) ?? "");
  });

  test("keeps its layers in the summary", () => {
    expect(resultOf(VARIANT).layers).toEqual([{ layer: "kube-proxy-nftables", argument: 1_000, carries: "services" }]);
  });
});

describe("services as a need", () => {
  const needy = (run: Run, needs: string[]): Run => ({ ...run, scenario: { ...run.scenario, needs } });
  const judged = (conformance: Run["conformance"], needs = ["services"]) => {
    const run = needy({ ...runWithServices(), ...(conformance === undefined ? {} : { conformance }) }, needs);
    return { run, ...summarise(run, adviserOf(MODES)) };
  };
  const rankedIn = ({ ranking }: Pick<Summary, "ranking">): string[] => ranking.map(({ mode }) => mode);
  const TRAP = { "clusterip-local": "does-not-work" } as const;

  test("are judged by packets on a variant with a layer that carries them, and by its file on a mode", () => {
    const kept = judged(triedRun(triedVariant(VARIANT)));
    expect(rankedIn(kept)).toEqual(expect.arrayContaining([VARIANT, "gce", "macvlan"]));
    expect(kept.excluded.map(({ mode }) => mode)).toEqual(["docker-nat"]);
    const broken = judged(triedRun(triedVariant(VARIANT, TRAP, "no way back")));
    expect(rankedIn(broken)).not.toContain(VARIANT);
    expect(broken.recommendation?.kept).toBeUndefined();
    expect(broken.excluded).toContainEqual({
      mode: VARIANT,
      why: "services: clusterip-local does not work: no way back (clusterip-local by tcp: silence for 500 ms; last seen in node-a: eth0 sent 1)",
      inBrief: "services: clusterip-local does not work",
    });
  });

  test("are answered in the first sentence: which variant keeps every cell, and how close it comes; then what is left out", () => {
    const { run, ...found } = judged(triedRun(triedVariant(VARIANT)));
    expect(found.ranking[0]?.mode).toBe("macvlan");
    expect(found.recommendation).toMatchObject({ mode: VARIANT, kept: { needs: ["services"], cells: 20 } });
    expect(found.recommendation?.before).toContain("macvlan");
    expect(answerText(answerOf(found, run))).toMatch(
      /^Run gce\+kube-proxy-nftables:1000: it keeps all 20 cells of services, and .* of the bare host in HTTP.*\. Left out: docker-nat \(services: .*\)\. .*rank before it by a description alone/,
    );
    expect(found.advice).toMatch(/^Run gce\+kube-proxy-nftables:1000: it keeps all 20 cells of services and keeps http 0\./);
  });

  test("are not met by a file's word where a layer takes it back", () => {
    const run = needy(runWithServices(), ["services"]);
    const modes = run.modes.map((one) => (one.mode === "gce" ? { ...one, layers: [{ layer: "no-netfilter" }] } : one));
    const { excluded } = summarise({ ...run, modes }, adviserOf(MODES));
    expect(excluded.find(({ mode }) => mode === "gce")?.why).toMatch(/^services: kube-proxy has no netfilter/);
  });

  test("that were not tried leave the variant out, and say that", () => {
    const { excluded } = judged(undefined);
    expect(excluded).toContainEqual({ mode: VARIANT, why: "services: it was not tried with packets" });
  });

  test("single checks and sets are judged by packets on every mode", () => {
    const { excluded, ranking } = judged(triedRun(triedVariant(VARIANT), triedVariant("gce", { "nodeport-outside": "not-offered" })), [
      "nodeport-outside",
    ]);
    expect(ranking.map(({ mode }) => mode)).toEqual([VARIANT]);
    expect(excluded.find(({ mode }) => mode === "gce")?.inBrief).toBe("nodeport-outside: it is not offered");
    expect(excluded.find(({ mode }) => mode === "kindnet")?.why).toBe("nodeport-outside: it was not tried with packets");
  });
});
