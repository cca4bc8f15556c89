/**
 * Texts for the import's tests.
 */
import { readdirSync, readFileSync } from "node:fs";
import { imported } from "../../src/import/comparing/pairing.js";
import type { Imported } from "../../src/import/imported.js";
import { FileRecogniser } from "../../src/import/recognise.js";

const CAPTURED = new URL("../captured/import/", import.meta.url);

/** A captured text. */
export const captured = (name: string): string => readFileSync(new URL(name, CAPTURED), "utf8");

/** Names of all captured texts. */
export const CAPTURED_NAMES: readonly string[] = ["", "documented/", "tickets/"].flatMap((folder) =>
  readdirSync(new URL(folder, CAPTURED), { withFileTypes: true })
    .filter((one) => one.isFile() && one.name !== "README.md")
    .map((one) => `${folder}${one.name}`),
);

/** Imports texts by their names. */
export function importTexts(texts: Readonly<Record<string, string | Uint8Array>>): Imported {
  const files = Object.entries(texts).map(([name, text]) => {
    const recogniser = new FileRecogniser(name);
    recogniser.push(typeof text === "string" ? Buffer.from(text) : text);
    return recogniser.end();
  });
  return imported(files, "0.0.0");
}
