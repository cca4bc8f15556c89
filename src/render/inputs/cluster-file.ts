/**
 * `cluster.yaml`: what documents say of the cluster as a whole.
 * @packageDocumentation
 */
import { z } from "zod";
import { contains, type HostAddress, hostAddressOf, type Prefix, prefixOf, prefixText } from "../addressing/prefix.js";
import { RenderError } from "../errors.js";
import { complaint, dataOf } from "./document.js";

/** The L2 segment on which pods have addresses of their own, in modes that put them there. */
export interface Segment {
  readonly cidr: Prefix;
  readonly gateway: HostAddress;
  /** The part of it that pods take their addresses from; each node has a slice. */
  readonly podRange: Prefix;
  readonly vlan?: number;
}

/** The cluster as it was given; a target says which fields it cannot do without. */
export interface Cluster {
  /** At most one of each family. */
  readonly podCIDRs?: readonly Prefix[];
  readonly serviceCIDRs?: readonly Prefix[];
  /** Lengths of a node's blocks; kube-controller-manager's defaults where nothing is said. */
  readonly nodeMask?: number;
  readonly nodeMask6?: number;
  readonly segment?: Segment;
  readonly apiServer?: string;
  readonly caCert?: string;
  readonly bootstrapToken?: string;
  readonly dns?: HostAddress;
  /** Of the nodes themselves, for names outside of the cluster; in the order in which they are asked. */
  readonly nameservers?: readonly HostAddress[];
  readonly as?: number;
}

/** Names of the fields, as the file has them. */
export type ClusterField = keyof Cluster | "segment.vlan";

const FIELDS = [
  ...["podCIDRs", "serviceCIDRs", "nodeMask", "nodeMask6", "segment", "apiServer", "caCert", "bootstrapToken"],
  ...["dns", "nameservers", "as"],
];
const SEGMENT_FIELDS = ["cidr", "gateway", "podRange", "vlan"];

const prefixes = (field: string) =>
  z
    .array(z.string(`${field} is no list of texts`), `${field} is no list`)
    .min(1, `${field} is empty`)
    .max(2, `${field} has more than two: one a family`);

const clusterSchema = z.strictObject({
  podCIDRs: prefixes("podCIDRs").optional(),
  serviceCIDRs: prefixes("serviceCIDRs").optional(),
  nodeMask: z.int("nodeMask is no whole number").min(1, "nodeMask is below 1").max(32, "nodeMask is above 32").optional(),
  nodeMask6: z.int("nodeMask6 is no whole number").min(1, "nodeMask6 is below 1").max(128, "nodeMask6 is above 128").optional(),
  segment: z
    .strictObject({
      cidr: z.string("segment.cidr is no text"),
      gateway: z.string("segment.gateway is no text"),
      podRange: z.string("segment.podRange is no text"),
      vlan: z.int("segment.vlan is no whole number").min(2, "segment.vlan is below 2").max(4094, "segment.vlan is above 4094").optional(),
    })
    .optional(),
  apiServer: z
    .string("apiServer is no text")
    .regex(/^https:\/\/(?:[-.\w]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/, "apiServer is no address such as https://10.0.0.1:6443")
    .optional(),
  caCert: z
    .string("caCert is no text")
    .regex(
      /^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\n?$/,
      "caCert is no certificate: the PEM text itself, from -----BEGIN CERTIFICATE----- on",
    )
    .optional(),
  bootstrapToken: z
    .string("bootstrapToken is no text")
    .regex(/^[a-z0-9]{6}\.[a-z0-9]{16}$/, "bootstrapToken is no token of the form abcdef.0123456789abcdef")
    .optional(),
  dns: z.string("dns is no text").optional(),
  nameservers: z
    .array(z.string("nameservers is no list of texts"), "nameservers is no list")
    .min(1, "nameservers is empty")
    // resolv.conf(5), MAXNS.
    .max(3, "nameservers has more than three, and resolvers ask no more")
    .optional(),
  as: z.int("as is no whole number").min(1, "as is below 1").max(4_294_967_295, "as is above 4294967295").optional(),
});

/**
 * The cluster of a file.
 * @param source - the file's name, which errors begin with
 * @throws RenderError in one sentence
 */
export function readCluster(text: string, source: string): Cluster {
  const read = clusterSchema.safeParse(dataOf(text, source));
  if (!read.success) {
    const inSegment = read.error.issues[0]?.path[0] === "segment";
    throw new RenderError(
      `${source}: ${complaint(read.error, ([first]) => (first === "segment" ? "segment" : ""), inSegment ? SEGMENT_FIELDS : FIELDS)}`,
    );
  }
  const { podCIDRs, serviceCIDRs, segment, dns, nameservers, ...rest } = read.data;
  return {
    ...withoutUndefined(rest),
    ...(podCIDRs === undefined ? {} : { podCIDRs: oneAFamily(podCIDRs, `${source}: podCIDRs`) }),
    ...(serviceCIDRs === undefined ? {} : { serviceCIDRs: oneAFamily(serviceCIDRs, `${source}: serviceCIDRs`) }),
    ...(segment === undefined ? {} : { segment: segmentOf(segment, source) }),
    ...(dns === undefined ? {} : { dns: single(dns, `${source}: dns`) }),
    ...(nameservers === undefined ? {} : { nameservers: nameservers.map((one) => single(one, `${source}: nameservers`)) }),
  };
}

function oneAFamily(texts: readonly string[], what: string): readonly Prefix[] {
  const read = texts.map((text) => prefixOf(text, what));
  if (read.length === 2 && read[0]?.family === read[1]?.family) throw new RenderError(`${what} has two of one family`);
  return read;
}

function single(text: string, what: string): HostAddress {
  const address = hostAddressOf(text, what);
  if (address.length !== undefined) throw new RenderError(`${what}: ${text} has a length, and one address is meant`);
  return address;
}

function segmentOf(given: { cidr: string; gateway: string; podRange: string; vlan?: number | undefined }, source: string): Segment {
  const cidr = prefixOf(given.cidr, `${source}: segment.cidr`);
  const podRange = prefixOf(given.podRange, `${source}: segment.podRange`);
  const gateway = single(given.gateway, `${source}: segment.gateway`);
  const inside = (prefix: Prefix): boolean => contains(cidr, prefix);
  if (!inside(podRange))
    throw new RenderError(`${source}: segment.podRange ${given.podRange} lies outside of segment.cidr ${prefixText(cidr)}`);
  const host: Prefix = { family: gateway.family, base: gateway.value, length: gateway.family === "ipv4" ? 32 : 128 };
  if (!inside(host)) throw new RenderError(`${source}: segment.gateway ${given.gateway} lies outside of segment.cidr ${prefixText(cidr)}`);
  if (contains(podRange, host))
    throw new RenderError(
      `${source}: segment.gateway ${given.gateway} lies in segment.podRange ${given.podRange}, from which pods take their addresses`,
    );
  return { cidr, podRange, gateway, ...(given.vlan === undefined ? {} : { vlan: given.vlan }) };
}

/** exactOptionalPropertyTypes: zod gives absent fields the type `undefined`. */
function withoutUndefined<T extends object>(given: T): { [key in keyof T]: Exclude<T[key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [key in keyof T]: Exclude<T[key], undefined>;
  };
}
