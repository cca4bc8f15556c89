/**
 * What has to be known of a closed loop's answer.
 * @packageDocumentation
 */
import type { Candidate, Untried } from "./candidates.js";

/** Notes in sentences. @param afterwards - what becomes of what was kept */
export function notesOf(kept: readonly Candidate[], untried: readonly Untried[], afterwards: string): readonly string[] {
  const onDevices = kept.filter(({ change }) => change.scope === "device").map(({ change }) => change.name);
  const hidden = untried.filter(({ shownBy }) => shownBy !== undefined);
  const [metric] = hidden.flatMap(({ shownBy = [] }) => shownBy);
  return [
    afterwards,
    ...(onDevices.length === 0
      ? []
      : [`${onDevices.join(", ")}: the lab has no network card, only veth devices; the gain must be proved on the node.`]),
    ...(metric === undefined
      ? []
      : [
          `What this node's state says of ${hidden.map(({ change }) => change.name).join(", ")} does not show in this metric: try --metric ${metric} too.`,
        ]),
  ];
}
