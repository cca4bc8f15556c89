/**
 * A fault as its layer has it: where its report was read, what it does to its mode, and what tells of it.
 * @packageDocumentation
 */
import type { NamespaceName, RulesetStep, RuleTable, Wiring } from "../model/wiring.js";

/** What a fault does: its mode carries less than it could, or nothing arrives, be it of everything or of large packets alone. */
export type FaultEffect = "slow" | "broken";

/** A network device of a wiring. */
export interface DevicePlace {
  readonly in: NamespaceName;
  readonly device: string;
}

/** What is read on a node or in a pod, twice, while traffic runs, to see that a fault is there. */
export type FaultSign =
  /** A counter of /proc/net/snmp or /proc/net/netstat grows: `IpExt.InNoRoutes`. */
  | { readonly kind: "protocol"; readonly in: NamespaceName; readonly counter: string }
  /** The packet counter of a rule grows, or of a chain's policy where `rule` is absent. */
  | {
      readonly kind: "rule";
      readonly in: NamespaceName;
      readonly tool: RulesetStep["tool"];
      readonly table: RuleTable["name"];
      readonly chain: string;
      /** As the wiring has it, without `-A CHAIN`. */
      readonly rule?: string;
    }
  /** Packets pass the first device and are not seen at the second. */
  | {
      readonly kind: "swallowed";
      readonly seen: DevicePlace & { readonly counter: "rxPackets" | "txPackets" };
      readonly missed: DevicePlace & { readonly counter: "rxPackets" | "txPackets" };
    }
  /** What a bulk transfer brings to the device is on average no larger than this, bytes. */
  | ({ readonly kind: "small-packets"; readonly atMost: number } & DevicePlace)
  /** The setting has this value: of what it does no counter tells. */
  | { readonly kind: "setting"; readonly in: NamespaceName; readonly name: string; readonly value: string }
  /** A counter of the device's queueing discipline grows. */
  | ({ readonly kind: "qdisc"; readonly counter: "overlimits" | "drops" } & DevicePlace);

/** A fault as its layer has it. */
export interface Fault {
  /** Row of the catalogue of public reports whose cause it plants: `A9`. Absent where it was planted by hand first. */
  readonly row?: string;
  readonly effect: FaultEffect;
  /** What tells of it, in a sentence. */
  readonly shownBy: string;
  /** The same as data, for a wiring that has the fault. */
  sign(wiring: Wiring): FaultSign;
}
