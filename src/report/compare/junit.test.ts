import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseXml, type XmlElement } from "../../../test/synthetic/strict-xml.js";
import { summarised } from "../../../test/synthetic/summarised.js";
import { compareRuns } from "../../compare/comparison.js";
import { parseGate } from "../../compare/gate.js";
import type { RunComparison } from "../../model/run-comparison.js";
import { renderJunit } from "./junit.js";

/** What consumers know (the schema that Jenkins ships): children and attributes of each element. */
const SHAPE: Readonly<Record<string, { readonly attributes: readonly string[]; readonly children: readonly string[] }>> = {
  testsuites: { attributes: ["name", "time", "tests", "failures", "disabled", "errors"], children: ["testsuite"] },
  testsuite: {
    attributes: ["name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id", "package"],
    children: ["properties", "testcase", "system-out", "system-err"],
  },
  properties: { attributes: [], children: ["property"] },
  property: { attributes: ["name", "value"], children: [] },
  testcase: {
    attributes: ["name", "assertions", "time", "classname", "status"],
    children: ["skipped", "error", "failure", "system-out", "system-err"],
  },
  failure: { attributes: ["type", "message"], children: [] },
  skipped: { attributes: ["type", "message"], children: [] },
  "system-out": { attributes: [], children: [] },
};

const childrenOf = (element: XmlElement): readonly XmlElement[] => element.children.filter((child) => typeof child !== "string");

/** Reads a report as a consumer does, and complains about everything that one may choke on. */
function consume(text: string): { readonly suite: XmlElement; readonly cases: readonly XmlElement[] } {
  const root = parseXml(text);
  const visit = (element: XmlElement): void => {
    const shape = SHAPE[element.name];
    expect(shape, element.name).toBeDefined();
    expect(Object.keys(element.attributes).filter((name) => shape?.attributes.includes(name) !== true)).toEqual([]);
    expect(childrenOf(element).filter(({ name }) => shape?.children.includes(name) !== true)).toEqual([]);
    childrenOf(element).forEach(visit);
  };
  visit(root);
  const [suite, ...others] = childrenOf(root);
  if (suite === undefined || others.length > 0) throw new Error("not one test suite");
  const cases = childrenOf(suite).filter(({ name }) => name === "testcase");
  const having = (name: string): number => cases.filter((one) => childrenOf(one).some((child) => child.name === name)).length;
  for (const { attributes } of [root, suite]) {
    expect([attributes["tests"], attributes["failures"], attributes["errors"]]).toEqual([
      String(cases.length),
      String(having("failure")),
      "0",
    ]);
  }
  expect(suite.attributes["skipped"]).toBe(String(having("skipped")));
  return { suite, cases };
}

const a = summarised({ macvlan: { http: [1, 0.99, 1.01] }, gce: { http: [0.9, 0.89, 0.91] } }, { file: "a.json" });
const b = summarised(
  {
    macvlan: { http: [0.99, 0.98, 1] },
    gce: { http: [0.8, 0.79, 0.81] },
    kindnet: { http: [0.95, 0.9, 1] },
    vlan: { http: { status: "unsupported", reason: 'needs <CONFIG_VLAN> & "more"' } },
  },
  { file: "b.json" },
);
const names = { modes: ["macvlan", "gce", "kindnet", "vlan"], metrics: ["http"] };
const gates = (...texts: string[]) => texts.map((text) => parseGate(text, names));

describe("a gate on four modes", () => {
  const { suite, cases } = consume(renderJunit(compareRuns(a, b, gates("http<0.95"), "warn")));

  test("is one suite with a case for each mode", () => {
    expect(cases.map(({ attributes }) => [attributes["classname"], attributes["name"]])).toEqual(
      ["macvlan", "gce", "kindnet", "vlan"].map((mode) => ["http<0.95", `${mode}: http<0.95`]),
    );
    expect(suite.attributes["timestamp"]).toBe("2026-02-03T09:15:00");
  });

  test("fails, skips and warns where the gate does", () => {
    expect(cases.map((one) => childrenOf(one).map(({ name }) => name))).toEqual([["system-out"], ["failure"], ["system-out"], ["skipped"]]);
    const [, failed, warned, skipped] = cases.map((one) => childrenOf(one)[0]);
    expect(failed?.attributes).toEqual({
      type: "gate",
      message: "0.800 [0.790, 0.810] of the host (n 20): the whole interval is below 0.95",
    });
    expect(warned?.children).toEqual(["warning: 0.950 [0.900, 1.000] of the host (n 20): the interval straddles 0.95, so it is undecided"]);
    expect(skipped?.attributes["message"]).toBe('unsupported in B: needs <CONFIG_VLAN> & "more"');
  });

  test("names both files", () => {
    const properties = childrenOf(childrenOf(suite)[0] ?? suite);
    expect(properties.map(({ attributes }) => [attributes["name"], attributes["value"]])).toEqual([
      ["A", "a.json"],
      ["B", "b.json"],
    ]);
  });
});

test("several gates stand in the same suite", () => {
  expect(consume(renderJunit(compareRuns(a, b, gates("macvlan:http<0.95", "gce:http<0.95A"), "warn"))).cases).toHaveLength(2);
});

test("whatever texts a run holds, the report stays well-formed", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("]]>", "<!--", "&amp;", "\u0000\u001b[2J", "\ufffe\uffff", "\ud800", '"/><x y="', "\n\t"),
  );
  fc.assert(
    fc.property(hostile, hostile, hostile, (reason, file, moment) => {
      const comparison: RunComparison = {
        ...compareRuns(a, b, [], "warn"),
        a: { file, podwire: reason, startedAt: moment, endedAt: moment, status: "complete" },
        b: { file, podwire: reason, startedAt: moment, endedAt: moment, status: "complete" },
        gates: [
          {
            gate: reason,
            path: "pod-pod",
            metric: file,
            reads: "b",
            outcome: "failed",
            judgements: (["failed", "warned", "passed", "skipped"] as const).map((outcome) => ({ mode: file, outcome, reason })),
          },
        ],
      };
      expect(consume(renderJunit(comparison)).cases).toHaveLength(4);
    }),
  );
});
