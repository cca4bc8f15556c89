/**
 * What a walk does not show, in sentences.
 * @packageDocumentation
 */
import type { Packet } from "../packet.js";
import { type Ruleset, tableName } from "../ruleset.js";
import { BY_LOOPBACK, dormantTables, stationsAt } from "./stations.js";

/** Tables that would have been met. */
export const dormantNotes = (ruleset: Ruleset, packet: Packet): readonly string[] =>
  dormantTables(ruleset, packet).map((table) => `The table ${tableName(table)} is dormant: the kernel does not call its chains.`);

/** Of a packet that may be for the machine that sends it: nothing where no chain would be met on the way in. */
export function loopbackNotes(ruleset: Ruleset, packet: Packet): readonly string[] {
  const met = BY_LOOPBACK.flatMap((hook) => stationsAt(ruleset, hook, { ...packet, in: "lo" }));
  if (!met.some(({ chain: { base, rules } }) => rules.length > 0 || base?.policy === "drop")) return [];
  return [
    [
      "Whether the destination is an address of this machine cannot be told from here.",
      "If it is, the packet comes in again by lo, through prerouting and input: say `local` to see that.",
      "If it is not, say `forward`, or the device by `out`.",
    ].join(" "),
  ];
}
