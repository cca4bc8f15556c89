/**
 * What works on variants, made up: every cell works but for those that are named.
 */
import {
  type CellResult,
  CHECK_NAMES,
  type CheckName,
  CONFORMANCE_SCHEMA,
  type RunConformance,
  setOf,
  type VariantConformance,
} from "../../src/model/conformance.js";

/** What does not work on a variant. */
export type Broken = Readonly<Partial<Record<CheckName, CellResult>>>;

/** Every check by TCP and by UDP. */
export function triedVariant(variant: string, broken: Broken = {}, because = "nothing here carries it"): VariantConformance {
  return {
    variant,
    cells: CHECK_NAMES.flatMap((check) =>
      (["tcp", "udp"] as const).map((protocol) => {
        const result = broken[check] ?? "works";
        const evidence = result === "works" ? "pod-b answered pod-a" : "silence for 500 ms; last seen in node-a: eth0 sent 1";
        return {
          check,
          set: setOf(check),
          family: "ipv4" as const,
          protocol,
          result,
          expected: result,
          evidence,
          ...(result === "works" ? {} : { because }),
        };
      }),
    ),
  };
}

/** The block of a run. */
export const triedRun = (...variants: readonly VariantConformance[]): RunConformance => ({
  schema: CONFORMANCE_SCHEMA,
  variants: [...variants],
  seconds: 12.3,
});
