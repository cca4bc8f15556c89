import { describe, expect, test } from "vitest";
import { summarised, summarisedCluster, type Told } from "../../../../test/synthetic/summarised.js";
import { predict } from "../../../compare/prediction/predict.js";
import type { SummarisedRun } from "../../../compare/sides.js";
import type { Prediction } from "../../../model/prediction.js";
import { answerText } from "../../answer.js";
import { screenOfPrediction } from "../../terminal/screen/of-prediction.js";
import { renderScreen } from "../../terminal/screen/screen.js";
import { displayWidth } from "../../terminal/text.js";
import { predictionAnswer } from "./answer.js";
import { renderPredictionHtml } from "./html.js";
import { renderPredictionMarkdown } from "./markdown.js";

type Metrics = Readonly<Record<string, Told>>;

const LAB = summarised(
  {
    "flannel-vxlan": {
      "tcp-open": [0.5, 0.48, 0.52],
      pps: [0.3, 0.28, 0.32],
      http: [0.49, 0.4, 0.58],
      "latency.tcp.p50": [1.8, 1.79, 1.81],
    },
    "flannel-host-gw": {
      "tcp-open": [0.72, 0.7, 0.74],
      pps: [0.5, 0.48, 0.52],
      http: [0.5, 0.42, 0.59],
      "latency.tcp.p50": [1.4, 1.3, 1.5],
    },
  },
  { file: "lab.json" },
);
const VXLAN: Metrics = {
  "tcp-open": [0.53, 0.51, 0.55],
  pps: [0.55, 0.52, 0.58],
  http: [0.55, 0.45, 0.65],
  "latency.tcp.p50": [2.3, 2.25, 2.35],
};

const { scenario } = summarisedCluster("flannel-vxlan", {}).run;
const predicted = (...clusters: readonly SummarisedRun[]): Prediction => predict(LAB, clusters);
const said = (prediction: Prediction): string => answerText(predictionAnswer(prediction, scenario));

const linesOf = (prediction: Prediction, width = 100, utf8 = true): readonly string[] =>
  renderScreen(screenOfPrediction(prediction, scenario, { filesAreNamed: true }), { width, colour: false, utf8 })
    .trimEnd()
    .split("\n");

describe("the answer", () => {
  test("counts what came near, names what is farthest off, and says whether the order came true", () => {
    expect(said(predicted(summarisedCluster("flannel-vxlan", VXLAN)))).toBe(
      "The lab predicted 1 of 4 figures of this flannel-vxlan cluster within 10 points; 2 are farther off and 1 is undecided. " +
        "Farthest off: round trip p50, 2.30 times the hosts' where the lab has 1.80; packets per second, 0.55 where the lab has 0.30. " +
        "Its figures lose in another order than the lab predicted.",
    );
  });

  test("fits the number of figures", () => {
    const of = (http: Told, more: Metrics = {}): string =>
      said(
        predict(summarised({ gce: { http: [0.5, 0.49, 0.51], pps: [0.5, 0.49, 0.51] } }), [summarisedCluster("gce", { http, ...more })]),
      );
    expect(of([0.52, 0.51, 0.53])).toMatch(/^The lab predicted this gce cluster within 10 points in the one figure that both have\./);
    expect(of([0.9, 0.89, 0.91])).toMatch(
      /^The lab did not predict this gce cluster: the one figure that both have is more than 10 points off\. Off: /,
    );
    expect(of([0.6, 0.4, 0.8], { pps: [0.6, 0.4, 0.8] })).toMatch(
      /^Whether the lab predicted this gce cluster within 10 points is undecided in the two figures/,
    );
  });

  test("of several clusters says of which, and which mode is better", () => {
    const text = said(
      predicted(
        summarisedCluster("flannel-vxlan", VXLAN),
        summarisedCluster("flannel-host-gw", { ...VXLAN, "tcp-open": [0.72, 0.71, 0.73], pps: [0.5, 0.49, 0.51] }),
      ),
    );
    expect(text).toContain("figures of these 2 clusters within 10 points");
    expect(text).toMatch(/Farthest off: round trip p50 of flannel-host-gw, 2\.30 times the hosts' where the lab has 1\.40; /);
    expect(text).toMatch(
      /Which mode is better came out as predicted in TCP without a limit, not in packets per second, and cannot be told from both in /,
    );
  });

  test("is what cannot be lined up where nothing can", () => {
    expect(said(predicted(summarisedCluster("unknown", VXLAN)))).toMatch(
      /^The cluster's mode is unknown, .*`podwire cluster inspect --pods`/,
    );
    expect(said(predicted(summarisedCluster("flannel-vxlan", { "latency.icmp": [1, 0.9, 1.1] })))).toBe(
      "No figure is in both the lab's run and the cluster's.",
    );
  });
});

describe("the screen", () => {
  const prediction = predicted(
    summarisedCluster(
      "flannel-vxlan",
      { ...VXLAN, http: { status: "refused", reason: "steal: 20 % of the time" } },
      { kernel: "Linux 5.15" },
    ),
  );

  test("has the cluster's ratios judged by the lab's, and the lab's below them", () => {
    const lines = linesOf(prediction);
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines).toContainEqual(expect.stringMatching(/^flannel-vxlan +0\.53±4%= +0\.55±6%▲ +2\.30±3%▼$/));
    expect(lines).toContainEqual(expect.stringMatching(/^in the lab +0\.50±4% +0\.30±7% +1\.80±1%$/));
    expect(lines.join(" ")).toContain("▲ better, ▼ worse than in the lab by more than 10 points");
    expect(lines).toContain("! flannel-vxlan: HTTP with new connections: refused in the cluster: the hypervisor gave CPU time...");
    expect(lines).toContainEqual(expect.stringMatching(/^- may explain what is off: link, kernel/));
    expect(lines.slice(-3)).toEqual([
      expect.stringMatching(/^lab +lab\.json, /),
      expect.stringMatching(/^cluster +flannel-vxlan\.json, 2026-02-03 10:15 UTC$/),
      "everything  podwire compare lab.json flannel-vxlan.json --full",
    ]);
  });

  test("numbers clusters of one mode, and says which one is beside nothing", () => {
    const lines = linesOf(
      predicted(
        summarisedCluster("flannel-vxlan", VXLAN, {}, { file: "one.json" }),
        summarisedCluster("flannel-vxlan", VXLAN, {}, { file: "two.json" }),
        summarisedCluster("calico-ipip", VXLAN),
      ),
    );
    expect(lines.filter((line) => /^flannel-vxlan, [12] +\d/.test(line))).toHaveLength(2);
    expect(lines).toContainEqual(expect.stringMatching(/^flannel-vxlan, 2 +two\.json, /));
    expect(lines.join(" ")).toContain("calico-ipip: The cluster's mode is calico-ipip, which was not asked for in the lab's run.");
  });

  test.each([60, 80, 100, 160])("fits %d columns", (width) => {
    for (const line of linesOf(prediction, width)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test("is plain where there is no UTF-8", () => {
    expect(linesOf(prediction, 80, false).join("")).toMatch(/^[ -~]*$/);
  });

  test("marks what a check doubts, and names the run", () => {
    const flags = [{ check: "cpu-bound" as const, sentence: "a CPU was full", evidence: [] }];
    const lines = linesOf(predicted(summarisedCluster("flannel-vxlan", VXLAN, {}, { flags })));
    expect(lines).toContainEqual("! flannel-vxlan: 4 figures: in the cluster: a full CPU is the limit, not the link");
  });
});

describe("the page", () => {
  const prediction = predicted(summarisedCluster("flannel-vxlan", VXLAN, { kernel: "Linux <5.15>" }));
  const page = renderPredictionHtml(prediction, scenario);
  const textOf = (markup: string): string =>
    markup
      .replace(/<style>.*?<\/style>/s, "")
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ");

  test("opens with the answer and the matrix, the lab's row beside the cluster's", () => {
    const first = /<header class="first">(.*?)<\/header>/s.exec(page)?.[1] ?? "";
    expect(textOf(first)).toContain("The lab predicted 1 of 4 figures of this flannel-vxlan cluster within 10 points");
    expect(textOf(first)).toMatch(/flannel-vxlan 0\.53 within 10 points = 0\.55 better ▲/);
    expect(textOf(first)).toMatch(/in the lab 0\.50 ◇ 0\.30 ◇/);
    expect(textOf(first)).toContain("Lab: lab.json, ");
  });

  test("has each figure's both ratios, the points between them, the orders, and what differs with what it may explain", () => {
    const text = textOf(page);
    expect(text).toMatch(
      /flannel-vxlan 0\.550 ▲ better \[0\.520, 0\.580\] \+25 points \[\+\d+, \+\d+\], beyond 10 lab 0\.300 \[0\.280, 0\.320\], n 20/,
    );
    expect(text).toContain("The lab did not predict in what order flannel-vxlan keeps its metrics");
    expect(text).toContain("Linux &lt;5.15&gt;");
    expect(text).toMatch(/May explain packets per second, round trip p50\.|May explain .*packets per second/);
  });

  test("names nothing by its codename where it is drawn, and leads nowhere else", () => {
    const plots = page.split('<section id="questions"')[1]?.split("</section>")[0] ?? "";
    const names = [...plots.matchAll(/<(?:th|h3)[^>]*>([^<]*)/g)].map(([, text = ""]) => text.trim());
    for (const codename of ["pps", "tcp-open", "http", "slower", "faster"]) expect(names).not.toContain(codename);
    const ids = [...page.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="([^"]*)"/g)) expect(target === "data:," || ids.includes(target?.slice(1))).toBe(true);
    expect(page).not.toMatch(/<script|NaN|undefined</);
  });

  test("of a cluster that nothing stands beside says so, and draws nothing", () => {
    const alone = renderPredictionHtml(predicted(summarisedCluster("unknown", VXLAN)), scenario);
    expect(textOf(alone)).toContain("The cluster's mode is unknown".replace("'", "&#39;"));
    expect(alone).not.toContain('<table class="matrix');
  });
});

describe("as Markdown", () => {
  const text = renderPredictionMarkdown(predicted(summarisedCluster("flannel-vxlan", VXLAN)), scenario);

  test("the answer and the matrix come first, in 25 lines, and everything else is folded", () => {
    expect(text).toMatch(/^\*\*The lab predicted 1 of 4 figures/);
    expect(text).toMatch(/^\| flannel-vxlan \| 0\.53 ±4 % = \| 0\.55 ±6 % ▲ \|/m);
    expect(text).toMatch(/^\| in the lab \| 0\.50 ±4 % \| 0\.30 ±7 % \|/m);
    const lines = text
      .replaceAll(/(<details><summary>.*?<\/summary>).*?<\/details>/gs, "$1")
      .trimEnd()
      .split("\n");
    expect(lines.length).toBeLessThanOrEqual(25);
    expect(text).toContain("<details><summary>Every figure: 1 of 4 ratios within 10 points of the lab's, 2 beyond, 1 undecided</summary>");
  });
});
