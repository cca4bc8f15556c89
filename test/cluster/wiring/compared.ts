/**
 * A cluster's network held against the lab's wiring of a mode.
 * @packageDocumentation
 */
import { expect, test } from "vitest";
import type { Mode } from "../../../src/modes/contract.js";
import { differences } from "../../oracles/differences.js";
import type { Network } from "../variants.mjs";
import { knownOn } from "./known-differences.js";
import type { Wired } from "./wired.js";

/** A network of the fixture, and the mode that it is. */
export interface WiringCase {
  readonly network: Network;
  readonly mode: Mode;
}

/** Tests that both are wired alike but for what is known. */
export function testWiring({ network, mode }: WiringCase, wired: () => { readonly real: Wired; readonly lab: Wired }): void {
  test("the pod is wired alike", () => {
    const { real, lab } = wired();
    expect(real.pod.addresses).toContainEqual(expect.stringContaining("198.19.1.2/24"));
    expect(differences(real.pod, lab.pod)).toEqual([]);
  });

  test("the node is wired alike but for what is known", () => {
    const { real, lab } = wired();
    expect(differences(real.node, lab.node).filter((line) => !knownOn(network).some((known) => known.line.test(line)))).toEqual([]);
  });

  test("what is known is there, and recorded in the mode where it is the product's", () => {
    const { real, lab } = wired();
    const found = differences(real.node, lab.node);
    for (const { line, why } of knownOn(network)) {
      expect(found).toContainEqual(expect.stringMatching(line));
      if ("deviation" in why) expect(mode.deviations).toContain(why.deviation);
    }
  });
}
