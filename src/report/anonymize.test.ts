import { describe, expect, test } from "vitest";
import { syntheticRun } from "../../test/synthetic/run.js";
import { syntheticSummary } from "../../test/synthetic/summary.js";
import type { Run } from "../model/run.js";
import { runSchema } from "../model/run.js";
import { anonymizeRun, anonymizeSummary, maskOf } from "./anonymize.js";
import { renderHtml } from "./html/page.js";
import { renderTerminal } from "./terminal/table.js";

const SECRETS = [
  "build-17",
  "corp.example.net",
  "10.20.30.40",
  "2a02:8071:5ba0::17",
  "52:54:00:ab:cd:ef",
  "mallory",
  "ops@corp.example.net",
];
const base = syntheticRun({ rounds: 3, workloads: ["tcp"], partialReason: "lost build-17 at 10.20.30.40" });
const run: Run = {
  ...base,
  environment: {
    ...base.environment,
    route: "default via 10.20.30.40 dev eth0 src 2a02:8071:5ba0::17 lladdr 52:54:00:ab:cd:ef",
    path: "/home/mallory/podwire",
    contact: "ops@corp.example.net",
    "user.name": "mallory",
  },
  modes: base.modes.map((mode) => (mode.mode === "vlan" ? { ...mode, reason: "BUILD-17: /home/mallory/x: no such file" } : mode)),
  givenUp: [{ workload: "tcp", how: "trial", mode: "vlan", path: "pod-pod", reason: "10.20.30.40 refused mallory", at: 12 }],
  observations: base.observations.map((one, index) => (index === 0 ? { ...one, values: {}, error: "10.20.30.40 refused mallory" } : one)),
};

describe("a masked run", () => {
  const masked = anonymizeRun(run);
  test("is a valid run", () => {
    expect(runSchema.parse(masked)).toEqual(masked);
  });
  test.each(SECRETS)("holds no %s, and neither does a report made of it", (secret) => {
    const summary = { ...syntheticSummary(masked), givenUp: masked.givenUp };
    for (const text of [
      JSON.stringify(masked),
      renderHtml(summary, masked),
      renderTerminal(summary, masked, { width: 100, colour: false }),
    ]) {
      expect(text.toLowerCase()).not.toContain(secret);
    }
  });
  test("keeps every figure and every word of podwire's own", () => {
    expect(masked.observations.map((one) => one.values)).toEqual(run.observations.map((one) => one.values));
    expect(masked.scenario).toEqual(run.scenario);
    expect(masked.modes.map((mode) => mode.mode)).toEqual(run.modes.map((mode) => mode.mode));
    expect(masked.environment["kernel"]).toBe(run.environment["kernel"]);
    expect(masked.environment["tool.nginx"]).toBe("nginx/1.22.1");
    expect(JSON.stringify(masked.raw)).toContain("198.19.2.2");
  });
  test("leaves the run it was made from alone", () => {
    expect(run.environment["hostname"]).toBe("build-17.corp.example.net");
  });
});

test("a summary made before masking is masked alike", () => {
  const mask = maskOf(run);
  const masked = anonymizeRun(run, mask);
  const summary = anonymizeSummary(syntheticSummary(run), mask);
  const text = JSON.stringify(summary);
  for (const secret of SECRETS) expect(text.toLowerCase()).not.toContain(secret);
  expect(summary.environment["hostname"]).toBe(masked.environment["hostname"]);
});

test("the same thing gets the same mask, different things different ones", () => {
  const mask = maskOf(run);
  expect(mask("10.0.0.1 10.0.0.2 10.0.0.1")).toBe("address-1 address-2 address-1");
});

test.each([
  "198.18.0.11",
  "127.0.0.1",
  "02:70:77:00:01:02",
  "12:34:56",
  "std::string",
  "1.2.3",
  "net.ipv4.ip_forward",
  "::1",
  "iperf3.json",
])("%s tells nothing and stays", (text) => {
  expect(maskOf(run)(text)).toBe(text);
});
