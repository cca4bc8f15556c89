/**
 * A right document and wrong ones: what a checker has to say of each.
 * @packageDocumentation
 */
import { expect, test } from "vitest";
import { parsePrefix } from "../../src/units/address.js";
import { type CheckedDocument, documentText } from "./checked-documents.js";

/**
 * Tests of one document.
 * @param complaints - what the checker has against a text; empty where it accepts it
 * @param right - the document where it is not rendered for the lab's nodes
 */
export function testChecker(
  { name, mistakes, ...document }: CheckedDocument,
  complaints: (text: string) => Promise<readonly string[]>,
  right: () => string = () => documentText(document),
): void {
  test(`${name}: the right document is accepted without a word`, async () => {
    expect(await complaints(right())).toEqual([]);
  });
  test.each(mistakes)(`${name}: a wrong $kind is refused ($from -> $to)`, async ({ from, to }) => {
    const text = right();
    expect(text).toContain(from);
    expect(await complaints(text.replace(from, to))).not.toEqual([]);
  });
}

/** Addresses in networkd's own files that are none, wherever such a file stands: who carries a whole node's files looks into none of them. */
export const wrongAddresses = (text: string): readonly string[] =>
  [...text.matchAll(/^\s*(?:Address|Gateway|Destination)=(\S+)$/gm)].flatMap(([, value = ""]) =>
    parsePrefix(value) === undefined ? [value] : [],
  );
