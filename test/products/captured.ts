/**
 * What real clusters answered: their API, pods, nodes and one node with rights over it (`capture.ts`; versions stand in `test/captured/products/README.md`).
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import type { ApiFacts } from "../../src/inspection/api-facts.js";
import { type DeepLook, nodeFacts } from "../../src/inspection/deep/node-facts.js";
import { inspect } from "../../src/inspection/inspect.js";
import type { Look } from "../../src/inspection/pods/look.js";
import { configMapView, daemonSetView, fields, list, nodeView } from "../../src/inspection/sift.js";
import { withDeep } from "../../src/inspection/with-deep.js";
import type { Inspection } from "../../src/model/inspection.js";

/** A captured file, by its path below `test/`. */
export const json = (path: string): unknown => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"));

/** One of a cluster's files. */
export const read = (network: string, file: string): unknown => json(`captured/products/${network}/${file}.json`);

/** The objects of one of its lists. */
export const items = (network: string, file: string): readonly unknown[] => list(fields(read(network, file))["items"]);

/** What its pods and nodes answered. The first captures were made before pods said by what policies may select them. */
export const looksAt = (network: string): readonly Look[] =>
  (read(network, "looks") as readonly Look[]).map((look) => ({ selectable: { namespace: "capture-eyes", labels: {} }, ...look }));

/** Its API. Services and policies were not captured: such a cluster has the API server's own Service, and no policy. */
export function apiOf(network: string): ApiFacts {
  return {
    nodes: { objects: items(network, "nodes").map(nodeView) },
    daemonSets: { objects: items(network, "daemonsets").map(daemonSetView) },
    configMaps: { objects: items(network, "configmaps").map(configMapView) },
    custom: { objects: [] },
    networkPolicies: { objects: [] },
    productPolicies: { objects: [] },
    services: { count: 1 },
    endpointSlices: { count: 1 },
  };
}

/** What the node that was looked at with rights over it shows. */
export const deepOf = (network: string) => [{ node: "node-1", ...nodeFacts(read(network, "deep") as DeepLook) }];

/** What is said of a cluster whose nodes were looked at with rights over them. */
export const lookedInto = (api: ApiFacts, looks: readonly Look[], deep: ReturnType<typeof deepOf>): Inspection =>
  withDeep((onNodes) => inspect(api, looks, onNodes), deep);
