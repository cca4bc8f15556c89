/**
 * Gates as people write them: `[MODE:][PATH:]METRIC(<|>)NUMBER[A]`. A gate names what must not be: `http<0.95` fails where http is below 95 % of the host's.
 * @packageDocumentation
 */
import { PATH_NAMES, type PathName } from "../model/path.js";

/** A condition that B must not meet. */
export interface Gate {
  /** The mode that it is about; without one it is about every mode but host. */
  readonly mode?: string;
  readonly path: PathName;
  readonly metric: string;
  /** `<`: fails where the ratio is below the number. */
  readonly sign: "<" | ">";
  /** A ratio, above 0. */
  readonly number: number;
  /** `b`: B's ratio to its own host. `b-over-a`: that ratio over A's, since absolute figures of different hours say nothing. */
  readonly reads: "b" | "b-over-a";
}

/** Names that a gate may use. */
export interface GateNames {
  readonly modes: readonly string[];
  readonly metrics: readonly string[];
}

/** A text that is no gate, or a gate that does not fit the runs. */
export class GateError extends Error {
  override readonly name = "GateError";
  /** The word that is not known, and the words that are: for a suggestion. */
  readonly unknown: { readonly word: string; readonly known: readonly string[] } | undefined;

  constructor(message: string, unknown?: { readonly word: string; readonly known: readonly string[] }) {
    super(message);
    this.unknown = unknown;
  }
}

const SHAPE = "[MODE:][PATH:]METRIC(<|>)NUMBER[A], for example http<0.95 or flannel-vxlan:latency.udp.p99>1.1A";
/** Digits with at most one point, no sign and no exponent: a ratio is written as people say it. */
const NUMBER = /^(\d+(?:\.\d*)?|\.\d+)\s*(A?)$/;

/**
 * Reads one gate.
 * @throws GateError when the text has another shape or names something unknown
 */
export function parseGate(text: string, names: GateNames): Gate {
  const [, subject, sign, limit] = /^([^<>]*)([<>])([^<>]*)$/s.exec(text) ?? [];
  if (subject === undefined || limit === undefined || (sign !== "<" && sign !== ">")) throw new GateError(`${text}: a gate is ${SHAPE}`);
  const number = parseLimit(text, limit.trim());
  return { ...parseSubject(text, subject, names), sign, ...number };
}

function parseLimit(text: string, limit: string): Pick<Gate, "number" | "reads"> {
  const [, digits, against] = NUMBER.exec(limit) ?? [];
  const number = Number(digits);
  if (digits === undefined || !(number > 0) || !Number.isFinite(number)) {
    const hint = /^=/.test(limit)
      ? "; write < or > without ="
      : /%$/.test(limit)
        ? "; 95 % is 0.95"
        : /a$/.test(limit)
          ? "; A is a capital"
          : "";
    throw new GateError(
      `${text}: ${limit === "" ? "the number is missing" : `${limit} is not a ratio above 0`}${hint}. A gate is ${SHAPE}`,
    );
  }
  return { number, reads: against === "A" ? "b-over-a" : "b" };
}

function parseSubject(text: string, subject: string, names: GateNames): Pick<Gate, "mode" | "path" | "metric"> {
  const words = wordsOf(subject, names.modes);
  const metric = words.pop() ?? "";
  if (words.length > 2 || words.includes("") || metric === "") throw new GateError(`${text}: a gate is ${SHAPE}`);
  if (!names.metrics.includes(metric))
    throw new GateError(`${text}: no metric is called ${metric}.`, { word: metric, known: names.metrics });
  return { ...parsePlace(text, words, names.modes), metric };
}

/** The parts between colons; a variant's name holds some itself, as in `macvlan+socket-lb:10000:http`. */
function wordsOf(subject: string, modes: readonly string[]): string[] {
  const [mode] = modes.filter((one) => subject.trimStart().startsWith(`${one}:`)).sort((one, other) => other.length - one.length);
  const rest = mode === undefined ? subject : subject.trimStart().slice(mode.length + 1);
  return [...(mode === undefined ? [] : [mode]), ...rest.split(":").map((word) => word.trim())];
}

/** MODE, PATH, or both in this order. No mode has a path's name, so one word can be told. */
function parsePlace(text: string, words: readonly string[], modes: readonly string[]): Pick<Gate, "mode" | "path"> {
  const [first, second] = words;
  if (first === undefined) return { path: "pod-pod" };
  if (second === undefined) {
    const path = PATH_NAMES.find((known) => known === first);
    if (path !== undefined) return { path };
    if (modes.includes(first)) return { mode: knownMode(text, first, modes), path: "pod-pod" };
    throw new GateError(`${text}: no mode or path is called ${first}.`, { word: first, known: [...modes, ...PATH_NAMES] });
  }
  const path = PATH_NAMES.find((known) => known === second);
  const mode = knownMode(text, first, modes);
  if (path === undefined) throw new GateError(`${text}: no path is called ${second}.`, { word: second, known: PATH_NAMES });
  return { mode, path };
}

function knownMode(text: string, mode: string, modes: readonly string[]): string {
  if (mode === "host") throw new GateError(`${text}: host is what every ratio is taken to; a mode's own nodes are MODE:host-host:METRIC`);
  if (!modes.includes(mode)) throw new GateError(`${text}: no mode is called ${mode}.`, { word: mode, known: modes });
  return mode;
}

/** A gate as text, in its shortest form; reading it gives the same gate. */
export function formatGate(gate: Gate): string {
  const mode = gate.mode === undefined ? "" : `${gate.mode}:`;
  const path = gate.path === "pod-pod" ? "" : `${gate.path}:`;
  return `${mode}${path}${gate.metric}${gate.sign}${decimal(gate.number)}${gate.reads === "b-over-a" ? "A" : ""}`;
}

/** Without an exponent, with every digit that the number has: {@link parseGate} takes no exponents. */
function decimal(number: number): string {
  const text = String(number);
  const [, mantissa, exponent] = /^([\d.]+)e([+-]\d+)$/.exec(text) ?? [];
  if (mantissa === undefined || exponent === undefined) return text;
  const [whole = "", part = ""] = mantissa.split(".");
  const shift = Number(exponent);
  const digits = `${whole}${part}`;
  return shift < 0 ? `0.${"0".repeat(-shift - 1)}${digits}` : `${digits}${"0".repeat(shift - part.length)}`;
}
