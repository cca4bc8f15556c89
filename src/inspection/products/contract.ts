/**
 * What a network product says of itself through the API.
 * @packageDocumentation
 */
import type { Evidence } from "../../model/inspection.js";
import type { ApiFacts } from "../api-facts.js";

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
  /** Set where the product has a datapath of its own: then no wiring that pods see makes it one of podwire's modes. */
  readonly ownDatapath?: string;
  /** What carries Services, where the product does that itself. */
  readonly servicesBy?: string;
  /** Address ranges that pods get theirs from. */
  readonly pools?: readonly string[];
  /** Bytes; as the settings say. */
  readonly podMtu?: number;
  readonly evidence: readonly Evidence[];
}

/** Recognises one product. Gives undefined where nothing of it is to be seen. */
export type Detector = (api: ApiFacts) => ProductClaim | undefined;

/** One thing that was read. */
export const read = (claim: string, value: string, from: string): Evidence => ({ claim, value, from });
