/**
 * Finding programs, and the environment that they get.
 * @packageDocumentation
 */
import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";

const folders = (process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin").split(":");
const found = new Map<string, string>();

/** The environment of every program: fixed, whatever the caller's is. */
export const ENVIRONMENT: Readonly<Record<string, string>> = { LC_ALL: "C", PATH: folders.join(":") };

/** The same with a folder to write to. */
export const environmentIn = (scratch: string): Readonly<Record<string, string>> => ({ ...ENVIRONMENT, HOME: scratch, TMPDIR: scratch });

/** The absolute path of a program, or undefined when it is not installed or not executable. */
export function locate(program: string): string | undefined {
  const known = found.get(program);
  if (known !== undefined) return known;
  const candidates = program.includes("/") ? [program] : folders.map((folder) => join(folder, program));
  const path = candidates.find(isExecutable);
  if (path !== undefined) found.set(program, path);
  return path;
}

/** Why a program that {@link locate} does not find cannot be started. */
export const notFound = (program: string): string => `${program}: not found or not executable (looked in ${folders.join(":")})`;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
