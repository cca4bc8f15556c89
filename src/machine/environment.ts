/**
 * The environment of every program that podwire starts: never the caller's.
 * @packageDocumentation
 */
import { fileURLToPath } from "node:url";

/** Folders of system programs, which an ordinary user's PATH lacks on Debian. */
export const SYSTEM_FOLDERS: readonly string[] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** Programs of podwire's own, compiled from native/ when it is set up. */
const OWN_PROGRAMS = fileURLToPath(new URL("../../dist/native", import.meta.url));

/** The caller's search path followed by the system folders and podwire's own programs, each folder once. */
export function searchPath(callerPath: string | undefined): readonly string[] {
  const folders = (callerPath ?? "/usr/local/bin:/usr/bin:/bin").split(":").filter((folder) => folder.startsWith("/"));
  return [...new Set([...folders, ...SYSTEM_FOLDERS, OWN_PROGRAMS])];
}

/** Parsers read tools' output in the C locale; the rest of the caller's environment could change what a tool does. */
export function minimalEnvironment(folders: readonly string[]): Record<string, string> {
  return { LC_ALL: "C", PATH: folders.join(":") };
}
