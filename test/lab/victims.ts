/**
 * Labs that are killed: built and loaded in a process of their own, whose command lines and pid namespaces tell what is left of them.
 * @packageDocumentation
 */
import { type ChildProcess, spawn } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Built, becoming, type User } from "./built-lab.js";
import { allProcesses, family, type ProcessEntry } from "./bystander.js";

/** A lab that is built and loaded in a process of its own; its command lines hold `mark`. */
export interface Victims {
  readonly driver: ChildProcess;
  readonly mark: string;
}

let labs = 0;

/** Starts a lab with these modes. */
export function startLab(built: Built, user: User, modes: readonly string[]): Victims {
  const mark = `run-${String(++labs)}-of-${String(process.pid)}`;
  symlinkSync(built.folder, join(built.folder, mark));
  const agent = join(built.folder, mark, "dist/venues/agent/program/sandbox.js");
  const [program = "", ...args] = [...becoming(user), process.execPath, built.driver, agent, ...modes];
  return { driver: spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] }), mark };
}

/** Gives the line that the driver says when the lab is built, or its words when there is none. */
export async function isOpen({ driver }: Victims): Promise<string> {
  return new Promise((resolve) => {
    driver.stdout?.once("data", (line: Buffer) => {
      resolve(String(line));
    });
    driver.once("exit", (code) => {
      resolve(`the driver ended with ${String(code)}`);
    });
  });
}

/** Links of the chain, outermost first, and what runs inside. */
export const KINDS = ["podwire", "unshare", "agent", "inside"] as const;
/** One of {@link KINDS}. */
export type Kind = (typeof KINDS)[number];

/** The processes of a lab by their place in the chain. */
export function chain({ driver }: Victims): Readonly<Record<Kind, readonly ProcessEntry[]>> {
  const [podwire, unshare, agent, ...inside] = family(driver.pid ?? 0);
  const one = (entry: ProcessEntry | undefined): readonly ProcessEntry[] => (entry === undefined ? [] : [entry]);
  return { podwire: one(podwire), unshare: one(unshare), agent: one(agent), inside };
}

/** What is left of a lab: processes that carry its mark or live in its pid namespace. */
export function remains(victims: Victims, pidNamespaces: ReadonlySet<string>): readonly string[] {
  return allProcesses()
    .filter((entry) => entry.command.includes(victims.mark) || pidNamespaces.has(entry.pidNamespace))
    .map((entry) => `${String(entry.pid)} ${entry.command}`);
}

/** Mulberry32: a small seeded generator, so that a failing run can be repeated. */
export function randomNumbers(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
