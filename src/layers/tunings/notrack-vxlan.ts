import type { RulesetStep, Step, Wiring } from "../../model/wiring.js";
import { isTrackingTable, ruleTable } from "../../modes/parts/ruleset.js";
import type { Lacking, PlainLayer } from "../contract.js";

/** The tunnel's own packets are not tracked. `tune`'s change notrack-tunnel does the same on a node, by nft (changes.test.ts holds the two together). */
export const notrackVxlan: PlainLayer = {
  name: "notrack-vxlan",
  family: "tunings",
  sentence: "Packets to the VXLAN tunnel's UDP port are not tracked (NOTRACK in the raw table of every node).",
  why: "What a tunnel carries is tracked inside already; tracking the packets around it as well finds, makes and times out entries that nothing uses.",
  needs: { kernel: ["iptables-raw"], programs: ["iptables-restore"] },
  sources: ["iptables-extensions(8) CT --notrack", "src/tuning/changes/rules/notrack-tunnel.ts"],
  deviations: ["`podwire tune` writes the rule into a table of nft of its own; here it stands in the raw table, beside the mode's rules."],
  onto: withoutTracking,
};

function withoutTracking(wiring: Wiring): Wiring | Lacking {
  const tunnels = wiring.steps.flatMap((step) => {
    const port = step.kind === "link" && step.type === "vxlan" ? portOf(step.options ?? []) : undefined;
    return port === undefined ? [] : [{ node: step.in, port }];
  });
  if (tunnels.length === 0) return { lacks: "has no VXLAN tunnel" };
  if (!wiring.steps.some(tracks)) return { lacks: "tracks no connections" };
  if (tunnels.some(({ node, port }) => wiring.steps.some((step) => isUntracked(step, node, port))))
    return { lacks: "leaves its tunnel's packets untracked by itself" };
  return { ...wiring, steps: [...wiring.steps, ...tunnels.map(({ node, port }) => untracked(node, port))] };
}

const portOf = (options: readonly string[]): string | undefined => options[options.indexOf("dstport") + 1];

const tracks = (step: Step): boolean =>
  (step.kind === "ruleset" && step.tables.some(isTrackingTable)) || (step.kind === "load" && step.tracks);

const isUntracked = (step: Step, node: string, port: string): boolean =>
  step.kind === "ruleset" &&
  step.in === node &&
  step.tables.some(({ chains }) =>
    chains.some(({ rules }) => rules.some((rule) => rule.includes(`--dport ${port} `) && /NOTRACK|--notrack/.test(rule))),
  );

const untracked = (node: string, port: string): RulesetStep => ({
  kind: "ruleset",
  id: "notrack-vxlan",
  in: node,
  tool: "iptables",
  tables: [
    ruleTable(
      "raw",
      [],
      ["PREROUTING", "OUTPUT"].map((chain) => `-A ${chain} -p udp -m udp --dport ${port} -j CT --notrack`),
    ),
  ],
  reason: "no connection tracking of the packets around the tunnel's",
});
