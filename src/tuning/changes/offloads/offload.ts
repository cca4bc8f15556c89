/**
 * What every change of one offload has in common. Each feature is a change of its own, so that each is toggled and measured alone: of a card that corrupts what it cuts,
 * only one is at fault.
 * @packageDocumentation
 */
import type { Change, Knob, PlannedStep, Risk } from "../../contract.js";
import { carrying, proposalOf } from "../../evidence.js";
import type { DeviceFacts, NodeFacts } from "../../facts.js";

/** What is particular to one feature. */
export interface Offload {
  readonly name: string;
  /** ethtool's long name. */
  readonly feature: string;
  readonly why: string;
  readonly risk: Risk;
  readonly breaks: string;
  /** Whether the kernel leaves it off on such a device by itself, so that its being off says nothing. */
  readonly offByDefault?: (device: DeviceFacts) => boolean;
  readonly sources: readonly string[];
}

/** The change that switches a feature on wherever it is off and the driver has it. */
export const offloadChange = ({ name, feature, why, risk, breaks, offByDefault = () => false, sources }: Offload): Change => ({
  name,
  sets: `${feature} on, on every device where it is off and can be on`,
  why,
  scope: "device",
  risk,
  breaks,
  acts: "at once",
  bulkOnly: true,
  side: "either",
  readBack: "`ethtool -k`: on or off",
  sideEffects: "Features that stand on this one (scatter-gather carries TSO and GSO) come and go with it; all of them are restored.",
  writers: [
    { owner: "systemd-networkd", instead: "the [Link] section of the device's .link file" },
    { owner: "tuned", instead: "the [net] section of its profile" },
  ],
  sources: ["Linux Documentation/networking/segmentation-offloads.rst", "ethtool(8)", ...sources],
  propose: (node) => proposed(node, feature, offByDefault),
});

/**
 * Devices whose features are those of the device that they stand on: what was asked of one by itself is not given back while the parent has it
 * (macvlan_fix_features, ipvlan_fix_features), and with the parent's it changes by itself.
 */
const CHILDREN: ReadonlySet<string> = new Set(["macvlan", "macvtap", "ipvlan", "ipvtap", "vlan"]);
const followsParent = ({ kind = "" }: DeviceFacts): boolean => CHILDREN.has(kind);

function proposed(node: NodeFacts, feature: string, offByDefault: (device: DeviceFacts) => boolean): ReturnType<Change["propose"]> {
  if (node.tools["ethtool"] !== true) return { kind: "not here", because: "ethtool is not installed" };
  const able = carrying(node).filter((device) => device.offloads[feature]?.fixed === false && !followsParent(device));
  if (able.length === 0) return { kind: "not here", because: `no device lets ${feature} be set` };
  const off = able.filter(({ offloads }) => offloads[feature]?.on === false);
  const odd = off.filter((device) => !offByDefault(device));
  const named = (odd.length > 0 ? odd : off).map(({ name }) => name).join(", ");
  return proposalOf(
    off.map((device) => step(device, feature)),
    odd.length > 0
      ? { weight: "strong", says: `${feature} is off on ${named}, where the kernel has it on by itself` }
      : { weight: "none", says: `${feature} is off on ${named}, as the kernel leaves it there` },
  );
}

const step = (device: DeviceFacts, feature: string): PlannedStep => ({
  knob: { kind: "offload", device: device.name, feature },
  now: "off",
  wanted: "on",
  coupled: others(device, feature),
});

/** Summaries of several features, which ethtool prints beside those that it sums up. */
const SUMMARIES: ReadonlySet<string> = new Set(["tx-checksumming", "scatter-gather", "tcp-segmentation-offload"]);

const others = ({ name, offloads }: DeviceFacts, feature: string): readonly Knob[] =>
  Object.entries(offloads)
    .filter(([other, { fixed }]) => other !== feature && !fixed && !SUMMARIES.has(other))
    .map(([other]) => ({ kind: "offload", device: name, feature: other }));
