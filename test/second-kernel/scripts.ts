/**
 * Parts of scripts for the second kernel: wirings of the lab, and what crosses them.
 * @packageDocumentation
 */
import type { PathSpec, Wiring } from "../../src/model/wiring.js";
import { compile, namespaceName } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import type { SecondKernelRun } from "./user-mode-linux.js";

/** Before the names of namespaces. */
const PREFIX = "second";

/** Begins a command in a namespace of a wiring. */
export const inside = (namespace: string): string => `nsenter --net=/run/netns/${namespaceName(PREFIX, namespace)}`;

/** Builds a wiring. */
export const built = (name: string, wiring: Wiring): string => planText(name, compile(PREFIX, wiring));

/** A ping and a TCP exchange from one end of a path to the other. */
export function crossing(path: PathSpec): string {
  const word = `${path.from}-${path.to}`;
  return [
    `${inside(path.from)} /bin/busybox ping -c 1 -W 3 ${path.address}`,
    `${inside(path.to)} socat -u TCP-LISTEN:80,reuseaddr OPEN:/run/${word},creat &`,
    `echo ${word} | ${inside(path.from)} socat -u - TCP:${path.address}:${String(path.ports.http)},retry=50,interval=0.1`,
    "wait $!",
    `grep -qx ${word} /run/${word}`,
  ].join("\n");
}

/** Builds a wiring and crosses all of its paths. */
export const builtAndCrossed = (name: string, wiring: Wiring): string =>
  [built(name, wiring), ...Object.values(wiring.paths).map(crossing), ""].join("\n");

/** Waits until a program that writes to a file has said something, by a pattern of sed, or has ended. */
export const untilSaid = (pattern: string, file: string, pid: string): string =>
  [
    // There is no /dev/fd for a process substitution.
    "mkfifo /run/said",
    `tail -n +1 -f --pid=${pid} ${file} > /run/said & tail=$!`,
    `sed -n '/${pattern}/q' < /run/said`,
    "kill $tail || true",
    "rm /run/said",
  ].join("\n");

/** What a script that failed had printed. */
export const logOf = (run: SecondKernelRun, name: string): string =>
  run.console
    .split("\n")
    .filter((line) => line.startsWith(`LOG ${name} `))
    .join("\n");
