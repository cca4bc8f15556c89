/**
 * What a check takes to be tried, read from what it tries. Pure.
 * @packageDocumentation
 */
import type { Check } from "../../../conformance/check.js";
import type { Ground } from "../../../conformance/ground.js";
import { CHECK_SERVICES, type CheckService, podsBehind } from "../../../conformance/services.js";
import { type CheckName, type Expectations, SERVICE_CHECKS } from "../../../model/conformance.js";
import type { NamespaceName } from "../../../model/wiring.js";

/** Every place that a cluster's ground can have. */
export const PLACES = ["pod-a", "pod-a2", "pod-b", "node-a", "node-b", "outside"] as const satisfies readonly NamespaceName[];

const serviceWord = (service: CheckService): string => `service ${service}`;

/** A ground whose addresses are the names of places and Services, by which a check's tries tell what they take. */
const NAMED: Ground = {
  family: "ipv4",
  namespaces: PLACES,
  podMtu: 1500,
  outward: false,
  addressOf: (name) => name,
  portOf: () => 0,
  clusterAddress: serviceWord,
  external: { address: "external", port: 0, nodePort: 0, localNodePort: 0 },
};

/** The places that a check takes: those that ask and answer, and every pod behind a Service that is asked. */
export function placesOf(check: Check): readonly NamespaceName[] {
  const tries = check.protocols.flatMap((protocol) => check.tries(NAMED, protocol ?? "tcp"));
  const asked = tries.flatMap((one) => (one.kind === "ask" ? [one.exchange.address] : []));
  const services = [...CHECK_SERVICES.filter((name) => asked.includes(serviceWord(name))), ...Object.values(check.removes ?? {})];
  return [...new Set([...tries.flatMap(({ from, to }) => [from, to]), ...services.flatMap(podsBehind)])];
}

/** Whether a check asks a Service, by whatever address. */
export const asksService = (name: CheckName): boolean => SERVICE_CHECKS.includes(name);

/** What a cluster's ground lacks, a clause each. */
export interface Lacking {
  readonly places: Readonly<Record<NamespaceName, string>>;
  /** Why there are no Services. */
  readonly services?: string | undefined;
  /** Why single checks have no meaning here, beside that. */
  readonly checks: Readonly<Partial<Record<CheckName, string>>>;
}

/** Checks that cannot be tried for what is lacking, with the reason. */
export function untried(checks: readonly Check[], { places, services, checks: single }: Lacking): Expectations {
  const entries = checks.flatMap((check) => {
    const place = placesOf(check).find((name) => places[name] !== undefined);
    const why = single[check.name] ?? (place === undefined ? undefined : places[place]) ?? (asksService(check.name) ? services : undefined);
    return why === undefined ? [] : [[check.name, { expected: "not-applicable", because: why }] as const];
  });
  return Object.fromEntries(entries);
}
