import fc from "fast-check";
import { expect, test } from "vitest";
import { restoreText, ruleLines, ruleTable } from "./ruleset.js";

test("a table declares its own chains, sets policies that are given, and leaves other built-in chains alone", () => {
  const table = ruleTable("filter", ["FORWARD DROP", "MINE"], ["-A FORWARD -j MINE", "-A MINE -j RETURN", "-A INPUT -j ACCEPT"]);
  expect(restoreText([table])).toBe(
    "*filter\n:FORWARD DROP [0:0]\n:MINE - [0:0]\n-A FORWARD -j MINE\n-A MINE -j RETURN\n-A INPUT -j ACCEPT\nCOMMIT\n",
  );
});

test("rules keep their order in their chain and none is lost", () => {
  const rule = fc.tuple(fc.constantFrom("INPUT", "A", "B"), fc.integer({ min: 1, max: 65_535 }));
  fc.assert(
    fc.property(fc.array(rule), (rules) => {
      const lines = rules.map(([chain, port]) => `-A ${chain} -p tcp --dport ${String(port)} -j ACCEPT`);
      const made = ruleLines(ruleTable("filter", [], lines));
      for (const chain of ["INPUT", "A", "B"]) {
        const of = (all: readonly string[]): string[] => all.filter((line) => line.startsWith(`-A ${chain} `));
        expect(of(made)).toEqual(of(lines));
      }
    }),
  );
});

test("a line that is no rule is a defect of the mode", () => {
  expect(() => ruleTable("nat", [], ["-I INPUT -j DROP"])).toThrow("not a rule");
});
