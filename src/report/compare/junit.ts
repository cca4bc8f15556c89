/**
 * Gates as JUnit XML: one test suite for the set, one test case for each gate and mode. What GitLab, Jenkins and GitHub actions read: `testsuites`,
 * `testsuite` with its counts, `testcase` with `failure`, `skipped` or `system-out`.
 * @packageDocumentation
 */
import type { GateResult, Judgement, RunComparison } from "../../model/run-comparison.js";
import { html, type Markup } from "../markup.js";

/** The XML document, with a line break at the end. */
export function renderJunit(comparison: RunComparison): string {
  const cases = comparison.gates.flatMap((gate) => gate.judgements.map((judgement) => ({ gate, judgement })));
  const count = (outcome: Judgement["outcome"]): string => String(cases.filter(({ judgement }) => judgement.outcome === outcome).length);
  const counts = { tests: String(cases.length), failures: count("failed"), skipped: count("skipped") };
  const { a, b } = comparison;
  const xml = html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="podwire compare" tests="${counts.tests}" failures="${counts.failures}" errors="0" time="0">
  <testsuite name="podwire gates" tests="${counts.tests}" failures="${counts.failures}" errors="0" skipped="${counts.skipped}" time="0"${timestamp(b.startedAt)}>
    <properties>
      <property name="A" value="${legal(a.file)}"/>
      <property name="B" value="${legal(b.file)}"/>
    </properties>
${cases.map(({ gate, judgement }) => testCase(gate, judgement))}  </testsuite>
</testsuites>
`;
  return xml.text;
}

/** The schema wants xs:dateTime without fractions; a run whose start is no such moment goes without. */
function timestamp(startedAt: string): Markup {
  const [, moment] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(startedAt) ?? [];
  return moment === undefined ? html`` : html` timestamp="${moment}"`;
}

/** The gate is the class, so that readers which group by class show the modes of a gate together. Dots would part the class name into packages. */
function testCase(gate: GateResult, { mode, outcome, reason }: Judgement): Markup {
  const words = legal(reason);
  const body = {
    failed: html`<failure type="gate" message="${words}">${words}</failure>`,
    skipped: html`<skipped message="${words}"/>`,
    warned: html`<system-out>warning: ${words}</system-out>`,
    passed: html`<system-out>${words}</system-out>`,
  }[outcome];
  return html`    <testcase classname="${legal(gate.gate)}" name="${legal(`${mode}: ${gate.gate}`)}" time="0">${body}</testcase>
`;
}

/** XML 1.0 allows neither control characters nor these two noncharacters, not even escaped; markup drops the former. */
const legal = (text: string): string => text.replace(/[\ufffe\uffff]/g, "\ufffd");
