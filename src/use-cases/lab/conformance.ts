/**
 * What works on each variant, tried with packets: the use case behind `podwire lab conformance`, and what follows a run's measuring.
 * @packageDocumentation
 */
import { modesToTry } from "../../advice/needs.js";
import { CONFORMANCE_SCHEMA, type Conformance, type VariantConformance } from "../../model/conformance.js";
import type { Run } from "../../model/run.js";
import type { AddressFamily } from "../../units/address.js";
import { openExchangeLab } from "../../venues/lab/exchange-lab.js";
import type { UseCaseContext } from "../context.js";
import { InterruptedError, wordsOf } from "../errors.js";
import type { RunWatcher } from "../watcher.js";
import { conformanceOf } from "./conformance-cells.js";
import { asRunError, SandboxLifetime } from "./sandbox-lifetime.js";
import type { TriedMode } from "./trying.js";

/**
 * Builds each variant on a ground of its own and tries every check on it, one variant after the other, so that each has the machine to itself.
 * @param onVariant - called when a variant is begun
 * @throws RunError when there can be no lab at all
 */
export async function labConformance(variants: readonly TriedMode[], context: UseCaseContext, onVariant: OnVariant): Promise<Conformance> {
  const found: VariantConformance[] = [];
  await tryEach({ variants, families: ["ipv4", "ipv6"] }, context, onVariant, (one) => found.push(one));
  return { schema: CONFORMANCE_SCHEMA, variants: found };
}

/** Hears which variant is begun, and its place from 0. */
type OnVariant = (variant: string, position: number) => void;

/**
 * A run with what works on its modes, as far as that was asked for or stated needs ask for it. It has the lab to itself and counts in no budget. What was
 * measured is never lost by it: where it is ended early, or fails, the run is partial and has the cells of the modes that were tried by then.
 */
export async function withConformance(
  run: Run,
  variants: readonly TriedMode[],
  context: UseCaseContext,
  watcher: Pick<RunWatcher, "waiting">,
): Promise<Run> {
  const asked = modesToTry(run);
  if (asked.length === 0) return run;
  if (context.interrupted.aborted) return cutShort(run, UNTRIED);
  const { clock } = context.machine;
  const began = clock.monotonic();
  const found: VariantConformance[] = [];
  const onVariant: OnVariant = (variant, position) => {
    watcher.waiting(`trying what works on ${variant}, ${String(position + 1)} of ${String(asked.length)}, which no budget counts`);
  };
  const problem = await tryEach(
    // What is measured is IPv4, and so is what a need asks of it.
    { variants: variants.filter(({ name }) => asked.includes(name)), families: ["ipv4"] },
    context,
    onVariant,
    (one) => found.push(one),
  ).then(() => undefined, whyCutShort);
  return {
    ...(problem === undefined ? run : cutShort(run, problem)),
    endedAt: clock.now().toISOString(),
    conformance: { schema: CONFORMANCE_SCHEMA, variants: found, seconds: (clock.monotonic() - began) / 1000 },
  };
}

/** What was cut short before has its reason already. */
const cutShort = (run: Run, partialReason: string): Run => (run.status === "partial" ? run : { ...run, status: "partial", partialReason });

const UNTRIED = "interrupted: what works was tried on some modes only, or on none";

const whyCutShort = (error: unknown): string =>
  error instanceof InterruptedError ? UNTRIED : `what works could not be tried to the end: ${wordsOf(error)}`;

/** What is tried. */
interface Asked {
  readonly variants: readonly TriedMode[];
  readonly families: readonly AddressFamily[];
}

async function tryEach(
  { variants, families }: Asked,
  context: UseCaseContext,
  onVariant: OnVariant,
  onFound: (found: VariantConformance) => void,
): Promise<void> {
  const lifetime = new SandboxLifetime(context);
  const { clock } = context.machine;
  try {
    const lab = await openExchangeLab(lifetime.machine, variants);
    try {
      for (const [position, variant] of variants.entries()) {
        onVariant(variant.name, position);
        const began = clock.monotonic();
        const found = await conformanceOf(variant, lab, families);
        onFound({ ...found, seconds: (clock.monotonic() - began) / 1000 });
      }
    } finally {
      await lab.close();
    }
  } catch (error) {
    throw asRunError(error, context);
  } finally {
    lifetime.over();
  }
}
