/**
 * Files that are made from the program and kept in the repository: written anew, or with --check only held against what they should be.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Makes a folder hold these files and no other; with --check in the command line it only says what is not current, and the exit code is 1.
 * @param {string} name folder, relative to the root
 * @param {ReadonlyMap<string, string>} files by name, their text
 * @param {string} command what writes them
 */
export function keepCurrent(name, files, command) {
  const folder = new URL(`../${name}/`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  const present = readdirSync(folder);
  const stale = [
    ...present.filter((file) => !files.has(file)),
    ...[...files]
      .filter(([file, text]) => !present.includes(file) || readFileSync(new URL(file, folder), "utf8") !== text)
      .map(([file]) => file),
  ];
  if (!process.argv.includes("--check")) {
    for (const file of stale) rmSync(new URL(file, folder), { force: true });
    for (const file of stale) if (files.has(file)) writeFileSync(new URL(file, folder), files.get(file) ?? "");
    return;
  }
  if (stale.length === 0) return;
  process.stderr.write(`${fileURLToPath(folder)} is not current (${stale.join(", ")}); run: ${command}\n`);
  process.exitCode = 1;
}
