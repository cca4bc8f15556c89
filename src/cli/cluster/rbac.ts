import { parseAllDocuments } from "yaml";
import { rbacYaml } from "../../venues/cluster/rights/rbac.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { type FormatFlags, inAskedFormat } from "../output-format.js";
import { namespaceName } from "./request.js";

/** Flags of `podwire cluster rbac`. */
export interface ClusterRbacFlags extends FormatFlags {
  readonly namespace?: string;
  readonly namespaceOnly?: boolean;
  readonly requiredOnly?: boolean;
}

/** Where the account lives when no namespace is named. */
const HOME = "podwire";

/** Prints roles that suffice. It asks no cluster. */
export async function clusterRbac(
  { namespace, namespaceOnly = false, requiredOnly = false, ...format }: ClusterRbacFlags,
  { terminal }: CliContext,
): Promise<number> {
  const chosen = (namespace === undefined ? undefined : namespaceName(namespace)) ?? (namespaceOnly ? HOME : undefined);
  const yaml = rbacYaml({ ...(chosen === undefined ? {} : { namespace: chosen }), namespaceOnly, requiredOnly, home: chosen ?? HOME });
  terminal.out(await inAskedFormat(format, { text: () => yaml, yaml: () => yaml, json: () => listJson(yaml) }));
  return EXIT.ok;
}

/** The documents as one object for `kubectl apply`, as `kubectl get -o json` prints several. The reasons are comments, which JSON has not. */
function listJson(yaml: string): string {
  const items = parseAllDocuments(yaml).map((document) => document.toJS() as unknown);
  return `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, undefined, 2)}\n`;
}
