/**
 * The ports through which podwire touches the machine it runs on. Real adapters stand beside; only `main.ts` and the lab's agent import those.
 * @packageDocumentation
 */
import type { Milliseconds } from "../units/quantity.js";

/** A program call as plain data: never a shell line. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Why it is run, one sentence. */
  readonly reason: string;
  /** Text for its standard input; absent means none. */
  readonly stdin?: string;
  /** After this time the process is killed and the outcome says so. */
  readonly timeout: Milliseconds;
  /** Added to an otherwise minimal environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a process ended and what it printed. A non-zero exit is an outcome, not an exception. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsed: Milliseconds;
  /** Set when the program could not be started at all (not found, not executable). */
  readonly startError?: string;
}

/** Runs programs of this machine to their end. */
export interface Commands {
  run(command: Command): Promise<Outcome>;
  /** The absolute path of a program, looked up in PATH and then in the sbin folders; undefined when it is not installed. */
  locate(program: string): Promise<string | undefined>;
}

/** Time. */
export interface Clock {
  /** Milliseconds of a monotonic clock with an arbitrary zero. */
  monotonic(): Milliseconds;
  /** Wall-clock time. */
  now(): Date;
  /** Resolves after the time has passed, or at once when the signal aborts. */
  sleep(duration: Milliseconds, signal?: AbortSignal): Promise<void>;
}

/** Files, as far as podwire needs them. */
export interface Files {
  readText(path: string): Promise<string>;
  /**
   * Writes whole or not at all: to a temporary file beside the target, then renamed. Creates missing folders.
   * What is no regular file, a device or a pipe, is written to as it stands: a rename would put a file in its place.
   */
  writeText(path: string, text: string): Promise<void>;
  /** Why {@link Files.writeText} would fail, found out by trying and leaving no trace; undefined when nothing stands in the way. */
  whyNotWritable(path: string): Promise<string | undefined>;
  /** Makes a folder that its maker alone can enter, under a name that no one can guess or have taken before; gives its path, which begins with the prefix. */
  makePrivateFolder(prefix: string): Promise<string>;
  exists(path: string): Promise<boolean>;
  /** Whether it is a regular file: whoever reads a pipe or a terminal waits. */
  isRegular(path: string): Promise<boolean>;
}

/** A file that only grows. */
export interface DurableLog {
  /** Adds text at the end, in one piece; it is on the disk when this resolves. Missing folders are made. Errors are those of Node. */
  append(path: string, text: string): Promise<void>;
}

/** How a long-lived program ended. */
export interface Ending {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** The last part of what it wrote to standard error. */
  readonly stderr: string;
  /** Set when the program could not be started at all. */
  readonly startError?: string;
}

/** A long-lived program that is spoken to by lines of text. */
export interface LineProcess {
  /** Its process id; undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Writes one line (without its end) to the program; does nothing once the program has ended. */
  send(line: string): void;
  /** Closes the program's standard input. */
  closeInput(): void;
  /** Kills the program at once (SIGKILL). */
  kill(): void;
  /** Settles when the program has ended and its output is read to the end. Never rejects. */
  readonly ended: Promise<Ending>;
}

/** Starts programs that stay. */
export interface Processes {
  /**
   * Starts a program in a session of its own, so that a terminal's Ctrl-C does not reach it, with the minimal environment.
   * `onLine` is called for each line of its standard output.
   */
  start(argv: readonly [string, ...string[]], onLine: (line: string) => void): LineProcess;
}

/** Names this process so that a later one on the same machine can tell whether it still lives. */
export interface ProcessIdentity {
  readonly own: string;
  /** What became of a process that named itself so; `unknown` when it was on another machine or in another container. */
  readonly fate: (identity: string) => "alive" | "ended" | "unknown";
}

/** What stands in the way of reading a file. */
export type Obstacle =
  | { readonly kind: "missing" | "folder" | "empty" | "not a file" }
  | { readonly kind: "unreadable"; readonly cause: string };

/** Files as streams of bytes: they may be larger than memory. */
export interface ByteStreams {
  /** What stands in the way, as far as is known without reading; undefined when nothing does. `-` is standard input. */
  obstacle(path: string): Promise<Obstacle | undefined>;
  /** The bytes in pieces; an error of the file system is thrown while iterating. */
  open(path: string): AsyncIterable<Uint8Array>;
}

/** What is put into an archive. Paths have no leading slash; a mode without anything else is a folder. */
export type ArchiveMember =
  | { readonly path: string; readonly mode: number }
  | { readonly path: string; readonly mode: number; readonly text: string }
  | { readonly path: string; readonly mode: number; readonly copyOf: string }
  | { readonly path: string; readonly target: string };

/** A file that was compressed. Digests are SHA-256 in hexadecimal. */
export interface CompressedFile {
  /** Of what was compressed, and of what came of it. */
  readonly contentDigest: string;
  readonly digest: string;
  /** Bytes of the compressed file. */
  readonly size: number;
}

/** Archives that may be larger than memory. */
export interface Archives {
  /** Writes a tar archive whole or not at all. The same members make the same bytes: everything belongs to root and is of the same time. */
  write(path: string, members: readonly ArchiveMember[]): Promise<void>;
  /** Compresses a file (gzip) into another one. */
  compress(from: string, to: string): Promise<CompressedFile>;
  /** Writes bytes compressed (gzip), whole or not at all. */
  writeCompressed(path: string, bytes: Uint8Array): Promise<void>;
  /** SHA-256 of a text in hexadecimal. */
  digestOf(text: string): string;
  /** Makes a folder in another one for as long as the work lasts. */
  within<T>(folder: string, work: (folder: string) => Promise<T>): Promise<T>;
}

/** A file of a tree. */
export interface TreeFile {
  /** Below the tree's folder, without a leading slash. */
  readonly path: string;
  readonly text: string;
  /** Permissions, such as 0o644. */
  readonly mode: number;
}

/** Folders that are written as one. */
export interface FileTrees {
  /**
   * Puts files into a folder, which is made where it is missing. All are written beside their places first and then renamed, so that a full disk leaves none
   * of them. Files that are there are replaced; others stay, but for those that are named as gone: they are removed last, with folders that they leave empty.
   */
  write(folder: string, files: readonly TreeFile[], gone?: readonly string[]): Promise<void>;
}
