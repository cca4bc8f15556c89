/**
 * Which mode a cluster has, as far as its objects say so.
 * @packageDocumentation
 */
import { FLANNEL_MODES } from "../../model/flannel-backends.js";
import { isFields } from "./objects.js";

/** By what flanneld notes: no name for the udp backend. */
const BACKENDS: Readonly<Record<string, string | undefined>> = { ...FLANNEL_MODES, "": FLANNEL_MODES["udp"] };

/** Of flannel's ConfigMap, as it is in the cluster. */
export function modeOfFlannel(configMap: unknown): string | undefined {
  const data = isFields(configMap) ? configMap["data"] : undefined;
  const text = isFields(data) ? data["net-conf.json"] : undefined;
  if (typeof text !== "string") return undefined;
  try {
    const read: unknown = JSON.parse(text);
    const backend = isFields(read) ? read["Backend"] : undefined;
    return isFields(backend) ? BACKENDS[String(backend["Type"])] : undefined;
  } catch {
    return undefined;
  }
}

/** Of a Node: flanneld writes its backend there, and leaves it when it goes. */
export function modeOfNode(node: unknown): string | undefined {
  const metadata = isFields(node) ? node["metadata"] : undefined;
  const annotations = isFields(metadata) ? metadata["annotations"] : undefined;
  return isFields(annotations) ? BACKENDS[String(annotations["flannel.alpha.coreos.com/backend-type"])] : undefined;
}

/** Of one of Calico's pools. */
export function modeOfPool(pool: unknown): string | undefined {
  const spec = isFields(pool) ? pool["spec"] : undefined;
  if (!isFields(spec) || typeof spec["cidr"] !== "string") return undefined;
  const on = (field: string): boolean => ["Always", "CrossSubnet"].includes(String(spec[field]));
  return on("vxlanMode") ? "calico-vxlan" : on("ipipMode") ? "calico-ipip" : "calico-routed";
}
