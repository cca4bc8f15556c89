/**
 * Gives every property test many times its runs: what one input in thousands shows is found before a build is refused by chance.
 * vitest.config.ts loads it where PODWIRE_PROPERTY_TIMES is set, as `npm run bench:properties` does.
 */
import type { IRawProperty, Parameters } from "fast-check";
import { vi } from "vitest";

/** How many times the runs that a property has otherwise. */
const TIMES = Number(process.env["PODWIRE_PROPERTY_TIMES"]);
/** No property begins another run after so long. */
const LIMIT_MS = 1_000 * Number(process.env["PODWIRE_PROPERTY_SECONDS"] ?? 10);
/** fast-check's own number of runs. */
const USUAL_RUNS = 100;

// fast-check's global parameters would not reach properties that name their own number of runs.
vi.mock(import("fast-check"), async (load) => {
  const real = await load();
  const assertMore = <Inputs>(property: IRawProperty<Inputs>, parameters: Parameters<Inputs> = {}): void | Promise<void> => {
    const { numRuns = USUAL_RUNS, seed } = parameters;
    // A property with a seed of its own says that it holds for these inputs, and nothing of others.
    const more = seed === undefined ? { numRuns: TIMES * numRuns, interruptAfterTimeLimit: LIMIT_MS } : {};
    return real.assert(property, { ...parameters, ...more });
  };
  // As its original it returns a promise for asynchronous properties alone, which a function without overloads cannot say.
  const assert = assertMore as typeof real.assert;
  return { ...real, assert, default: { ...real.default, assert } };
});
