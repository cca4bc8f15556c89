/**
 * What a network product says of itself through the API.
 * @packageDocumentation
 */
import type { Evidence, Inspection, Trait } from "../../model/inspection.js";
import type { ApiFacts, DaemonSetView } from "../api-facts.js";
import type { Encryption } from "../mtu.js";
import type { Wiring } from "../pods/wiring.js";

/** A product that was recognised. */
export interface ProductClaim {
  /** Its name in lower case. */
  readonly cni: string;
  /** Its setting in its own words. */
  readonly setting?: string;
  /** `runs`: a DaemonSet or its like stands for it now. `traces`: only what also stays behind when a product is taken away. */
  readonly strength: "runs" | "traces";
  /** The podwire mode that its settings amount to; absent where they do not say, and then `whyNoMode` says why. */
  readonly mode?: string;
  readonly whyNoMode?: string;
  /** Set where the product has a datapath of its own: then no wiring that pods see makes it one of podwire's modes, and only its likeness may. */
  readonly ownDatapath?: string;
  /** What carries Services, where the product does that itself. */
  readonly servicesBy?: string;
  /** Address ranges that pods get theirs from. */
  readonly pools?: readonly string[];
  /** Bytes; as the settings say. */
  readonly podMtu?: number;
  /** As the settings say. */
  readonly encryption?: Encryption;
  /** What it is set to, by trait, where it has a datapath of its own. */
  readonly traits?: Configured;
  /** Traits that it has even where no setting says them: what nodes show of these is its own. */
  readonly hasTraits?: readonly Trait["trait"][];
  /** Devices without which nodes cannot do what it is set to. */
  readonly devices?: readonly OwnDevice[];
  /** What devices of its own on the nodes show of these traits, beside what links and routes show of any product. */
  readonly shown?: (wiring: Wiring) => Configured;
  /** The mode that is wired most alike, judged by what was found of it. */
  readonly likeness?: (told: LikenessTold) => Likeness;
  /** By which name it enforces network policies, where it does. */
  readonly enforces?: string;
  readonly evidence: readonly Evidence[];
}

/** What tells how like a mode a product is: what pods and nodes showed of it comes first. */
export interface LikenessTold extends Pick<Inspection, "setting" | "traits" | "podRoutes"> {
  /** What pods hang on, where that is a link of the product's own kind. */
  readonly podsOn?: string;
}

/** The mode that is wired most alike, and what differs all the same. */
export interface Likeness {
  readonly mode: string;
  /** A clause each. */
  readonly differs: readonly string[];
  /** Whether a datapath of its own is wired as the mode is, so that what differs is what its programs do besides. */
  readonly same: boolean;
  /** Why it is not the same; absent where the product says it otherwise. */
  readonly why?: string;
}

/** A device that a product makes on each of its nodes for one of its traits. */
export interface OwnDevice {
  readonly trait: Trait["trait"];
  readonly name: string;
}

/** What one witness says, by trait. */
export type Configured = Readonly<Partial<Record<Trait["trait"], string>>>;

/** Recognises one product. Gives undefined where nothing of it is to be seen. */
export type Detector = (api: ApiFacts) => ProductClaim | undefined;

/** One thing that was read. */
export const read = (claim: string, value: string, from: string): Evidence => ({ claim, value, from });

/** The version of the image of a DaemonSet's container, else that of its chart; undefined where neither is a version. */
export function versionOf({ containers, labels }: DaemonSetView, container: RegExp): string | undefined {
  const image = containers.find(({ name }) => container.test(name))?.image ?? "";
  const tag = /:(?:v)?(\d[\w.-]*)(?:@|$)/.exec(image)?.[1];
  return tag ?? labels["app.kubernetes.io/version"]?.replace(/^v/, "") ?? /-(\d[\w.-]*)$/.exec(labels["helm.sh/chart"] ?? "")?.[1];
}
