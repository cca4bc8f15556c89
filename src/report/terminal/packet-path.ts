/**
 * A packet's way as a drawing of text: namespaces one below the other, what it meets in each, and what was counted there.
 * @packageDocumentation
 */
import type { HopRule, PacketHop, PacketPath, PacketWay } from "../../model/packet-path.js";
import { formatCount } from "../../units/format.js";
import { fileLines, type NamedFile } from "./files.js";
import { type Paint, painter } from "./paint.js";
import { displayWidth, PROSE_WIDTH, padEnd, padStart, wrap } from "./text.js";

/** How it is set. */
export interface PacketPathSetting {
  readonly width: number;
  readonly colour: boolean;
  readonly utf8: boolean;
  /** Files that were written. */
  readonly files?: readonly NamedFile[];
}

/** What the line of the way is drawn with. */
interface Rail {
  readonly on: string;
  readonly enters: string;
  readonly ends: string;
  readonly arrives: string;
}

const UTF8: Rail = { on: "│", enters: "▼", ends: "✗", arrives: "●" };
const ASCII: Rail = { on: "|", enters: "v", ends: "x", arrives: "o" };

/** The whole text, each line ended. */
export function renderPacketPath({ says, unread = [], request, reply }: PacketPath, setting: PacketPathSetting): string {
  const { width, colour, utf8, files = [] } = setting;
  const paint = painter(colour);
  const drawing = { width, paint, rail: utf8 ? UTF8 : ASCII };
  const lines = [
    ...wrap(says, Math.min(width, PROSE_WIDTH)).map((line) => paint("strong", line)),
    ...unread.flatMap((one) => wrap(one, Math.min(width, PROSE_WIDTH)).map((line) => paint("quiet", line))),
    "",
    ...wayLines("There", request, drawing),
    ...(reply === undefined ? [] : ["", ...wayLines("Back", reply, drawing)]),
    ...fileLines(files, paint),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

interface Drawing {
  readonly width: number;
  readonly paint: Paint;
  readonly rail: Rail;
}

function wayLines(title: string, { packet, hops, loss }: PacketWay, drawing: Drawing): string[] {
  const { width, paint } = drawing;
  return [
    ...wrap(`${title}: ${packet}`, width, "  ").map((line) => paint("heading", line)),
    ...hops.flatMap((hop, index) => [
      ...(hop.in === hops[index - 1]?.in ? [] : [paint("heading", hop.in)]),
      ...hopLines(hop, loss?.at === index, drawing),
    ]),
  ];
}

/** Columns of the rail and of a hop's kind, and of what was counted. */
const LEFT = 19;
const RIGHT = 15;

/** Hops whose sentence says it all, or whose name stands in the place of their kind. */
const WITHOUT_NAME: ReadonlySet<PacketHop["kind"]> = new Set(["hook", "socket", "route", "connection", "network"]);

function hopLines(hop: PacketHop, isLost: boolean, { width, paint, rail }: Drawing): string[] {
  const sign = hop.ends === "delivered" ? rail.arrives : hop.ends === undefined ? (isLost ? rail.ends : railOf(hop, rail)) : rail.ends;
  const room = Math.max(24, Math.min(width, PROSE_WIDTH + RIGHT) - LEFT - RIGHT);
  const named = WITHOUT_NAME.has(hop.kind) ? hop.says : `${hop.name}: ${hop.says}`;
  const [first = "", ...rest] = wrap(named, room);
  const bad = isLost || (hop.ends !== undefined && hop.ends !== "delivered");
  const count = counted(hop);
  // With what was dropped it has no room beside the sentence.
  const fits = displayWidth(count) < RIGHT;
  const body = [
    `  ${sign} ${padEnd(hop.kind === "hook" ? hop.name : hop.kind, LEFT - 4)}${padEnd(first, room)}${padStart(fits ? count : "", RIGHT)}`.trimEnd(),
    ...[...rest, ...(fits ? [] : [count])].map((line) => `  ${rail.on} ${" ".repeat(LEFT - 4)}${line}`),
  ].map((line) => (bad ? paint("warning", line) : line));
  const rules = (hop.rules ?? []).flatMap((rule) => ruleLines(rule, room, rail));
  const packet =
    hop.packet === undefined ? [] : wrap(`now ${hop.packet}`, room).map((line) => `  ${rail.on} ${" ".repeat(LEFT - 4)}${line}`);
  return [...body, ...[...rules, ...packet].map((line) => paint("quiet", line))];
}

const railOf = ({ kind, counter }: PacketHop, rail: Rail): string =>
  kind === "device" && counter?.what === "received" ? rail.enters : rail.on;

function ruleLines({ table, chain, rule, action, packets }: HopRule, room: number, rail: Rail): string[] {
  const what = rule.startsWith("policy ") ? rule : `${rule} (${action})`;
  const [first = "", ...rest] = wrap(`${table} ${chain}: ${what}`, room, "  ");
  const number = packets === undefined ? "" : formatCount(packets);
  const left = `  ${rail.on} ${" ".repeat(LEFT - 4)}`;
  return [`${left}${padEnd(first, room)}${padStart(number, RIGHT)}`.trimEnd(), ...rest.map((line) => `${left}${line}`)];
}

function counted({ counter }: PacketHop): string {
  if (counter === undefined) return "";
  const dropped = counter.dropped === 0 ? "" : `, ${formatCount(counter.dropped)} dropped`;
  return `${counter.what} ${formatCount(counter.packets)}${dropped}`;
}
