/** Commands that draw texts of their own keep to the terminal's width, and need no UTF-8. */
import { describe, expect, test } from "vitest";
import { triedVariant } from "../../../test/synthetic/conformance.js";
import { irqExperiment } from "../../../test/synthetic/irq-experiment.js";
import { card, healthyNode } from "../../../test/synthetic/node-facts.js";
import { TUNING } from "../../../test/synthetic/tuning.js";
import { LAYERS } from "../../layers/index.js";
import type { RenderDiff } from "../../model/render-diff.js";
import type { RuleCosts } from "../../model/rule-costs.js";
import type { TuningStatus } from "../../model/tuning.js";
import { MODES } from "../../modes/index.js";
import { targetList } from "../../render/target-list.js";
import { TARGETS } from "../../render/targets/index.js";
import { type PlanRequest, planFor } from "../../tuning/plan.js";
import { planDocument } from "../../tuning/plan-document.js";
import { inCharactersOf } from "./characters.js";
import { renderClosedLoop } from "./closed-loop.js";
import { renderConformance } from "./conformance.js";
import { renderIrqExperiment } from "./irq-experiment.js";
import { renderLayerList } from "./layer-list.js";
import { renderModeList } from "./mode-list.js";
import { renderDiffText } from "./render-diff.js";
import { renderRuleCosts } from "./rule-costs.js";
import { renderTargetList } from "./target-list.js";
import { displayWidth, plain } from "./text.js";
import { renderTuningPlan, renderTuningStatus } from "./tuning.js";

const LONG = "of which there is so much to be said that it finds no room in one line, however wide the terminals are that people work with";
const FILE = "/var/lib/podwire/kept.json";

const NODE = healthyNode({
  sysctls: { "net.core.somaxconn": "128", "net.ipv4.tcp_rmem": "4096 8192 8192" },
  devices: [card({ files: { gro_flush_timeout: "0", "queues/rx-0/rps_cpus": "0" } })],
});
/** What is seen to be needed, and what is made by name alone. */
const ASKED: readonly Pick<PlanRequest, "only">[] = [{}, { only: ["gro-timers"] }];
const PLANS = ASKED.map((asked) => planDocument(planFor(NODE, { maxRisk: "high", force: false, ...asked }), NODE, true));

const STATUS: TuningStatus = {
  schema: "podwire/tuning-status@1",
  journal: FILE,
  damage: [`line 3: a word ${LONG}`],
  torn: true,
  entries: [
    {
      ...{ id: "1", change: "conntrack-established-timeout", at: "2026-02-03T09:15:00.000Z" },
      ...{ state: "changed by someone else", trial: true },
      values: [
        { what: "net.netfilter.nf_conntrack_tcp_timeout_established", before: "432000", wanted: "86400", now: "12345" },
        { what: "net.netfilter.nf_conntrack_tcp_timeout_established of it", before: "1", now: "2" },
      ],
    },
  ],
};

const DIFF: RenderDiff = {
  schema: "podwire/render-diff@1",
  target: "networkd",
  variant: "flannel-host-gw+kube-proxy-nftables:1000",
  against: { kind: "folder", name: "network" },
  before: "flannel-vxlan",
  documents: [
    { what: "worker-1/etc/x.network", change: "changed", lines: [`-a line ${LONG}`], note: `a note ${LONG}` },
    { what: "worker-1/etc/y.network", change: "same", lines: [] },
    { what: "cluster/z.yaml", change: "elsewhere", lines: [] },
  ],
  order: [{ step: `a step ${LONG}`, why: `a reason ${LONG}`, commands: [`a command ${LONG}`] }],
};

const COSTS: RuleCosts = {
  schema: "podwire/rule-costs@1",
  ...{ measured: "2026-11-30T19:34:55.000Z", kernel: "6.18", cpu: "a CPU", rules: 4_000, rounds: 15 },
  backends: [
    { backend: "iptables-legacy", status: "measured", cost: { nanoseconds: 6, low: 5, high: 7 } },
    { backend: "iptables-nft", status: "measured", cost: { nanoseconds: 9, low: 8, high: 11 } },
    { backend: "nft", status: "failed", reason: `a reason ${LONG}` },
  ],
};

const MISSING = new Map([...MODES, ...LAYERS].map(({ name }) => [name, `this kernel lacks something ${LONG}`]));

/** Every text by its command, and lines of it that people copy, which are never broken. */
const TEXTS: Readonly<Record<string, { readonly at: (width: number) => string; readonly copied?: readonly string[] }>> = {
  "experiment irq": { at: (width) => renderIrqExperiment(irqExperiment(), FILE, { width, colour: false, full: false }) },
  "experiment irq --full": { at: (width) => renderIrqExperiment(irqExperiment(), FILE, { width, colour: false, full: true }) },
  "experiment rules": {
    at: (width) => renderRuleCosts(COSTS, { file: FILE, isLookedAt: true, kept: COSTS }, { width, colour: false }),
  },
  "tune auto": {
    at: (width) => {
      const changes = TUNING.changes.map((change) => ({ ...change, reason: `a reason ${LONG}` }));
      return renderClosedLoop({ ...TUNING, notes: [LONG], changes }, { width, colour: false });
    },
    copied: TUNING.permanent.flatMap(({ text }) => text.split("\n")),
  },
  "tune plan": {
    at: (width) => PLANS.map((plan) => renderTuningPlan(plan, { width, colour: false })).join("\n"),
    copied: PLANS.flatMap(({ changes }) => changes.flatMap(({ steps }) => steps.flatMap(({ command, undo }) => [command, undo]))),
  },
  "tune status": { at: (width) => renderTuningStatus(STATUS, { width, colour: false }) },
  "render --diff": {
    at: (width) => renderDiffText(DIFF, width),
    copied: [...DIFF.documents.flatMap(({ lines }) => lines), ...DIFF.order.flatMap(({ commands }) => commands)],
  },
  "render --list": { at: (width) => renderTargetList(targetList(TARGETS), width) },
  "lab modes": { at: (width) => renderModeList(MODES, MISSING, width) },
  "lab layers": { at: (width) => renderLayerList(LAYERS, MISSING, width) },
  "lab conformance": {
    at: (width) => {
      const variants = [triedVariant("gce", { hairpin: "does-not-work", masquerade: "not-offered" }, LONG), triedVariant("macvlan")];
      return renderConformance({ schema: "podwire/conformance@1", variants }, { width, colour: false, utf8: false, full: false });
    },
  },
};

describe.each(Object.entries(TEXTS))("%s", (_, { at, copied = [] }) => {
  test.each([60, 80, 100])("has no line wider than %i columns but what is copied, with and without UTF-8", (width) => {
    const whole = copied.map(plain).filter((line) => line !== "");
    const text = at(width);
    const ascii = inCharactersOf(text, { width, utf8: false });
    expect(ascii).toMatch(/^[\n -~]*$/);
    expect(ascii.split("?")).toHaveLength(text.split("?").length);
    for (const shown of [text, ascii]) {
      const wide = shown.split("\n").filter((line) => displayWidth(line) > width);
      expect(wide.filter((line) => !whole.some((one) => line.endsWith(one)))).toEqual([]);
    }
  });
});

describe("the answer stands first", () => {
  const firstOf = (name: string): string => TEXTS[name]?.at(100).split("\n")[0] ?? "";

  test.each([
    ["experiment rules", /^A rule that does not match costs a packet 6\.00 ns by iptables-legacy and 9\.00 ns by iptables-nft\.$/],
    ["tune auto", /^HTTP with new connections of flannel-vxlan\+fault\.offloads-off: keep tcp-buffers, /],
    ["tune plan", /^\d+ changes?/],
    ["tune status", /^1 of 1 changes stand or wait for a look\.$/],
    ["render --diff", /^1 of 2 documents would change; 1 more is not among the cluster's objects\.$/],
    ["lab modes", /^This machine supports 0 of \d+ modes, but not /],
    ["lab layers", /^This machine supports 0 of \d+ layers, but not /],
  ])("%s", (name, answer) => {
    expect(firstOf(name)).toMatch(answer);
  });

  test("a machine that supports everything says so", () => {
    expect(renderModeList(MODES, new Map(), 100).split("\n")[0]).toBe(`This machine supports all ${String(MODES.length)} modes.`);
  });
});
