/**
 * Labs whose variants have Services of a test's own, servers behind them, and clients that dial what they are told to.
 * @packageDocumentation
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { release } from "node:os";
import { createInterface } from "node:readline";
import { isLacking } from "../../src/layers/contract.js";
import { socketChangeText, socketText } from "../../src/layers/services/ebpf/lines.js";
import { serviceGround } from "../../src/layers/services/ground.js";
import { clientsOf } from "../../src/layers/services/socket-lb.js";
import { applyingFrom, EBPF_LOADER } from "../../src/model/ebpf.js";
import type { Service, ServicePort } from "../../src/model/service.js";
import type { Wiring } from "../../src/model/wiring.js";
import type { Mode } from "../../src/modes/contract.js";
import { resolveVariant } from "../../src/variants/variant.js";
import type { LabSession } from "../../src/venues/lab/lab-session.js";

const SERVER = new URL("socket-server.mjs", import.meta.url).pathname;
const CLIENT = new URL("socket-client.mjs", import.meta.url).pathname;
const TIMEOUT_MS = 30_000;

/** A Service with one port, as tests need most. */
export function service(address: string, port: Partial<ServicePort>, endpoints: readonly string[], more: Partial<Service> = {}): Service {
  const number = port.port ?? 80;
  return {
    namespace: "test",
    name: `${address}-${port.protocol ?? "tcp"}-${String(number)}`,
    address,
    ports: [{ name: "port", protocol: "tcp", port: number, targetPort: 8000, ...port }],
    endpoints: endpoints.map((one) => ({ address: one, node: one.startsWith("198.18.0.33") ? "node-a" : "node-b" })),
    ...more,
  };
}

/** A variant with Services of the test's own at its sockets. */
export function withSocketServices(name: string, services: readonly Service[]): Mode {
  const base = resolveVariant(name);
  return {
    ...base,
    kernel: [...base.kernel, "cgroup-bpf"],
    programs: [...base.programs, EBPF_LOADER],
    wire: (topology) => {
      const wiring = base.wire(topology);
      const inputs = [socketText(services, groundOf(wiring).nodes, clientsOf(wiring))];
      const load = { kind: "load", in: "node-a", layer: "socket-lb", what: "the test's", tracks: false, reason: "the test's" } as const;
      return { ...wiring, steps: [...wiring.steps, { ...load, argv: applyingFrom("node-a"), inputs }] };
    },
  };
}

export function groundOf(wiring: Wiring) {
  const ground = serviceGround(wiring);
  if (isLacking(ground)) throw new Error(ground.lacks);
  return ground;
}

const [major = 0, minor = 0] = release().split(".").map(Number);
/** TCX is in Linux since 6.6. */
export const hasTcx = major > 6 || (major === 6 && minor >= 6);

/** How podwire's programs hang on devices: as the kernel lets them, or as on one before Linux 6.6. */
export type Attachment = "as the kernel has it" | "by clsact";

/** A mode whose programs at devices hang so. */
export function attached(mode: Mode, attachment: Attachment): Mode {
  if (attachment === "as the kernel has it") return mode;
  return {
    ...mode,
    wire: (topology) => {
      const wiring = mode.wire(topology);
      const steps = wiring.steps.map((step) =>
        step.kind === "load" && step.argv[0] === EBPF_LOADER
          ? { ...step, inputs: [...step.inputs].map((text) => `clsact\n${text}`) }
          : step,
      );
      return { ...wiring, steps };
    },
  };
}

/** Puts Services in the place of what they were; gives what the loader said. */
export async function change(lab: LabSession, mode: string, services: readonly Service[]): Promise<string> {
  const wiring = resolveVariant(mode).wire({ nodes: 2, mtu: 1500 });
  return apply(lab, mode, socketChangeText(services, groundOf(wiring).nodes));
}

/** Gives the loader a text. */
export async function apply(lab: LabSession, mode: string, stdin: string, node = "node-a"): Promise<string> {
  const order = { kind: "run", argv: applyingFrom(node), namespace: `${mode}.open.${node}`, stdin, timeout: TIMEOUT_MS } as const;
  const outcome = await lab.agent.order<"run">(order);
  if (outcome.exitCode !== 0) throw new Error(outcome.startError ?? outcome.stderr);
  return outcome.stdout;
}

/** Where something is dialled. */
export type To = readonly [address: string, port: number];

/** What a client was told. */
export interface Answer {
  readonly server?: string;
  readonly client?: { readonly address: string; readonly port: number };
  readonly peer?: To;
  readonly from?: To;
  readonly error?: string;
}

interface Order {
  readonly open?: string;
  readonly ask?: string;
  readonly connect?: string;
  readonly disconnect?: string;
  readonly close?: string;
  readonly type?: "tcp" | "udp4" | "udp6";
  readonly to?: To;
}

/** A process that dials what it is told to. */
export interface Client {
  order(order: Order): Promise<Answer>;
  /** A connection of its own for one question. */
  tcp(to: To): Promise<Answer>;
  end(): void;
}

/** Starts a client by a command that enters its namespace. */
export async function startClient(enter: (argv: readonly [string, ...string[]]) => readonly [string, ...string[]]): Promise<Client> {
  const child = started(enter([process.execPath, CLIENT]));
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  const order = async (what: Order): Promise<Answer> => {
    const answer = once(lines, "line");
    child.stdin.write(`${JSON.stringify(what)}\n`);
    return JSON.parse(String((await answer)[0])) as Answer;
  };
  return {
    order,
    tcp: async (to) => {
      const opened = await order({ open: "once", type: "tcp", to });
      if (opened.error !== undefined) return opened;
      const answer = await order({ ask: "once" });
      await order({ close: "once" });
      return answer;
    },
    end: () => {
      child.kill("SIGKILL");
    },
  };
}

/** Starts a server that says its name; it ends with its namespace. */
export async function startServer(
  enter: (argv: readonly [string, ...string[]]) => readonly [string, ...string[]],
  [address, port]: To,
  name: string,
): Promise<ChildProcessWithoutNullStreams> {
  const child = started(enter([process.execPath, SERVER, address, String(port), name]));
  await once(child.stdout, "data");
  return child;
}

function started([program, ...words]: readonly [string, ...string[]]): ChildProcessWithoutNullStreams {
  const child = spawn(program, words, { stdio: "pipe" });
  child.stderr.on("data", (text: Buffer) => process.stderr.write(text));
  return child;
}

/** Enters a namespace of a mode of the lab. */
export const entering =
  (lab: LabSession, mode: string, namespace: string) =>
  (argv: readonly [string, ...string[]]): readonly [string, ...string[]] =>
    lab.enter(`${mode}.open.${namespace}`, argv);
