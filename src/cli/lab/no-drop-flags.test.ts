import { describe, expect, test } from "vitest";
import { MODES } from "../../modes/index.js";
import { UsageError } from "../errors.js";
import { askedSearches } from "./no-drop-flags.js";
import { scenarioFromFlags } from "./scenario-from-flags.js";

describe("searches", () => {
  test("are not made unless they are asked for", () => {
    expect(askedSearches(["tcp", "pps"], {})).toEqual({ metrics: [], plan: undefined });
    expect(scenarioFromFlags({ link: "none", nodes: "2" }, MODES, 1).noDrop).toBeUndefined();
  });

  test("of both goals at the default size", () => {
    const { metrics, plan } = askedSearches(["ndr", "pdr"], {});
    expect(metrics).toEqual(["ndr", "pdr"]);
    expect(plan).toMatchObject({
      frameSizes: ["64"],
      searches: 3,
      goals: [
        { metric: "ndr", lossRatio: 0 },
        { metric: "pdr", lossRatio: 0.005 },
      ],
    });
  });

  test("of one goal at several sizes", () => {
    const { metrics, plan } = askedSearches(["ndr"], { frameSizes: "imix, 512,64" });
    expect(metrics).toEqual(["ndr", "ndr.512", "ndr.imix"]);
    expect(plan?.goals.map(({ metric }) => metric)).toEqual(["ndr"]);
  });

  test("by a full name are made at that size alone", () => {
    expect(askedSearches(["pdr.1518"], {})).toMatchObject({ metrics: ["pdr.1518"], plan: { frameSizes: ["1518"] } });
  });

  test("with trials of another length", () => {
    expect(askedSearches(["ndr"], { trial: "60s" }).plan?.goals[0]).toMatchObject({ finalTrialSeconds: 60, exceedRatio: 0 });
  });

  test.each([{ frameSizes: "65" }, { frameSizes: "," }, { trial: "10ms" }, { trial: "soon" }])("%j is a usage error", (flags) => {
    expect(() => askedSearches(["ndr"], flags)).toThrow(UsageError);
  });
});

test("a scenario of searches alone has no workload, and one of both has both", () => {
  const alone = scenarioFromFlags({ link: "1gbit", nodes: "2", metrics: "ndr,pdr" }, MODES, 1);
  expect(alone).toMatchObject({ workloads: [], metrics: ["ndr", "pdr"] });
  const both = scenarioFromFlags({ link: "1gbit", nodes: "2", metrics: "pps,ndr" }, MODES, 1);
  expect(both).toMatchObject({ workloads: ["pps"], metrics: ["pps", "pps.cpu", "ndr"] });
});
