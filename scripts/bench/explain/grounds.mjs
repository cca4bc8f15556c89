/**
 * Ladders of the bench's own: rungs whose cost is known to be there, and rungs that are their predecessor built once more.
 */
import { rulesetLayer } from "../../../dist/model/layer-name.js";
import { ruleTable } from "../../../dist/modes/parts/ruleset.js";
import { resolveVariant } from "../../../dist/variants/variant.js";
import { twinOf } from "../bench-lab.mjs";
import { spinOf, spinUnavailable, withSpin } from "../spin.mjs";

/**
 * @typedef {import("../../../dist/modes/contract.js").Mode} Mode
 * @typedef {import("../../../dist/model/explanation.js").Ladder} Ladder
 * @typedef {{ name: string, kind: "planted" | "null" }} Judged
 * @typedef {{ name: string, metric: string, rate?: number, modes: readonly Mode[], judged: readonly Judged[] }} Ground
 */

const RATE = 1e9;

/** The routed pods of kindnet without any rule, with so many rules that match nothing. @param {string} name @param {number} rules @returns {Mode} */
function withRules(name, rules) {
  const base = resolveVariant("kindnet+up-to-routing");
  return {
    ...base,
    name,
    kernel: [...base.kernel, "iptables"],
    wire: (topology) => {
      const wiring = base.wire(topology);
      if (rules === 0) return wiring;
      const nodes = wiring.namespaces.filter(({ kind }) => kind === "node");
      const lines = Array.from({ length: rules }, (_, index) => `-A FORWARD -s ${unused(index)}/32 -j DROP`);
      const planted = nodes.map((node) => ({
        kind: /** @type {const} */ ("ruleset"),
        id: "planted",
        in: node.name,
        tool: /** @type {const} */ ("iptables"),
        tables: [ruleTable("filter", [], lines)],
        reason: `${String(rules)} rules that match nothing`,
      }));
      return { ...wiring, steps: [...wiring.steps, ...planted] };
    },
  };
}

/** An address that nothing has. @param {number} index */
const unused = (index) => `198.19.${String(128 + (index >> 8))}.${String(index & 255)}`;

/** Nanoseconds that the planted program burns for each packet at the server's pod: about a tenth of what a packet costs there. */
const SPIN_NS = 3_000;

/** The routed pods of kindnet, with the program that burns time and without; none where this machine cannot have it. @param {string} folder for the program @returns {Promise<readonly Ground[]>} */
export async function spinning(folder) {
  const unavailable = spinUnavailable();
  if (unavailable !== undefined) {
    process.stderr.write(`without the program that burns time: ${unavailable}\n`);
    return [];
  }
  const spin = await spinOf(folder, SPIN_NS);
  process.stderr.write(`the program turns ${String(spin.turns)} times for a packet, which takes ${String(spin.nanoseconds)} ns\n`);
  const base = resolveVariant("kindnet+up-to-routing");
  return [
    {
      name: "spin",
      metric: "http",
      modes: [
        withSpin(base, "base", undefined),
        withSpin(base, "null-1", undefined),
        withSpin(base, "spin", spin),
        withSpin(base, "null-2", spin),
        withSpin(base, "whole", spin),
      ],
      judged: [
        { name: "null-1", kind: "null" },
        { name: "spin", kind: "planted" },
        { name: "null-2", kind: "null" },
      ],
    },
  ];
}

/** Rungs in order; a null rung is its predecessor built once more, and so is the last name, the variant's own lane. @type {readonly Ground[]} */
export const GROUNDS = [
  {
    name: "rules",
    metric: "http",
    modes: [
      withRules("base", 0),
      withRules("null-1", 0),
      withRules("rules-2000", 2_000),
      withRules("null-2", 2_000),
      withRules("rules-10000", 10_000),
      withRules("null-3", 10_000),
      withRules("whole", 10_000),
    ],
    judged: [
      { name: "null-1", kind: "null" },
      { name: "rules-2000", kind: "planted" },
      { name: "null-2", kind: "null" },
      { name: "rules-10000", kind: "planted" },
      { name: "null-3", kind: "null" },
    ],
  },
  {
    name: "bucket",
    metric: "tcp",
    rate: RATE,
    modes: [twinOf("base"), twinOf("null-1"), twinOf("bucket-95", 0.95), twinOf("null-2", 0.95), twinOf("whole", 0.95)],
    judged: [
      { name: "null-1", kind: "null" },
      { name: "bucket-95", kind: "planted" },
      { name: "null-2", kind: "null" },
    ],
  },
];

/** All rungs of a ground, or two neighbours of them. @param {readonly string[]} names every rung, and last the variant's own lane @returns {Ladder} */
export function ladderOf(names) {
  const rungs = names
    .slice(0, -1)
    .map((mode) => ({ layer: rulesetLayer(mode), title: mode, mode, path: /** @type {const} */ ("pod-pod") }));
  return { variant: names.at(-1) ?? "", path: "pod-pod", rungs, without: [] };
}
