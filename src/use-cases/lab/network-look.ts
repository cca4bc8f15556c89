/**
 * Looks at a network of the lab: the state of every namespace, and its counters. Nothing is changed.
 * @packageDocumentation
 */
import { EBPF_LOADER, LISTING_TCX, showing } from "../../model/ebpf.js";
import type { Wiring } from "../../model/wiring.js";
import type { NamespaceCounters } from "../../packet-path/counts.js";
import type { NamespaceFacts } from "../../packet-path/facts.js";
import { type NamespaceTexts, namesPodRouting, queueCounts, readNamespace } from "../../packet-path/read.js";
import type { ExchangeGround } from "../../venues/lab/exchange-lab.js";
import { type LookIn, printedBy, ruleTexts, stateTexts } from "../namespace-look.js";

/** A look at all namespaces. */
export interface NetworkLook {
  readonly namespaces: ReadonlyMap<string, NamespaceFacts>;
  readonly counters: ReadonlyMap<string, NamespaceCounters>;
}

type Ground = Pick<ExchangeGround, "look" | "nameOf" | "counts">;

/** Which is read next to the traffic: the devices' counters are the ones that traffic of other kinds changes. */
export type DevicesRead = "first" | "last";

/**
 * Looks at every namespace.
 * @throws RunError with the command that failed
 */
export async function lookAt(ground: Ground, { namespaces, steps }: Wiring, when: DevicesRead): Promise<NetworkLook> {
  const early = when === "first" ? await ground.counts() : undefined;
  const hasPrograms = steps.some((step) => step.kind === "load" && step.argv[0] === EBPF_LOADER);
  const facts = new Map<string, NamespaceFacts>();
  const queues = new Map<string, NamespaceCounters["queues"]>();
  await Promise.all(
    namespaces.map(async ({ name }) => {
      const texts = await textsOf(async (argv) => ground.look(name, argv), name, hasPrograms);
      facts.set(name, readNamespace(name, texts, ground.nameOf));
      queues.set(name, queueCounts(texts.queueing));
    }),
  );
  const devices = early ?? (await ground.counts());
  const counters = new Map(
    [...facts].map(
      ([name, { ruleset }]) => [name, { devices: devices[name] ?? {}, queues: queues.get(name) ?? new Map(), ruleset }] as const,
    ),
  );
  return { namespaces: facts, counters };
}

/** A program that is not there has written none of the rules, and a kernel without a backend has none of its. */
async function textsOf(look: LookIn, name: string, hasPrograms: boolean): Promise<NamespaceTexts> {
  const { texts } = await ruleTexts(look);
  const state = { ...(await stateTexts(name, look)), ...(hasPrograms ? { tcx: await printedBy(name, look, LISTING_TCX) } : {}) };
  const own = namesPodRouting(state) ? { podRouting: await printedBy(name, look, showing(name)) } : {};
  return { ...state, ...own, rules: texts };
}
