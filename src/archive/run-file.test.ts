import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Run } from "../model/run.js";
import { formatRun, parseRun, RunFileError } from "./run-file.js";

const run: Run = {
  schema: "podwire/run@1",
  podwire: "0.1.0",
  startedAt: "2026-01-01T00:00:00.000Z",
  endedAt: "2026-01-01T00:01:00.000Z",
  status: "complete",
  scenario: {
    venue: "lab",
    modes: ["host"],
    workloads: ["tcp"],
    metrics: ["tcp"],
    linkBitsPerSecond: 1e9,
    mtu: 1500,
    nodes: 2,
    budgetSeconds: 60,
    margin: { capped: 0.02, open: 0.05 },
    configuredBaseline: false,
    quick: true,
    needs: [],
    seed: 1,
  },
  environment: { kernel: 'has "observations": [] in it' },
  modes: [{ mode: "host", status: "built" }],
  paths: [{ mode: "host", path: "host-host", status: "built" }],
  comparisons: [],
  observations: [],
  raw: { "tcp host": { argv: ["iperf3"], stdout: '"observations": []\n}', stderr: "" } },
};
const observation: Run["observations"][number] = {
  workload: "tcp",
  round: 0,
  position: 0,
  mode: "host",
  path: "host-host",
  startedAt: 0,
  elapsed: 0.2,
  values: { tcp: 9.4e8 },
  work: 0.02,
  cpu: { busy: 0.1, softirq: 0.02, steal: 0, idle: 0.3 },
};

describe("run files", () => {
  test("read back as they were written, whatever the tools printed", () => {
    for (const observations of [[], [observation], [observation, { ...observation, round: 1 }]]) {
      expect(parseRun(formatRun({ ...run, observations }), "a")).toEqual({ ...run, observations });
    }
  });

  test("hold one observation a line", () => {
    const lines = formatRun({ ...run, observations: [observation, observation] }).split("\n");
    expect(lines.filter((line) => line.includes('"workload"'))).toHaveLength(2);
  });

  test.each([
    ["", "it is not JSON"],
    ["{", "it is not JSON"],
    ["[]", "not a podwire run file"],
    ['{"schema":"podwire/summary@1"}', "is a summary"],
    ['{"schema":"podwire/run@2"}', "is of the format podwire/run@2"],
    ['{"schema":"podwire/run@1"}', "is damaged"],
  ])("say what is wrong with %j", (text, message) => {
    expect(() => parseRun(text, "x.json")).toThrow(message);
  });

  test("never fail in another way, whatever the text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parseRun(text, "x");
        } catch (error) {
          expect(error).toBeInstanceOf(RunFileError);
        }
      }),
    );
  });
});
