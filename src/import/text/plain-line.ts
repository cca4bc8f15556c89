/**
 * A line without what mail, forums and web pages add to it: quote marks, entities and tags.
 * @packageDocumentation
 */
import type { Line } from "../recogniser.js";

/** A histogram's `> 0.001 <= 0.002` is no quotation. */
const QUOTED = /^(?:\s{0,3}>(?! ?[\d.]+ <=))+ ?/;
const BLANK = /^[\s>]*$/;
const ENTITY = /&(?:#(\d{1,6})|#x([\da-f]{1,6})|(lt|gt|amp|quot|apos|nbsp|micro|mu|plusmn|ndash|mdash|rarr|larr|percnt));/gi;
const NAMED: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  micro: "µ",
  mu: "μ",
  plusmn: "±",
  ndash: "–",
  mdash: "—",
  rarr: "→",
  larr: "←",
  percnt: "%",
};

/** What GitHub's runners put before each line. */
const ACTIONS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z /;
/** What runners of tests, compose and journals put before what a tool prints. */
const RUNNERS =
  /^(?:Client on [\da-fA-F.:]{2,45}: {1,2}|[\w.-]{1,40} +\| (?=\s?(?:\[ *(?:ID|SUM|\d+)\]|Connecting to host|Client connecting to|iperf Done|- - - |-{20}|PING |\d+ bytes from|rtt min|Requests\/sec))|\w{3} [ \d]\d \d\d:\d\d:\d\d [\w.-]{1,60} [\w./-]{1,60}(?:\[\d+\])?: (?=\s?(?:\[ *(?:ID|SUM|\d+)\] |Connecting to host|iperf Done|- - - |PING |\d+ bytes from|rtt min)))/;
const MAY_BE_RUNNERS = /^(?:Client on |[\w.-]{1,40} +\| |\w{3} [ \d]\d \d\d:)/;
/** Tables that a terminal draws. */
const BOX = /[\u2500-\u256c]/;
const CELL_ENDS = /<\/t[dh]>\s*(?:<t[dh][^<>]{0,200}>)?/gi;
const TAG = /<\/?(?:t[dhr]|table|tbody|thead|b|i|em|strong|code|p|li|ul|ol|br|span|div|h[1-6])(?:\s[^<>]{0,200})?\/?>/gi;

/** How often a line is quoted; undefined where nothing stands on it. */
export function quoteDepth({ text }: Line): number | undefined {
  const decoded = text.includes("&") ? text.replace(ENTITY, decode) : text;
  if (BLANK.test(decoded)) return undefined;
  return decoded.startsWith(">") || decoded.startsWith(" ") ? (QUOTED.exec(decoded)?.[0] ?? "").replaceAll(/[^>]/g, "").length : 0;
}

/** The line as its author wrote it: without the prefixes of `kubectl logs --prefix`, and without what was struck out. */
export function plainLine(line: Line): Line {
  const { text } = line;
  const decoded = text.includes("&") ? text.replace(ENTITY, decode) : text;
  const first = decoded.charCodeAt(0);
  const unquoted = first === 62 || first === 32 ? decoded.replace(QUOTED, "") : decoded;
  const bare = unquoted.includes("</")
    ? unquoted
        .replace(/<(s|del|strike)>.{1,200}?<\/\1>/gi, " ")
        .replace(CELL_ENDS, " | ")
        .replace(TAG, " ")
        .replace(/ \| \s*$/, " |")
    : unquoted;
  const own = bare.startsWith("||")
    ? bare.replaceAll("||", "|")
    : bare.startsWith("[pod/")
      ? bare.replace(/^\[pod\/[^\]\s]{1,120}\] ?/, "")
      : bare;
  const outside = ACTIONS.test(own) ? own.replace(ACTIONS, "") : own;
  const said = MAY_BE_RUNNERS.test(outside) ? outside.replace(RUNNERS, "") : outside;
  const kept = said.includes("~~") ? said.replaceAll(/~~[^~]{1,200}~~/g, " ") : said;
  const spaced = kept.includes("perf3:") ? kept.replaceAll(/(?<=iperf3):(?=\d)/g, ": ") : kept;
  const ruled = BOX.test(spaced)
    ? spaced
        .replaceAll(/[│┃║┆┊]/g, "|")
        .replaceAll(/[─━═╌┄]/g, "-")
        .replaceAll(/[┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╒╕╘╛╞╡╪╭╮╯╰]/g, "+")
    : spaced;
  return ruled === text ? line : { number: line.number, text: ruled };
}

function decode(entity: string, decimal: string | undefined, hex: string | undefined, name: string | undefined): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? entity;
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  return code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : entity;
}
