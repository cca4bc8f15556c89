/**
 * Looks at a namespace's counters from outside of it. A program is in the namespace just long enough to open the files: what is
 * read from an open file of /proc/PID/net belongs to the namespace in which PID was, so that no process has to stay there.
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import type { EndpointCounters } from "../../contract.js";
import { parseDevices, parseProtocols } from "./proc-text.js";
import { ENVIRONMENT, locate, notFound } from "./programs.js";

/** Texts of the counter files at one moment; parsing them is left for later, since readings have to be quick. */
export interface CounterTexts {
  readonly dev: string;
  readonly snmp: string;
  readonly netstat: string;
}

/** Open counter files of one namespace. */
export class CounterFiles {
  readonly #dev: number;
  readonly #snmp: number;
  readonly #netstat: number;

  private constructor(process: string) {
    this.#dev = openSync(`/proc/${process}/net/dev`, "r");
    this.#snmp = openSync(`/proc/${process}/net/snmp`, "r");
    this.#netstat = openSync(`/proc/${process}/net/netstat`, "r");
  }

  /** Opens the counters of a namespace under /run/netns, or of the agent's own. */
  static async open(namespace: string | undefined): Promise<CounterFiles> {
    if (namespace === undefined) return new CounterFiles("self");
    return whileInside(namespace, (pid) => new CounterFiles(String(pid)));
  }

  /** Reads all counters now. */
  read(): CounterTexts {
    return { dev: readWhole(this.#dev), snmp: readWhole(this.#snmp), netstat: readWhole(this.#netstat) };
  }

  /** Reads the devices' counters alone. */
  devices(): string {
    return readWhole(this.#dev);
  }

  /** Reads the protocols' main counters alone. */
  protocols(): string {
    return readWhole(this.#snmp);
  }

  /** Lets the namespace go. */
  close(): void {
    for (const file of [this.#dev, this.#snmp, this.#netstat]) closeSync(file);
  }
}

/** Makes counters of the texts. */
export const parseCounters = (texts: CounterTexts): EndpointCounters => ({
  devices: parseDevices(texts.dev),
  protocols: { ...parseProtocols(texts.snmp), ...parseProtocols(texts.netstat) },
});

const buffer = Buffer.allocUnsafe(65_536);

/** Reads an open file of /proc from its beginning, which makes the kernel produce it anew. */
export function readWhole(file: number): string {
  let text = "";
  for (;;) {
    const length = readSync(file, buffer, 0, buffer.length, Buffer.byteLength(text, "latin1"));
    if (length === 0) return text;
    text += buffer.toString("latin1", 0, length);
  }
}

/** Calls `look` while a process is in the namespace. `cat` echoes a line as soon as it is there. */
async function whileInside<T>(namespace: string, look: (pid: number) => T): Promise<T> {
  const nsenter = locate("nsenter");
  if (nsenter === undefined) throw new Error(notFound("nsenter"));
  const visitor = spawn(nsenter, [`--net=/run/netns/${namespace}`, "--", "cat"], { env: ENVIRONMENT, detached: true, stdio: "pipe" });
  let complaint = "";
  visitor.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  visitor.stdin.on("error", () => visitor.stdin.destroy());
  visitor.stdin.write("\n");
  return new Promise<T>((resolve, reject) => {
    visitor.once("error", reject);
    visitor.once("close", () => {
      reject(new Error(`the counters of ${namespace} cannot be read: ${complaint.trim()}`));
    });
    visitor.stdout.once("data", () => {
      try {
        if (visitor.pid === undefined) throw new Error(`no process entered ${namespace}`);
        resolve(look(visitor.pid));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
      visitor.kill("SIGKILL");
    });
  });
}
