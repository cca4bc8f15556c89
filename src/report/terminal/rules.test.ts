import { expect, test } from "vitest";
import { reportOf } from "../../ruleset/findings.js";
import { readRuleset } from "../../ruleset/read.js";
import { renderRulesetReport } from "./rules.js";

const rendered = (rules: string): string =>
  renderRulesetReport(reportOf(readRuleset(`*nat\n:PREROUTING ACCEPT [0:0]\n${rules}COMMIT\n`)), { width: 100, colour: false });

test("no rule, one, and several are said as such", () => {
  expect(rendered("")).toMatch(/^There is no rule: the chains are empty\.\n/);
  expect(rendered("-A PREROUTING -p tcp -j ACCEPT\n")).toMatch(/^1 rule, which is of no product/);
  expect(rendered("-A PREROUTING -p tcp -j ACCEPT\n-A PREROUTING -p udp -j ACCEPT\n")).toMatch(/^2 rules, most of them of no product/);
  expect(renderRulesetReport(reportOf({ tables: [] }), { width: 100, colour: false })).toBe("There is no rule.\n");
});
