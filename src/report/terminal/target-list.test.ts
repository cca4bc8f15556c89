import { expect, test } from "vitest";
import { TARGETS_SCHEMA, type TargetList } from "../../model/render-targets.js";
import { targetList } from "../../render/target-list.js";
import { TARGETS } from "../../render/targets/index.js";
import { renderTargetList } from "./target-list.js";

const ALL = targetList(TARGETS);
const WIDE = 10_000;

/** By target: what its line says after `for`. */
const saidIn = (text: string): ReadonlyMap<string, string> =>
  new Map([...text.matchAll(/^([\w-]+): .*\n {2}for {6}(.*)$/gm)].map(([, target = "", said = ""]) => [target, said]));

/** What a reader takes from such a line: the variants, spelt out. */
function readOut(said: string, all: ReadonlyMap<string, string>): readonly string[] {
  const modesOf = (words: string): readonly string[] => {
    const owner = /^all variants of ([\w-]+)$/.exec(words)?.[1];
    return owner === undefined ? words.split(", ") : readOut(all.get(owner) ?? "", all);
  };
  let first: readonly string[] = [];
  return said.split("; ").flatMap((part) => {
    const [, words = part, layers] = /^(.*?) with (.*?)(?: too)?$/.exec(part) ?? [];
    if (layers === undefined) {
      first = modesOf(words);
      return first;
    }
    const modes = words === "each of them" ? first : modesOf(words);
    return modes.flatMap((mode) => layers.split(/, | or /).map((layer) => `${mode}+${layer}`));
  });
}

test("a reader finds exactly the variants of every target", () => {
  const said = saidIn(renderTargetList(ALL, WIDE));
  for (const { target, variants } of ALL.targets)
    expect([...readOut(said.get(target) ?? "", said)].sort(), target).toEqual([...variants].sort());
});

test("no list of many variants is written out twice, and none with each of its layers", () => {
  const lists = [...saidIn(renderTargetList(ALL, WIDE)).values()].flatMap((said) => said.split("; "));
  const long = lists.filter((list) => list.split(", ").length > 4 && !list.includes(" with "));
  expect(new Set(long).size).toBe(long.length);
  expect(lists.filter((list) => list.includes("+"))).toEqual([]);
});

test("modes, layers that all of them take, and layers that some take", () => {
  const target = (name: string, variants: readonly string[]): TargetList["targets"][number] => ({
    ...{ target: name, title: name, checker: "nothing", checked: "not here", variants: [...variants] },
  });
  const modes = ["gce", "vlan", "kindnet", "macvlan"];
  const list: TargetList = {
    schema: TARGETS_SCHEMA,
    targets: [
      target("first", modes),
      target("all", [...modes, ...modes.flatMap((mode) => [`${mode}+one`, `${mode}+two`])]),
      target("some", ["gce", "vlan", "gce+one"]),
      target(
        "only",
        modes.map((mode) => `${mode}+one`),
      ),
    ],
  };
  expect([...saidIn(renderTargetList(list, WIDE))]).toEqual([
    ["first", "gce, vlan, kindnet, macvlan"],
    ["all", "all variants of first; each of them with one or two too"],
    ["some", "gce, vlan; gce with one too"],
    ["only", "all variants of first with one"],
  ]);
});
