/**
 * nft's expressions about as nft writes them.
 * @packageDocumentation
 */
import type { Expression } from "./ast.js";
import { objectOf } from "./fields.js";

/** A comparison. */
export interface Comparison {
  readonly op: string;
  readonly left: Expression;
  readonly right: Expression;
}

/** A comparison; the operator that is meant where none stands is left out. */
export const matchText = ({ op, left, right }: Comparison): string =>
  `${textOf(left)} ${op === "in" || (op === "==" && objectOf(left, "&") === undefined) ? "" : `${op} `}${textOf(right)}`;

/** An expression about as nft writes it. */
export function textOf(expression: Expression): string {
  if (typeof expression !== "object") return String(expression);
  if (Array.isArray(expression)) return (expression as readonly Expression[]).map(textOf).join(",");
  const [key = "", body] = Object.entries(expression)[0] ?? [];
  const object = body as { readonly [name: string]: unknown };
  switch (key) {
    case "payload":
      return `${String(object["protocol"])} ${String(object["field"])}`;
    case "meta":
      return `meta ${String(object["key"])}`;
    case "ct":
      return [
        "ct",
        ...(["dir", "family", "key"] as const).flatMap((part) => (typeof object[part] === "string" ? [object[part]] : [])),
      ].join(" ");
    case "fib":
      return `fib ${(object["flags"] as readonly string[]).join(" . ")} ${String(object["result"])}`;
    case "numgen":
      return `numgen ${String(object["mode"])} mod ${String(object["mod"])}`;
    case "concat":
      return (body as readonly Expression[]).map(textOf).join(" . ");
    case "prefix":
      return `${String(object["addr"])}/${String(object["len"])}`;
    case "range":
      return (body as readonly Expression[]).map(textOf).join("-");
    case "set":
      return `{ ${(body as readonly Expression[]).map((element) => (Array.isArray(element) ? `${textOf(element[0] as Expression)} : ...` : textOf(element))).join(", ")} }`;
    case "&":
    case "|":
    case "^":
    case "/":
      return (body as readonly Expression[]).map(textOf).join(` ${key} `);
    default:
      return JSON.stringify(expression);
  }
}
