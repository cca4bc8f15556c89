/**
 * Files of a node as Ignition and coreos-cloudinit take them: units of systemd by their names, with their drop-ins, and all others by their paths.
 * @packageDocumentation
 */
import type { WorkerFile } from "./worker.js";

/** A unit that the files make, add to, or merely want to run. */
export interface NodeUnit {
  readonly name: string;
  /** The unit itself; absent where the image has it. */
  readonly text?: string;
  readonly dropIns: readonly { readonly name: string; readonly text: string }[];
}

/** A node's files, sorted. */
export interface SortedFiles {
  /** In the order of the wanted ones. */
  readonly units: readonly NodeUnit[];
  readonly others: readonly WorkerFile[];
}

const UNIT = /^\/etc\/systemd\/system\/([^/]+)$/;
const DROP_IN = /^\/etc\/systemd\/system\/([^/]+)\.d\/([^/]+)$/;

/**
 * Takes the units out of a node's files.
 * @param wanted - those that are to run, whether the files say something of them or not
 * @throws Error where a file is of a unit that is not wanted: it would do nothing
 */
export function sortedFiles(files: readonly WorkerFile[], wanted: readonly string[]): SortedFiles {
  const unitOf = ({ path }: WorkerFile): string | undefined => (UNIT.exec(path) ?? DROP_IN.exec(path))?.[1];
  const idle = files.find((file) => unitOf(file) !== undefined && !wanted.includes(unitOf(file) ?? ""));
  if (idle !== undefined) throw new Error(`${idle.path} is of no unit that is to run`);
  return {
    units: wanted.map((name) => unitNamed(name, files)),
    others: files.filter((file) => unitOf(file) === undefined),
  };
}

function unitNamed(name: string, files: readonly WorkerFile[]): NodeUnit {
  const own = files.find(({ path }) => UNIT.exec(path)?.[1] === name);
  const dropIns = files.flatMap(({ path, text }) => {
    const [, unit, dropIn = ""] = DROP_IN.exec(path) ?? [];
    return unit === name ? [{ name: dropIn, text }] : [];
  });
  return { name, ...(own === undefined ? {} : { text: own.text }), dropIns };
}
