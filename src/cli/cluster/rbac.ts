import { rbacYaml } from "../../venues/cluster/rights/rbac.js";
import type { CliContext } from "../context.js";
import { EXIT, UsageError } from "../errors.js";

/** Flags of `podwire cluster rbac`. */
export interface ClusterRbacFlags {
  readonly namespace?: string;
  readonly namespaceOnly?: boolean;
  readonly requiredOnly?: boolean;
}

/** Where the account lives when no namespace is named. */
const HOME = "podwire";

/** Prints roles that suffice. It asks no cluster. */
export function clusterRbac(
  { namespace, namespaceOnly = false, requiredOnly = false }: ClusterRbacFlags,
  { terminal }: CliContext,
): number {
  if (namespace !== undefined) requireNamespaceName("--namespace", namespace);
  const chosen = namespace ?? (namespaceOnly ? HOME : undefined);
  terminal.out(rbacYaml({ ...(chosen === undefined ? {} : { namespace: chosen }), namespaceOnly, requiredOnly, home: chosen ?? HOME }));
  return EXIT.ok;
}

/** RFC 1123 labels, as the API server asks for them: a name that cannot exist is refused before anything is asked. */
function requireNamespaceName(flag: string, name: string): void {
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))
    throw new UsageError(`${flag}: ${JSON.stringify(name)} is no name of a namespace (lower-case letters, digits and -, at most 63)`);
}
