/** Which devices a wiring makes, for checks that its steps name nothing else. */
import type { Wiring } from "../../src/model/wiring.js";

/** Devices of a namespace: made there, moved there, or the other end of a veth. */
export function wiredDevices({ steps }: Wiring, namespace: string): ReadonlySet<string> {
  const names = new Set(["lo"]);
  for (const step of steps) {
    if (step.kind === "link" && (step.moveTo ?? step.in) === namespace) names.add(step.name);
    if (step.kind === "link" && step.peer?.in === namespace) names.add(step.peer.name);
    if (step.kind === "tun" && step.in === namespace) names.add(step.name);
    if (step.kind !== "link-set" || step.in !== namespace) continue;
    const [word, name] = step.settings;
    if (word === "name" && name !== undefined) names.add(name);
    // The ipip module makes this one by itself.
    if (step.name === "tunl0") names.add("tunl0");
  }
  return names;
}
