/**
 * Lists of names that others' programs take, where none of the programs can be had here. Each list says what it was read from.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";

/** A list's lines, without those that say where it is from. */
export const linesOf = (list: "clouds" | "k3s-and-rke2" | "rke2-charts"): readonly string[] =>
  readFileSync(new URL(`./${list}.txt`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
