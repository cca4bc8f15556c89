/**
 * Lines on which someone has put a label before what a tool printed: `pod to pod: rtt min/avg/max/mdev = 0.3/0.4/0.5/0.1 ms`.
 * @packageDocumentation
 */
import { placeOf } from "../where/places.js";

const MAY_BE = /min\/avg\/max|\[#\/sec\]|Requests\/sec:|bits\/sec|packets transmitted/;
const LABELLED =
  /^\s*(?<label>[^[\]|:：]{3,70}?)(?:\s?[:：]\s*|\s{2,}|\s[-–—]\s)(?<output>(?:rtt|round-trip) min\/avg\/max.*|Requests per second:.*|Requests\/sec:.*|\[ *(?:\d+|SUM)\]\s+\d[\d.]*\s*-.*|\d+ packets transmitted.*)$/u;

/** The label, as a heading, and the tool's line; undefined for a line whose label names no ends. */
export function labelledOutput(text: string): { readonly label: string; readonly output: string } | undefined {
  if (!(text.includes("/") || text.includes("transmitted")) || !MAY_BE.test(text)) return undefined;
  const { label, output } = LABELLED.exec(text)?.groups ?? {};
  if (label === undefined || output === undefined) return undefined;
  const role = placeOf(label);
  return role === undefined || role === "topology" ? undefined : { label: `${label}:`, output };
}
