/**
 * Settings as people and manifests write them: a key of a YAML or JSON text, a flag on a command line.
 * @packageDocumentation
 */
import { fields } from "./sift.js";

/**
 * The value of a key at the top of a YAML text, which may be JSON as well; undefined where there is none, where it is commented out, and where
 * the text is neither. Values that are no texts, numbers or truth values are undefined.
 */
export function topLevel(text: string, key: string): string | undefined {
  // JSON is YAML too, and programs write it.
  if (text.trimStart().startsWith("{")) return scalar(jsonFields(text)?.[key]);
  const line = text.split("\n").find((one) => one.startsWith(`${key}:`) || one.startsWith(`"${key}":`));
  if (line === undefined) return undefined;
  const value = line.slice(line.indexOf(":") + 1).trim();
  const quoted = /^(["'])(.*?)\1/.exec(value);
  return quoted?.[2] ?? value.replace(/\s+#.*$|^#.*$/, "").trim();
}

function scalar(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** The value of `--flag=value` or `--flag value`; `true` for a flag alone. Shell lines inside of arguments are read too. */
export function flagValue(argv: readonly string[], flag: string): string | undefined {
  const words = argv.flatMap((word) => word.split(/\s+/));
  for (const [place, word] of words.entries()) {
    if (word.startsWith(`--${flag}=`)) return word.slice(flag.length + 3).replaceAll(/^["']|["']$/g, "");
    const next = words[place + 1];
    if (word === `--${flag}`) return next === undefined || next.startsWith("-") ? "true" : next;
  }
  return undefined;
}

/** The fields of a JSON text; undefined where it is none. */
export function jsonFields(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined) return undefined;
  try {
    return fields(JSON.parse(text));
  } catch {
    // Whoever reads it says that the text is no JSON: what it was for stays unknown.
    return undefined;
  }
}
