/**
 * Every mode that podwire knows, in the order in which tables list them.
 * @packageDocumentation
 */
import type { Mode } from "./contract.js";
import { dockerNat } from "./docker-nat.js";
import { dockerNat28 } from "./docker-nat-28.js";
import { host } from "./host.js";
import { ipvlanL2 } from "./ipvlan-l2.js";
import { ipvlanL3s } from "./ipvlan-l3s.js";
import { l2Bridge } from "./l2-bridge.js";
import { macvlan } from "./macvlan.js";
import { vlan } from "./vlan.js";

export const MODES: readonly Mode[] = [host, dockerNat, dockerNat28, l2Bridge, macvlan, ipvlanL2, ipvlanL3s, vlan];

/** Finds a mode by its exact name. */
export function findMode(name: string): Mode | undefined {
  return MODES.find((mode) => mode.name === name);
}
