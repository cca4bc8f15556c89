/**
 * Planned objects as YAML, each with its reason and the reasons of its fields as comments.
 * @packageDocumentation
 */
import { Document, isMap, isScalar, type Pair, type Scalar } from "yaml";
import type { PlannedObject } from "./plan.js";

/** One text of all objects, as `kubectl apply` would take it. */
export const planYaml = (plan: readonly PlannedObject[]): string =>
  plan.map((planned) => documentOf(planned).toString({ lineWidth: 0 })).join("---\n");

function documentOf({ object, reason, because }: PlannedObject): Document {
  const document = new Document(object);
  document.commentBefore = ` ${reason}`;
  for (const { at, why } of because) comment(document, at, why);
  return document;
}

/** A comment stands before the field's name. */
function comment(document: Document, at: readonly string[], why: string): void {
  const parent = document.getIn(at.slice(0, -1), true);
  const last = at.at(-1);
  if (!isMap(parent)) return;
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === last) as Pair<Scalar> | undefined;
  if (pair !== undefined) pair.key.commentBefore = ` ${why}`;
}
