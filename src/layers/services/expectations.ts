/**
 * What a Service layer changes of what a variant is expected to do.
 * @packageDocumentation
 */
import { type CheckName, type Expectation, type Expectations, SERVICE_CHECKS } from "../../model/conformance.js";

/** What a layer does not do, and why: a clause. */
export const notOffered = (because: string): Expectation => ({ expected: "not-offered", because });

const without = (expectations: Expectations, checks: readonly CheckName[]): Expectations =>
  Object.fromEntries(Object.entries(expectations).filter(([check]) => !checks.includes(check as CheckName)));

/** The same expectations where Services are carried whatever else there is: what asks a Service is expected to work. */
export const withServices = (sofar: Expectations): Expectations => without(sofar, SERVICE_CHECKS);

/** The same where they are carried by rules, which another layer may have broken. */
export const withServicesByRules = (sofar: Expectations): Expectations =>
  without(
    sofar,
    SERVICE_CHECKS.filter((check) => sofar[check]?.expected !== "does-not-work"),
  );

const NOTHING_CARRIES: Expectation = notOffered("nothing here carries Services");
/** Where no layer carries Services. */
export const WITHOUT_SERVICES: Expectations = Object.fromEntries(SERVICE_CHECKS.map((check) => [check, NOTHING_CARRIES]));

/** The same where no layer carries Services: none can be broken. What is carried from outside alone stays. */
export const withoutBroken = (sofar: Expectations): Expectations => ({
  ...sofar,
  ...each(
    SERVICE_CHECKS.filter((check) => sofar[check]?.expected === "does-not-work"),
    NOTHING_CARRIES,
  ),
});

/** Checks in which packets from outside come to a node's card. */
export const FROM_OUTSIDE = [
  "nodeport-outside",
  "nodeport-local-policy",
  "source-kept",
  "external-ip",
] as const satisfies readonly CheckName[];

/** The same reason for several checks. */
export const each = (checks: readonly CheckName[], expectation: Expectation): Expectations =>
  Object.fromEntries(checks.map((check) => [check, expectation]));

/** The same expectations with some checks expected to work. */
export const mended = without;

/** Whether a check is not offered so far: what another layer carries already stays. */
export const isMissing =
  (sofar: Expectations) =>
  (check: CheckName): boolean =>
    sofar[check]?.expected === "not-offered";
