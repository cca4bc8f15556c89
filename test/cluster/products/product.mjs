/**
 * What a product needs before a cluster with it can start: its programs and its image.
 */
import { locate } from "../../../scripts/setup/programs.mjs";
import { ensureBuilt } from "../go-programs.mjs";
import { ensureImage } from "./image-maker.mjs";
import { CILIUM_IMAGE, KUBE_ROUTER_IMAGE } from "./images.mjs";
import { CILIUM_PROGRAMS, KUBE_ROUTER_PROGRAMS } from "./programs.mjs";

/** @typedef {{ readonly programs?: string, readonly images: readonly string[] }} Product folder of what was built, and archives for every node */

const CILIUM = { collection: CILIUM_PROGRAMS, image: CILIUM_IMAGE };
/** By network. @type {Partial<Record<import("../variants.mjs").Network, typeof CILIUM>>} */
const PARTS = {
  "cilium-vxlan": CILIUM,
  "cilium-native": CILIUM,
  "kube-router": { collection: KUBE_ROUTER_PROGRAMS, image: KUBE_ROUTER_IMAGE },
};

/**
 * Builds what this machine has not got; nothing for a network that is no product.
 * @param {import("../variants.mjs").Variant} variant
 * @param {(line: string) => void} say
 * @returns {Promise<Product>}
 */
export async function ensureProduct({ network }, say) {
  if (network === "bird" && locate("bird") === undefined) throw new Error("there is no BIRD on this machine: apt-get install bird2");
  const parts = PARTS[network];
  if (parts === undefined) return { images: [] };
  const programs = await ensureBuilt(parts.collection, say);
  return { programs, images: [await ensureImage(parts.image, programs, say)] };
}
