/**
 * What kinds of networks do otherwise than "it works", for the checks of conformance.
 * @packageDocumentation
 */
import type { Expectations } from "../../model/conformance.js";

const notOffered = (because: string) => ({ expected: "not-offered", because }) as const;
const notApplicable = (because: string) => ({ expected: "not-applicable", because }) as const;

/** Pods have addresses of their own, which nodes route. */
export const ROUTED_PODS: Expectations = {
  multicast: notOffered("packets between nodes are routed, and nothing routes multicast"),
};

/** Pods have addresses of the nodes' segment. */
export const PODS_ON_THE_SEGMENT: Expectations = {
  masquerade: notApplicable("pods have addresses of the nodes' segment, which is known outside"),
};

const PARENT_AND_CHILD = "a parent device and its children do not talk to each other";
/** Pods are children of the node's card. */
export const CHILDREN_OF_THE_CARD: Expectations = {
  "pod-own-host": notOffered(PARENT_AND_CHILD),
  "host-own-pod": notOffered(PARENT_AND_CHILD),
};

/** Nothing translates what pods send. */
export const NOT_MASQUERADED: Expectations = { masquerade: notOffered("nothing translates the pods' addresses") };

const OTHER_SEGMENT = "nodes have no address on the pods' segment, and no router joins the two";
/** Pods have a segment of their own. */
export const APART_FROM_NODES: Expectations = {
  "pod-own-host": notOffered(OTHER_SEGMENT),
  "pod-host-across": notOffered(OTHER_SEGMENT),
  "host-own-pod": notOffered(OTHER_SEGMENT),
  "host-pod-across": notOffered(OTHER_SEGMENT),
  masquerade: notOffered(OTHER_SEGMENT),
};

/** Without a default route pods have no route to multicast groups. */
export const NO_MULTICAST_ROUTE: Expectations = {
  multicast: notOffered("pods have no route to multicast groups without a router on their segment"),
};

const SAME_ON_EVERY_NODE = "containers have the same addresses on every node: another node's are reached by published ports alone";
/** Pods are known on their own node only. */
export const KNOWN_ON_ONE_NODE: Expectations = {
  "pod-pod-across": notOffered(SAME_ON_EVERY_NODE),
  "host-pod-across": notOffered(SAME_ON_EVERY_NODE),
  "large-transfer": notApplicable(SAME_ON_EVERY_NODE),
  "segment-sizes": notApplicable(SAME_ON_EVERY_NODE),
  "path-mtu": notApplicable(SAME_ON_EVERY_NODE),
  fragments: notApplicable(SAME_ON_EVERY_NODE),
  ...ROUTED_PODS,
};
