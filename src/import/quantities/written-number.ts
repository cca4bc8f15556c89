/**
 * Numbers as people write them, with points and commas of either custom.
 * @packageDocumentation
 */

/**
 * The number, or undefined where it can be read in two ways: `1,234` is 1.234 to some and 1234 to others.
 * A lone point is a decimal point, as all tools print it; a lone comma with other than three digits after it is a decimal comma.
 */
export function readNumber(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (/^\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?$/.test(text) || /^\d{1,3}(?:,\d{3})+\.\d+$/.test(text)) return Number(text.replaceAll(",", ""));
  if (/^\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?$/.test(text) || /^\d{1,3}(?:\.\d{3})+,\d+$/.test(text))
    return Number(text.replaceAll(".", "").replace(",", "."));
  if (/^\d{1,3},\d{3}$/.test(text)) return text.startsWith("0") ? Number(text.replace(",", ".")) : undefined;
  return /^\d+,\d+$/.test(text) ? Number(text.replace(",", ".")) : undefined;
}
