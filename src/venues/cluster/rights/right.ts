/**
 * A right: one verb on one type of object, with its reason.
 * @packageDocumentation
 */
import type { Access } from "../../../machine/kubernetes/port.js";

/** One verb that podwire uses. */
export interface Right {
  /** Its namespace is the one it is used in; absent means cluster-wide, or all namespaces where podwire makes its own. */
  readonly access: Access;
  /** Required: nothing is begun without it. Optional: the rest works, and the report says what is missing. */
  readonly necessity: "required" | "optional";
  /** What it is for: "to ...". */
  readonly why: string;
  /** What is lost without it, as a clause: "pods cannot be made". */
  readonly without: string;
}

/** A right that nothing is begun without. */
export const required = (access: Access, why: string, without: string): Right => ({ access, necessity: "required", why, without });

/** A right that only adds. */
export const optional = (access: Access, why: string, without: string): Right => ({ access, necessity: "optional", why, without });

/** The verb and its object in words: `create pods/exec in namespace bench`. */
export function accessWords({ verb, resource, subresource, group, namespace, name }: Access): string {
  const type = `${resource}${subresource === undefined ? "" : `/${subresource}`}${group === "" ? "" : `.${group}`}`;
  const where = namespace === undefined || resource === "namespaces" ? "" : ` in namespace ${namespace}`;
  return `${verb} ${type}${name === undefined ? "" : ` ${name}`}${where}`;
}
