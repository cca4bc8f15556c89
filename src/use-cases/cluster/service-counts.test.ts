import { expect, test } from "vitest";
import { clusterRun } from "../../../test/synthetic/cluster-run.js";
import { handClock } from "../../../test/synthetic/hand-clock.js";
import { clusterRequest } from "../../cli/cluster/request.js";
import { type CliContext, listenerOf } from "../../cli/context.js";
import type { Kubernetes, KubernetesObject } from "../../machine/kubernetes/port.js";
import { milliseconds } from "../../units/quantity.js";
import { measureServiceCounts } from "./service-counts.js";

/** What an API server takes to make an object: a thousand Services, two objects each, take 2.6 s. */
const PER_OBJECT = milliseconds(1.3);
/** The namespace, and 9,500 Services. */
const OBJECTS = 1 + 9_500 * 2;

/** What is said while 10,000 Services are made, and podwire is interrupted before all are there. */
async function said(isTTY: boolean): Promise<readonly string[]> {
  const clock = handClock();
  const interruption = new AbortController();
  const lines: string[] = [];
  let made = 0;
  const create = async (_: unknown, object: KubernetesObject): Promise<KubernetesObject> => {
    await clock.sleep(PER_OBJECT);
    made += 1;
    if (made === OBJECTS) interruption.abort();
    return object;
  };
  const gone = async (): Promise<undefined> => Promise.resolve(undefined);
  const kubernetes = { context: "here", create, remove: gone, get: gone } as Partial<Kubernetes> as Kubernetes;
  const context = {
    version: "0.0.0",
    machine: { clock },
    processIdentity: { own: "here/1/1" },
    interrupted: interruption.signal,
    atExit: () => undefined,
    terminal: { live: { isTTY }, err: (text: string) => lines.push(text) },
  } as unknown as CliContext;
  const request = clusterRequest({ host: true, quick: true }, 1);
  const around = { kubernetes, request, nodes: ["node-1", "node-2"], main: clusterRun(), freshRun: () => "abcdef", draw: () => 0 };
  const counts = await measureServiceCounts({ ...around, counts: [10_000], ...listenerOf(context) }, context);
  expect(counts).toEqual([{ services: 10_000, reason: "interrupted while the Services were made", figures: [] }]);
  return lines;
}

const lineOf = (thousands: number): string => `podwire: ${String(thousands)},000 of 10,000 Services are made\n`;
const REMOVED = [
  "podwire: interrupted; namespace podwire-abcdef is being deleted (Ctrl-C again leaves at once)\n",
  "podwire: namespace podwire-abcdef is deleted\n",
];

test("in a pipe the number of Services is said at most once in ten seconds, and what becomes of them at once", async () => {
  expect(await said(false)).toEqual([lineOf(1), lineOf(5), lineOf(9), ...REMOVED]);
});

test("on a terminal every thousand is said", async () => {
  expect(await said(true)).toEqual([...Array.from({ length: 9 }, (_, index) => lineOf(index + 1)), ...REMOVED]);
});
