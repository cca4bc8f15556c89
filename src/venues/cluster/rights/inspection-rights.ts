/**
 * What inspecting a cluster's network reads: all of it optional, since each only adds evidence.
 * @packageDocumentation
 */
import { WANTED, type Wanted } from "../../../inspection/wanted.js";
import { accessTo } from "../objects/resources.js";
import { optional, type Right } from "./right.js";

/** Rights to read, none of which a run needs. Nodes are asked for apart: choosing them needs the same right. */
export const INSPECTION_RIGHTS: readonly Right[] = WANTED.filter(({ part }) => part !== "nodes").map(rightTo);

function rightTo({ type, how, namespace, name, why, without }: Wanted): Right {
  const one = { ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) };
  return optional(accessTo(how === "get" ? "get" : "list", type, one), why, without);
}
