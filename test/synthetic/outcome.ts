/** Ended processes and paths for the tests of probes: captured from real tools, made up, or arbitrary. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { LISTENING_PORTS } from "../../src/model/wiring.js";
import type { EndpointCounters, Path, ProcessOutcome, Reading } from "../../src/venues/contract.js";

const CAPTURED = fileURLToPath(new URL("../captured/", import.meta.url));

/** A reading of a machine on which nothing happens. */
export function readingAt(clock: number, counters: Readonly<Record<string, EndpointCounters>> = {}): Reading {
  return { clock, cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 }, counters };
}

/** A process that ended well after a second and printed nothing, except for what is said. */
export function outcomeOf(told: Partial<ProcessOutcome> = {}): ProcessOutcome {
  const silent = { exitCode: 0, signal: undefined, timedOut: false, stdout: "", stderr: "", collected: {} };
  return { ...silent, before: readingAt(0), after: readingAt(1e9), ...told };
}

/** Text of a captured file. */
export const capturedText = (file: string): string => readFileSync(`${CAPTURED}${file}`, "utf8");

/** The outcome of a captured run, e.g. `ping/replies`; `collect` names the file that the probe collects. */
export function capturedOutcome(name: string, collect?: string): ProcessOutcome {
  return outcomeOf({
    stdout: capturedText(`${name}.stdout`),
    stderr: capturedText(`${name}.stderr`),
    exitCode: Number(capturedText(`${name}.exit`)),
    collected: collect === undefined ? {} : { [collect]: capturedText(`${name}.csv`) },
  });
}

/** The path between the two namespaces of the captures. */
export const CAPTURED_PATH: Path = {
  id: "host/open/host-host",
  mode: "host",
  name: "host-host",
  link: "open",
  from: { id: "a", kind: "host" },
  to: { id: "b", kind: "host" },
  address: "198.18.0.12",
  ports: LISTENING_PORTS,
  listen: LISTENING_PORTS,
  frame: { device: "eth0", sourceMac: "02:70:77:00:00:01", sourceAddress: "198.18.0.11", destinationMac: "02:70:77:00:00:02" },
  arrival: { device: "eth0" },
};

/** Whatever a process could end as that prints pieces of a captured text, or anything at all. */
export function arbitraryOutcome(texts: readonly string[], collect: string): fc.Arbitrary<ProcessOutcome> {
  const piece = fc
    .constantFrom(...texts)
    .chain((text) =>
      fc.tuple(fc.nat(text.length), fc.nat(text.length)).map(([one, other]) => text.slice(Math.min(one, other), Math.max(one, other))),
    );
  const printed = fc.oneof(
    piece,
    fc.tuple(piece, fc.string(), piece).map((parts) => parts.join("")),
    fc.string({ unit: "binary" }),
    fc.json(),
  );
  return fc
    .record({
      stdout: printed,
      stderr: fc.string(),
      exitCode: fc.constantFrom(0, 0, 0, 1, 119, undefined),
      signal: fc.constantFrom(undefined, undefined, undefined, "SIGKILL"),
      timedOut: fc.constantFrom(false, false, false, true),
      collected: fc
        .option(printed, { nil: undefined })
        .map((text): Record<string, string> => (text === undefined ? {} : { [collect]: text })),
    })
    .map(outcomeOf);
}
