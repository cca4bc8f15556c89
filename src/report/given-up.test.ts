import { expect, test } from "vitest";
import { syntheticRun } from "../../test/synthetic/run.js";
import { syntheticSummary } from "../../test/synthetic/summary.js";
import type { GivenUp } from "../model/given-up.js";
import type { Run } from "../model/run.js";
import { givenUpIn } from "./given-up.js";
import { renderHtml } from "./html/page.js";
import { renderJson } from "./json/summary.js";
import { renderMarkdown } from "./markdown/ticket.js";
import { renderTerminal } from "./terminal/table.js";

const WORDS = "podwire-udp-proxy ended (exit code 1): it was killed";
const http: GivenUp = { workload: "http", how: "trial", mode: "flannel-udp", path: "pod-pod", reason: WORDS, at: 33.6 };
const givenUp: readonly GivenUp[] = [
  http,
  { ...http, workload: "pps", how: "slice", mode: "host", path: "host-host", reason: "trafgen ended (SIGKILL)", at: 50 },
  ...["macvlan", "vlan"].map(
    (mode): GivenUp => ({ ...http, workload: "pps", how: "slice", mode, reason: "host host-host: trafgen ended (SIGKILL)", at: 50 }),
  ),
];
const run: Run = { ...syntheticRun({ rounds: 3, workloads: ["tcp", "http"] }), givenUp: [...givenUp] };
const summary = { ...syntheticSummary(run), givenUp: [...givenUp] };

test("what was given up at one moment for one reason stands together", () => {
  expect(givenUpIn(summary)).toEqual([
    { subject: "flannel-udp: http (trials)", text: `after 34 s: ${WORDS}` },
    { subject: "host: pps (slices)", text: "after 50 s: trafgen ended (SIGKILL)" },
    { subject: "macvlan, vlan: pps (slices)", text: "after 50 s: host host-host: trafgen ended (SIGKILL)" },
  ]);
});

test.each([
  ["terminal", (s: typeof summary, r: Run) => renderTerminal(s, r, { width: 200, colour: false })],
  ["HTML", (s: typeof summary, r: Run) => renderHtml(s, r)],
  ["Markdown", (s: typeof summary, r: Run) => renderMarkdown(s, r)],
] as const)("the %s report says what was given up, when and why, and nothing where nothing was", (_name, render) => {
  expect(render(summary, run)).toContain("Given up");
  expect(render(summary, run).replaceAll(/[\\\u2060]|<[^>]*>/g, "")).toContain("after 34 s");
  expect(render(summary, run).replaceAll(/\s+/g, " ")).toContain("ended (exit code 1): it was killed");
  expect(render({ ...summary, givenUp: [] }, run)).not.toContain("Given up");
});

test("the JSON summary has it as the run file has it", () => {
  expect(JSON.parse(renderJson(summary))).toMatchObject({ givenUp });
});
