/**
 * Address translation by nft's rules.
 * @packageDocumentation
 */
import type { Action, FieldName, Part } from "../ruleset.js";
import type { Expression, NftContext } from "./ast.js";
import { fieldsOf, objectOf, valueFor } from "./fields.js";
import { elementOf, keyOf, pairsOf, requirementsOf } from "./matches.js";
import { textOf } from "./text.js";

/** What a translation changes to. */
export interface NatBody {
  readonly addr?: Expression;
  readonly port?: Expression;
}

/** `dnat to`, `snat to`: an address, a port, both, or what a map has for the packet. */
export function natParts(name: "dnat" | "snat", body: NatBody | null, context: NftContext): readonly Part[] {
  const side = name === "dnat" ? "destination" : "source";
  const text = `${name} to ${[body?.addr, body?.port]
    .filter((part) => part !== undefined)
    .map(textOf)
    .join(":")}`;
  const map =
    body?.addr === undefined
      ? undefined
      : (objectOf(body.addr, "map") as { readonly key: Expression; readonly data: Expression } | undefined);
  if (map !== undefined) return mappedNat(side, map, text, context);
  const address = rangeOf(body?.addr, side);
  const port = rangeOf(body?.port, "destination-port");
  if ((body?.addr !== undefined && address === undefined) || (body?.port !== undefined && port === undefined))
    return [{ kind: "cannot-tell", text }];
  return [
    { kind: "nat", side, rewriting: { ...(address === undefined ? {} : { address }), ...(port === undefined ? {} : { port }) }, text },
  ];
}

/** `dnat to ip daddr . tcp dport map { ... }`: each element's own address, and port where it has one. */
function mappedNat(
  side: "source" | "destination",
  { key, data }: { readonly key: Expression; readonly data: Expression },
  text: string,
  context: NftContext,
): readonly Part[] {
  const pairs = pairsOf(data, context);
  const fields = fieldsOf(key);
  if (pairs === undefined || fields === undefined) return [{ kind: "cannot-tell", text }];
  const entries = pairs.flatMap(([element, value]) => {
    const found = elementOf(keyOf(element, false), fields);
    const [to, port] = (objectOf(value, "concat") as readonly Expression[] | undefined) ?? [value];
    const address = rangeOf(to, side);
    const ports = rangeOf(port, "destination-port");
    if (found === undefined || address === undefined) return [];
    const action: Action = {
      kind: "nat",
      side,
      rewriting: { address, ...(ports === undefined ? {} : { port: ports }) },
      text: `${side === "source" ? "snat" : "dnat"} to ${textOf(value)}`,
    };
    return [{ key: found, action, text: textOf(keyOf(element, false)) }];
  });
  if (entries.length < pairs.length) return [{ kind: "cannot-tell", text }];
  return [...requirementsOf(key, context.family), { kind: "look-up", fields, entries, text }];
}

/** One value or a range; undefined where there is none, or it is another expression. */
export function rangeOf(expression: Expression | undefined, name: FieldName): { readonly from: bigint; readonly to: bigint } | undefined {
  const value = expression === undefined ? undefined : valueFor(expression, { name });
  return value === undefined || "pattern" in value ? undefined : value;
}
