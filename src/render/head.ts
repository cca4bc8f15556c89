/**
 * What stands at the top of each document: what it needs, what it gives up, how to check it, how to go back.
 * @packageDocumentation
 */
import { CHECK_NAMES, SERVICE_CHECKS } from "../model/conformance.js";
import { listed } from "../units/listed.js";
import type { Variant } from "../variants/variant.js";
import { CHECKED_VERSION, type RenderedFile, type RenderInput } from "./contract.js";
import { DEFAULT_MTU } from "./inputs/nodes-file.js";
import { kindOf } from "./mode-kinds.js";

const WIDTH = 110;

/**
 * A document with its head. In a format without comments the head is a file of its own beside it, with `.txt` behind the name, which neither containerd nor
 * kubectl reads.
 */
export function withHead(file: RenderedFile, input: RenderInput, target: string): readonly RenderedFile[] {
  const lines = headLines(file, input, target);
  const { comment, shebang, text } = file;
  if (comment === undefined) return [file, { path: `${file.path}.txt`, text: `${lines.join("\n")}\n`, about: file.about }];
  const head = lines.map((line) => (line === "" ? comment : `${comment} ${line}`)).join("\n");
  return [{ ...file, text: `${shebang === undefined ? "" : `${shebang}\n`}${head}\n${text}` }];
}

function headLines({ path, about, hasMtu }: RenderedFile, input: RenderInput, target: string): readonly string[] {
  const { variant, kubernetes } = input;
  const older = kubernetes !== CHECKED_VERSION && kubernetes !== "1.2";
  const version = older ? ` for Kubernetes ${kubernetes}, checked against ${CHECKED_VERSION} only` : "";
  return [
    `${variant.name} by ${target}${version}: ${path.split("/").at(-1) ?? path}. Made by podwire render.`,
    "",
    ...said("Needs", [...variant.requires, ...(about.needs ?? []), ...(hasMtu === true ? assumedMtu(input) : [])]),
    ...said("Gives up", [...variant.givesUp, ...cellsOf(variant), ...(about.givesUp ?? [])]),
    ...said("Check", [...about.check, ...podsChecked(variant, about.check)]),
    ...said("Back", about.back),
  ];
}

function said(label: string, sentences: readonly string[]): readonly string[] {
  if (sentences.length === 0) return [`${label}: nothing.`];
  return sentences.flatMap((sentence, index) => wrapped(`${index === 0 ? `${label}: ` : "- "}${sentence.replace(/\.$/, "")}.`));
}

/** What is looked at whichever document it was: what the nodes show, and a packet; each where the document has no words of its own for it. */
const POD_CHECKS = [
  { about: "podwire cluster inspect", sentence: "`podwire cluster inspect` names the mode from what the nodes show" },
  { about: "one packet", sentence: "one packet: `kubectl exec POD -- ping -c 1 ADDRESS` of a pod on another node" },
];

const podsChecked = ({ mode }: Variant, own: readonly string[]): readonly string[] =>
  kindOf(mode.name).pods === "hidden"
    ? []
    : POD_CHECKS.filter(({ about }) => !own.some((sentence) => sentence.includes(about))).map(({ sentence }) => sentence);

const MOST_NAMED = 3;

/** Of these nodes 1500 is a guess: a cloud's cards may have less (1460 in gce), and then the largest packets are dropped. */
function assumedMtu({ nodes }: RenderInput): readonly string[] {
  const silent = nodes.filter(({ mtuSaid }) => !mtuSaid).map(({ name }) => name);
  if (silent.length === 0) return [];
  const some = ` of ${listed(silent.slice(0, MOST_NAMED))}${silent.length > MOST_NAMED ? " and others" : ""}`;
  return [`nodes.yaml says no MTU${silent.length === nodes.length ? "" : some}: cards of ${String(DEFAULT_MTU)} are assumed`];
}

/** What `podwire lab conformance` finds not to work on the variant. Without a layer for Services their cells say nothing. */
function cellsOf({ conformance = {}, layers }: Variant): readonly string[] {
  const services = layers.some(({ layer }) => layer.carries === "services");
  const cells = CHECK_NAMES.filter((name) => services || !SERVICE_CHECKS.includes(name)).filter((name) =>
    ["does-not-work", "not-offered"].includes(conformance[name]?.expected ?? "works"),
  );
  return cells.length === 0 ? [] : [`cells of \`podwire lab conformance\`: ${cells.join(", ")}`];
}

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines;
}
