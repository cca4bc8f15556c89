/**
 * podwire's own rules: one nft table, so that what podwire put in can be told from everyone else's and goes as one. `iptables -D` deletes the first rule of that
 * text, whoever made it.
 * @packageDocumentation
 */
import type { OwnRulesKnob } from "../contract.js";
import { fieldsOf, type KnobForm } from "./form.js";

/** The table that holds podwire's rules, and nothing else does. */
export const OWN_TABLE = "inet podwire";
/** The value of a piece that is not there. */
export const ABSENT = "absent";

/** A chain or a flowtable. */
interface Block {
  readonly kind: string;
  readonly name: string;
  /** As one line, from the kind to the closing brace. */
  readonly text: string;
}

/** Chains and flowtables in nft's listing of the table: each begins with its kind and ends with a brace of its own depth. */
function blocksIn(listing: string): readonly Block[] {
  return [...listing.matchAll(/^\t(chain|flowtable) (\S+) \{\n([\s\S]*?)^\t\}/gm)].map(([text, kind = "", name = ""]) => ({
    kind,
    name,
    text: linesOf(text),
  }));
}

/** nft's lines, joined: a line's end is a `;` to it. */
function linesOf(text: string): string {
  const [head = "", ...rest] = text.split("\n").map(fieldsOf).filter(Boolean);
  const body = rest.slice(0, -1).map((line) => line.replace(/;$/, ""));
  return `${head} ${body.map((line) => `${line};`).join(" ")} }`;
}

const isOf = (piece: string, { name }: Block): boolean => name.startsWith(`${piece}_`);

/** The value of one piece in the table's listing. */
export function pieceIn(listing: string, piece: string): string {
  const own = blocksIn(listing).filter((block) => isOf(piece, block));
  return own.length === 0 ? ABSENT : own.map(({ text }) => text).join(" ");
}

/** The blocks of a value, each as one line of nft's language. */
export const blocksOf = (value: string): readonly string[] => (value === ABSENT ? [] : value.split(/(?<=\}) (?=(?:chain|flowtable) )/));

/** Chains go before flowtables, which their rules use. */
function deletions(listing: string, piece: string): readonly string[] {
  const blocks = blocksIn(listing);
  const own = blocks.filter((block) => isOf(piece, block));
  if (own.length === blocks.length) return own.length === 0 ? [] : [`delete table ${OWN_TABLE}`];
  const order = [...own.filter(({ kind }) => kind === "chain"), ...own.filter(({ kind }) => kind !== "chain")];
  return [
    ...order.filter(({ kind }) => kind === "chain").map(({ name }) => `flush chain ${OWN_TABLE} ${name}`),
    ...order.map(({ kind, name }) => `delete ${kind} ${OWN_TABLE} ${name}`),
  ];
}

export const OWN_RULES: KnobForm<OwnRulesKnob> = {
  title: ({ piece }) => `${piece} in table ${OWN_TABLE}`,
  reading: () => ({ argv: ["nft", "--stateless", "list", "table", ...OWN_TABLE.split(" ")] }),
  valueIn: ({ piece }, text) => pieceIn(text, piece),
  valueOfFailure: (_, words) => (/No such file or directory/.test(words) ? ABSENT : undefined),
  writing: ({ piece }, value, text) => {
    const blocks = blocksOf(value);
    const transaction = [
      ...deletions(text, piece),
      ...(blocks.length === 0 ? [] : [`table ${OWN_TABLE} {`, ...blocks.map((block) => `  ${block}`), "}"]),
    ];
    return { argv: ["nft", "-f", "-"], stdin: `${transaction.join("\n")}\n` };
  },
};

/** A listing that has the value's blocks by name, as one would be read once they stand: what their removal depends on. */
export const listingOf = (value: string): string =>
  blocksOf(value)
    .map((block) => {
      const [kind = "", name = ""] = block.split(" ");
      return `\t${kind} ${name} {\n\t}\n`;
    })
    .join("");
