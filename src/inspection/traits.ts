/**
 * The traits of a product's datapath by two witnesses: what carries packets comes first, the configuration second. Where both speak and do not agree,
 * that is a finding: a setting that was changed and not taken up, or one that the kernel did not allow.
 * @packageDocumentation
 */
import { type Finding, TRAITS, type Trait } from "../model/inspection.js";
import { listed } from "../units/listed.js";
import { encryptionIn } from "./mtu.js";
import type { Wiring } from "./pods/wiring.js";
import type { Configured, OwnDevice } from "./products/contract.js";

/** What was seen, by trait, in the words of {@link Configured}. */
export type Seen = Readonly<Partial<Record<Trait["trait"], string>>>;

/** What links and routes show without rights over a node. */
export function seenInWiring(wiring: Wiring): Seen {
  const { way } = wiring;
  const encryption = encryptionIn(wiring);
  return {
    ...(way === undefined ? {} : { routing: way.by === "tunnel" ? `${way.tunnel} tunnel` : "native routing" }),
    ...(encryption === undefined ? {} : { encryption }),
  };
}

/** Each trait that a witness tells. */
export const traitsOf = (configured: Configured, seen: Seen): readonly Trait[] =>
  TRAITS.flatMap((trait): Trait[] => {
    const [says, shows] = [configured[trait], seen[trait]];
    if (says === undefined && shows === undefined) return [];
    return [{ trait, ...(shows === undefined ? {} : { seen: shows }), ...(says === undefined ? {} : { configured: says }) }];
  });

/** Whether programs were seen that were loaded: host routing is a trait of Cilium's alone, and is seen in nothing else. */
export const isLoaded = (traits: readonly Trait[] = []): boolean =>
  traits.some(({ trait, seen }) => trait === "hostRouting" && seen !== undefined);

/** Traits with what nodes showed: of those that are known already, and of those in `has`. */
export const withSeen = (traits: readonly Trait[], seen: Seen, has: readonly Trait["trait"][] = []): readonly Trait[] =>
  TRAITS.flatMap((trait): Trait[] => {
    const told = traits.find((one) => one.trait === trait);
    const shows = seen[trait];
    if (shows !== undefined && (told !== undefined || has.includes(trait))) return [{ ...told, trait, seen: shows }];
    return told === undefined ? [] : [told];
  });

const NAMES: Readonly<Record<Trait["trait"], string>> = {
  version: "version",
  routing: "routing",
  services: "Services",
  hostRouting: "host routing",
  masquerade: "masquerade",
  encryption: "encryption",
  bandwidthManager: "bandwidth manager",
};

/** A trait's name in reports. */
export const traitName = ({ trait }: Trait): string => NAMES[trait];

/** Traits that the two witnesses tell differently. */
export const contradictionsIn = (traits: readonly Trait[]): readonly Finding[] =>
  traits.flatMap((one): Finding[] =>
    one.seen === undefined || one.configured === undefined || agrees(one.seen, one.configured)
      ? []
      : [{ claim: one.trait, text: `${traitName(one)}: the nodes show ${one.seen}, and the configuration amounts to ${one.configured}` }],
  );

/** What is configured may say more than can be seen, and leave the nodes two ways (`native routing within a subnet or ipip tunnel between subnets`). */
const agrees = (seen: string, configured: string): boolean => configured.split(" or ").some((one) => one.startsWith(seen));

/**
 * Devices that the configuration takes and that nodes which were looked at do not have, or have down. A missing device shows nothing of its trait, so that no
 * contradiction between the witnesses tells it.
 */
export function missingDevices(traits: readonly Trait[], devices: readonly OwnDevice[], { nodeLinks }: Wiring): readonly Finding[] {
  const nodes = [...new Set(nodeLinks.map(({ node }) => node))];
  return devices.flatMap(({ trait, name }): Finding[] => {
    const told = traits.find((one) => one.trait === trait);
    const without = nodes.filter((node) => !nodeLinks.some((link) => link.node === node && link.name === name && link.up));
    if (told?.configured === undefined || without.length === 0 || contradictionsIn([told]).length > 0) return [];
    const who = `${listed(without)} ${without.length === 1 ? "has" : "have"}`;
    return [
      {
        claim: trait,
        text: `${traitName(told)}: the configuration amounts to ${told.configured}, and ${who} no ${name} that is up for it`,
      },
    ];
  });
}

/** Findings, each said once. */
export const distinct = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((one) => [`${one.claim} ${one.text}`, one] as const)).values(),
];
