/**
 * The short form of variants with Services: `--services 0,1000,10000 --proxy nftables,socket-lb`.
 * @packageDocumentation
 */
import { ARGUMENT_SIGN, LAYER_SIGN } from "../../model/variant.js";
import { MODES } from "../../modes/index.js";
import { isMeasuredUnnamed } from "../../modes/measured.js";
import { formatDuration } from "../../units/format.js";
import { parseDuration } from "../../units/parse.js";
import { loadSeconds } from "../../variants/load-time.js";
import { UnknownVariantError } from "../../variants/unknown-variant.js";
import { layerNames, resolveVariant, type Variant } from "../../variants/variant.js";
import { suggestion } from "../completion/nearest.js";
import { UsageError } from "../errors.js";
import { usage, wholeNumber, words } from "./flag-values.js";
import { PROXIES, PROXY_NAMES } from "./proxies.js";

/** Flags of variants with Services, as the command line gives them. */
export interface ServiceFlags {
  readonly modes?: string;
  readonly services?: string;
  readonly proxy?: string;
  readonly loadLimit?: string;
}

/** Where `--modes` names none: a mode whose node carries Services, and one whose node never sees a packet. */
const MODES_WITH_SERVICES = "flannel-host-gw,macvlan";
/** `--modes all`. */
const ALL_MODES = MODES.filter((mode) => mode.name !== "host" && isMeasuredUnnamed(mode)).map(({ name }) => name);
/** Layers that are kube-proxy in one of its modes. */
const KUBE_PROXIES = layerNames().filter((name) => name.startsWith("kube-proxy-"));
const MOST_SERVICES = 32_000;
const LOAD_LIMIT = 120;

/** Variants of the short form, and those that it leaves out, each with the reason. */
export interface ShortForm {
  readonly modes: readonly string[];
  readonly left: readonly string[];
}

/** What part of the lab loads go into. */
export interface LoadPlace {
  readonly nodes: number;
  readonly copies: number;
}

/** The variants that the short form names; undefined where it is not used. */
export function variantsOfServices(flags: ServiceFlags, place: LoadPlace): ShortForm | undefined {
  if (flags.services === undefined) {
    if (flags.proxy !== undefined)
      throw new UsageError("--proxy: says how Services are carried; --services says how many, for example --services 0,1000");
    return undefined;
  }
  const counts = words(flags.services).map((text) => wholeNumber("--services", text, 0, MOST_SERVICES));
  requireEachOnce("--services", counts.map(String));
  if (counts.length === 0) throw new UsageError("--services: names no number, for example 0,1000,10000");
  const proxies = askedProxies(flags.proxy);
  const modes = flags.modes === "all" ? ALL_MODES : words(flags.modes ?? MODES_WITH_SERVICES);
  requireEachOnce("--modes", modes);
  const limit = loadLimit(flags);
  const [wanted, left]: [string[], string[]] = [[], []];
  for (const mode of modes) {
    if (counts.includes(0) || proxies.includes("none")) wanted.push(mode);
    for (const proxy of proxies) {
      const layer = PROXIES[proxy];
      if (layer === undefined) continue;
      for (const count of counts.filter((one) => one > 0)) {
        const name = `${mode}${LAYER_SIGN}${layer}${ARGUMENT_SIGN}${String(count)}`;
        const why = whyLeft(name, flags.proxy !== undefined && modes.length === 1, place, limit);
        if (why === undefined) wanted.push(name);
        else left.push(`${name} is left out: ${why}`);
      }
    }
  }
  if (wanted.length === 0) throw new UsageError(`--services: nothing is left to measure. ${left.join("; ")}`);
  return { modes: wanted, left };
}

function askedProxies(list: string | undefined): readonly string[] {
  const known = PROXY_NAMES.filter((proxy) => PROXIES[proxy] === undefined || layerNames().includes(PROXIES[proxy] ?? ""));
  if (list === undefined) return known.filter((proxy) => proxy !== "none");
  const asked = words(list);
  if (asked.length === 0) throw new UsageError(`--proxy: names nothing; known are ${known.join(", ")}`);
  for (const name of asked) {
    if (!known.includes(name))
      throw new UsageError(
        `--proxy: nothing that carries Services is called ${name}.${meantProxy(name, known)} Known are ${known.join(", ")}.`,
      );
  }
  requireEachOnce("--proxy", asked);
  return asked;
}

/** What a word of no proxy may have meant: one of them by its layer's name, or a layer that only `--modes` takes. */
function meantProxy(name: string, known: readonly string[]): string {
  const byModes = KUBE_PROXIES.find(
    (layer) => (layer === name || layer === `kube-proxy-${name}`) && !Object.values(PROXIES).includes(layer),
  );
  if (byModes !== undefined) return ` ${byModes} is named in --modes: MODE${LAYER_SIGN}${byModes}${ARGUMENT_SIGN}N.`;
  return suggestion(name.replace(/^kube-proxy-/, ""), known);
}

function requireEachOnce(flag: string, asked: readonly string[]): void {
  const twice = asked.find((one, index) => asked.indexOf(one) < index);
  if (twice !== undefined) throw new UsageError(`${flag}: ${twice} is named twice`);
}

/** Why the short form leaves a variant out; one that was asked for by itself is an error. */
function whyLeft(name: string, alone: boolean, place: LoadPlace, limit: number): string | undefined {
  try {
    return whyTooLong(resolveVariant(name), place, limit);
  } catch (error) {
    if (!(error instanceof UnknownVariantError)) throw error;
    // An unknown mode is an error whatever the form.
    if (alone || error.known.length > 0) throw new UsageError(`--services: ${error.message}.${suggestion(error.word, error.known)}`);
    return error.message.replace(/; it is for .*$/, "");
  }
}

/** Seconds that one variant's loads may take. */
export const loadLimit = ({ loadLimit: limit }: ServiceFlags): number =>
  limit === undefined ? LOAD_LIMIT : usage("--load-limit", () => parseDuration(limit));

/** Why a variant is not loaded; undefined where its loads stay within the limit. */
function whyTooLong(variant: Variant, place: LoadPlace, limit: number): string | undefined {
  const seconds = loadSeconds(variant, place);
  if (seconds <= limit) return undefined;
  return `loading its rules would take about ${formatDuration(seconds)}, the limit is ${formatDuration(limit)}; --load-limit ${String(Math.ceil(seconds / 60))}m allows it`;
}

/** @throws UsageError where a variant's loads would take longer than they may */
export function requireLoadable(variants: readonly Variant[], place: LoadPlace, limit: number): void {
  for (const variant of variants) {
    const why = whyTooLong(variant, place, limit);
    if (why !== undefined) throw new UsageError(`${variant.name}: ${why}`);
  }
}
