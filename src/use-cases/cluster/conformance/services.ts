/**
 * The Services of a cluster's conformance: made once the pods are there, and asked by the addresses that the cluster gave them.
 * @packageDocumentation
 */
import { RESPONDER_PORT } from "../../../conformance/responders.js";
import { CHECK_SERVICES, type CheckService, checkService, type ExternalPlaces, SERVICE_PORT } from "../../../conformance/services.js";
import { type Kubernetes, KubernetesError, type KubernetesObject, type ObjectRef } from "../../../machine/kubernetes/port.js";
import type { Clock } from "../../../machine/ports.js";
import type { NamespaceName } from "../../../model/wiring.js";
import { listed } from "../../../units/listed.js";
import { type Milliseconds, milliseconds } from "../../../units/quantity.js";
import { createObjects } from "../../../venues/cluster/lifetime/create.js";
import { untilGone } from "../../../venues/cluster/lifetime/gone.js";
import {
  type EndpointPlace,
  type OwnService,
  ownService,
  ownServiceName,
  ownServiceRefs,
  ownSlice,
  ownSliceRef,
} from "../../../venues/cluster/objects/own-services.js";
import type { ClusterPlan } from "../../../venues/cluster/objects/plan.js";
import { clusterAddress, nodePort } from "../../../venues/cluster/paths/service-addresses.js";

/** Where Services are made, and what they lead to. */
export interface ServiceSite {
  readonly kubernetes: Kubernetes;
  readonly plan: ClusterPlan;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The pods that there are, by their names within the run. */
  readonly pods: ReadonlyMap<NamespaceName, EndpointPlace>;
}

/** Services that stand. */
export interface StandingServices {
  readonly clusterAddress: (service: CheckService) => string;
  /** Without an external address where that was refused. */
  readonly external: Omit<ExternalPlaces, "address" | "port">;
  /** Why a Service with an external address was not made, in the server's words. */
  readonly externalRefused?: string;
}

const GONE_WITHIN = milliseconds(20_000);
/** Services that only show when all that was written before them holds: one at first, and one after each of the three removals. */
const MARKERS = 4;

const markerName = (place: number): string => `settled-${String(place)}`;
const marker = (place: number): OwnService => ({
  name: markerName(place),
  ports: [{ name: "tcp", protocol: "tcp", port: SERVICE_PORT, targetPort: RESPONDER_PORT }],
  nodePorts: false,
  endpoints: [{ pod: "pod-a2" }],
  reason: "once it answers, what was written before it holds too",
});

/** A check's Service as the cluster is asked for it. */
function asked(name: CheckService, external: { readonly address: string; readonly port: number } | undefined): OwnService {
  const { externalAddresses, ports, endpoints, affinitySeconds, internalPolicy, externalPolicy } = checkService(name, (pod) => pod);
  const outer = externalAddresses === undefined ? undefined : external;
  return {
    name,
    ports: ports.map((port) => ({ ...port, ...(outer === undefined ? {} : { port: outer.port }) })),
    nodePorts: ports.some((port) => port.nodePort !== undefined),
    endpoints: endpoints.map(({ address, state }) => ({ pod: address, ...(state === undefined ? {} : { state }) })),
    ...(outer === undefined ? {} : { externalAddresses: [outer.address] }),
    ...(affinitySeconds === undefined ? {} : { affinitySeconds }),
    ...(internalPolicy === undefined ? {} : { internalPolicy }),
    ...(externalPolicy === undefined ? {} : { externalPolicy }),
    reason: "asked by the checks of conformance",
  };
}

/** Everything that can be made, to be deleted: the names alone count. */
export const serviceRefs = (plan: ClusterPlan): readonly ObjectRef[] =>
  [...CHECK_SERVICES.map((name) => asked(name, undefined)), ...Array.from({ length: MARKERS }, (_, place) => marker(place))].flatMap(
    (one) => ownServiceRefs(plan, one),
  );

/**
 * Makes every Service, each with its slices.
 * @param external - an address of the first node and a free port there; undefined where no Service with an external address is wanted
 * @throws KubernetesError with the server's words
 */
export async function makeServices(
  site: ServiceSite,
  external: { readonly address: string; readonly port: number } | undefined,
): Promise<StandingServices> {
  const plain = CHECK_SERVICES.filter((name) => name !== "external").map((name) => asked(name, undefined));
  const made = await make(site, plain);
  const refused = external === undefined ? undefined : await refusalOf(async () => make(site, [asked("external", external)]));
  const objectOf = (name: CheckService): KubernetesObject => {
    const object = made.find(({ metadata }) => metadata.name === ownServiceName(site.plan, name));
    if (object === undefined) throw new Error(`the Service ${name} was not made`);
    return object;
  };
  const port = (name: CheckService): number => {
    const number = nodePort(objectOf(name), "tcp");
    if (number === undefined || number !== nodePort(objectOf(name), "udp")) throw new Error(`the Service ${name} has not one node port`);
    return number;
  };
  return {
    clusterAddress: (name) => {
      const address = clusterAddress(objectOf(name));
      if (address === undefined) throw new Error(`the Service ${name} has no address`);
      return address;
    },
    external: { nodePort: port("node-port"), localNodePort: port("node-port-local") },
    ...(refused === undefined ? {} : { externalRefused: refused }),
  };
}

async function make(
  { kubernetes, plan, clock, signal, pods }: ServiceSite,
  services: readonly OwnService[],
): Promise<readonly KubernetesObject[]> {
  const objects = services.map((service) => ownService(plan, service));
  const made = await createObjects(kubernetes, objects, clock, signal);
  const slices = services.flatMap((service) =>
    service.endpoints.flatMap((endpoint) => {
      const place = pods.get(endpoint.pod);
      return place === undefined ? [] : [ownSlice(plan, service, endpoint, place)];
    }),
  );
  await createObjects(kubernetes, slices, clock, signal);
  return made;
}

/** Admission may forbid external addresses (DenyServiceExternalIPs), and then nothing else is amiss. */
async function refusalOf(making: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await making();
    return undefined;
  } catch (error) {
    if (error instanceof KubernetesError && ["admission", "forbidden", "invalid"].includes(error.problem)) return error.failure.words;
    throw error;
  }
}

const SETTLED_WITHIN = milliseconds(8_000);
const POLL: Milliseconds = milliseconds(100);

/**
 * Waits until what was written before holds on every node, as far as a Service that is made now tells; a cluster that carries no Services is not waited for for long, and what
 * did not settle is reported: cells may then be judged too early.
 */
export class Settling {
  #made = 0;

  constructor(
    readonly site: ServiceSite,
    /** The nodes on which no Service answers by its address yet. */
    readonly silentOn: (address: string) => Promise<readonly NamespaceName[]>,
  ) {}

  /** @returns what did not settle, a sentence; undefined where all did */
  async wait(): Promise<string | undefined> {
    const { clock, signal } = this.site;
    const [object] = await make(this.site, [marker(this.#made++)]);
    const address = object === undefined ? undefined : clusterAddress(object);
    if (address === undefined)
      return "the cluster gave a new Service no address, so it is not known whether the nodes' rules were up to date";
    const deadline = clock.monotonic() + SETTLED_WITHIN;
    for (;;) {
      const silent = await this.silentOn(address);
      if (silent.length === 0 || signal.aborted) return undefined;
      if (clock.monotonic() >= deadline)
        return `a Service that was made just before did not answer on ${listed(silent, "and")} within ${String(SETTLED_WITHIN / 1000)} s, so the rules there may not have been up to date`;
      await clock.sleep(POLL, signal);
    }
  }
}

/** Takes an endpoint from a Service. */
export async function removeEndpoint(
  { kubernetes, plan, clock, signal }: ServiceSite,
  service: CheckService,
  pod: NamespaceName,
): Promise<void> {
  const ref = ownSliceRef(plan, service, pod);
  await kubernetes.remove(ref);
  await untilGone(kubernetes, ref, { clock, within: GONE_WITHIN, signal });
}
