/**
 * Every object of a cluster by kind, namespace and name: what must be the same before podwire came and after it went.
 * @packageDocumentation
 */
import type { Cluster } from "./fixture.js";

/** Said by the cluster about others and gone by themselves after an hour; or no objects at all. */
const NOT_COUNTED = /^(?:events(?:\.events\.k8s\.io)?|componentstatuses)$/;

const COLUMNS = "custom-columns=KIND:.kind,NAMESPACE:.metadata.namespace,NAME:.metadata.name";

/** One line an object, sorted. Throws with kubectl's words where a kind cannot be listed. */
export async function objectList(cluster: Pick<Cluster, "kubectl">): Promise<readonly string[]> {
  const resources = (await cluster.kubectl(["api-resources", "--verbs=list", "-o", "name"])).split("\n").filter((name) => name !== "");
  const counted = resources.filter((name) => !NOT_COUNTED.test(name));
  const table = await cluster.kubectl(["get", counted.join(","), "--all-namespaces", "--ignore-not-found", "--no-headers", "-o", COLUMNS]);
  return table
    .split("\n")
    .map((line) => line.trim().replaceAll(/\s+/g, " "))
    .filter((line) => line !== "")
    .sort();
}
