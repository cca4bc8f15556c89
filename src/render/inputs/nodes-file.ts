/**
 * `nodes.yaml`: the nodes that documents are rendered for, as a list or as `kubectl get nodes -o json` prints them.
 * @packageDocumentation
 */
import { z } from "zod";
import { BITS } from "../../units/address.js";
import {
  addressText,
  contains,
  firstOverlap,
  type HostAddress,
  hostAddressOf,
  lastOf,
  linkOf,
  type Named,
  type Prefix,
  prefixOf,
  prefixText,
} from "../addressing/prefix.js";
import { RenderError } from "../errors.js";
import { complaint, dataOf } from "./document.js";

/** A node as it was given. */
export interface NodeEntry {
  /** A folder of the output is called so. */
  readonly name: string;
  readonly address: HostAddress;
  readonly address6?: HostAddress;
  /** Empty where it has none yet. */
  readonly podCIDRs: readonly Prefix[];
  /** The card by which it reaches the other nodes. */
  readonly interface: string;
  readonly mac?: string;
  /** Of that card, bytes. */
  readonly mtu: number;
  /** Whether the file said the MTU; 1500 is taken where it did not. */
  readonly mtuSaid: boolean;
  readonly gateway?: HostAddress;
}

const DEFAULT_INTERFACE = "eth0";
/** The MTU of a card of which nothing is said, bytes. */
export const DEFAULT_MTU = 1500;
/** Folders of the output that are no node's. */
const OTHER_FOLDERS = ["cluster", "router"];

const FIELDS = ["name", "address", "address6", "podCIDRs", "interface", "mac", "mtu", "gateway"] as const;

/** A Node's name is a DNS subdomain (RFC 1123), so that it can neither leave the output folder nor end a line. */
const nameSchema = z
  .string({ error: ({ input }) => (input === undefined ? "name is missing" : "name is no text") })
  .max(253, "name is longer than 253 characters")
  .regex(
    /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/,
    "name is no Node's name: lower case letters, digits, - and . are",
  );

const nodeSchema = z.strictObject({
  name: nameSchema,
  address: z.string({ error: ({ input }) => (input === undefined ? "address is missing" : "address is no text") }),
  address6: z.string("address6 is no text").optional(),
  podCIDRs: z
    .array(z.string("podCIDRs is no list of texts"), "podCIDRs is no list")
    .max(2, "podCIDRs has more than two: one a family")
    .optional(),
  interface: z
    .string("interface is no text")
    // The kernel takes more, but `*` and `!` are patterns to networkd, and `$` is the shell's.
    .regex(/^[A-Za-z0-9_][-\w.]{0,14}$/, "interface is no name of a network device: 1 to 15 letters, digits, -, _ or dots")
    .optional(),
  mac: z
    .string("mac is no text")
    // The lowest bit of the first byte is a group's.
    .regex(/^[0-9a-fA-F][02468aceACE](?::[0-9a-fA-F]{2}){5}$/, "mac is no MAC address such as 52:54:00:12:34:56")
    .optional(),
  mtu: z.int("mtu is no whole number").min(576, "mtu is below 576, the least of IPv4").max(65_535, "mtu is above 65535").optional(),
  gateway: z.string("gateway is no text").optional(),
});

const objectSchema = z.object({
  metadata: z.object({ name: nameSchema }),
  spec: z.object({ podCIDR: z.string().optional(), podCIDRs: z.array(z.string()).optional() }).optional(),
  status: z.object({ addresses: z.array(z.object({ type: z.string(), address: z.string() })).optional() }).optional(),
});
const nodeObjectSchema = objectSchema.extend({ kind: z.literal("Node") });

/** What `kubectl get nodes -o json` and `-o yaml` print, and with a name or `--raw`, as far as it is read. */
const nodeListSchema = z.union([
  z.object({ kind: z.literal("List"), items: z.array(nodeObjectSchema) }),
  z.object({ kind: z.literal("NodeList"), items: z.array(objectSchema) }),
  nodeObjectSchema.transform((node) => ({ items: [node] })),
]);

/**
 * The nodes of a file. Names, addresses, MAC addresses and PodCIDRs are each one node's.
 * @param source - the file's name, which errors begin with
 * @throws RenderError in one sentence
 */
export function readNodes(text: string, source: string): readonly NodeEntry[] {
  const data = dataOf(text, source);
  const nodes = Array.isArray(data) ? listed(data, source) : fromKubectl(data, source);
  if (nodes.length === 0) throw new RenderError(`${source}: holds no node`);
  requireApart(nodes, source);
  return nodes;
}

function listed(data: readonly unknown[], source: string): readonly NodeEntry[] {
  const read = z.array(nodeSchema).safeParse(data);
  if (read.success) return read.data.map((node) => entryOf(node, `${source}: ${node.name}`));
  const place = (path: readonly PropertyKey[]): string => nodeAt(data, path);
  throw new RenderError(`${source}: ${complaint(read.error, place, FIELDS)}`);
}

/** `node-1`, or `the 3rd entry` where it has no name. */
function nodeAt(data: readonly unknown[], [index]: readonly PropertyKey[]): string {
  if (typeof index !== "number") return "";
  const entry: unknown = data[index];
  const name = typeof entry === "object" && entry !== null && "name" in entry && typeof entry.name === "string" ? entry.name : "";
  return /^[-.\w]+$/.test(name) ? name : `entry ${String(index + 1)}`;
}

function fromKubectl(data: unknown, source: string): readonly NodeEntry[] {
  const read = nodeListSchema.safeParse(data);
  if (!read.success) throw new RenderError(`${source}: is neither a list of nodes nor what \`kubectl get nodes -o json\` prints`);
  return read.data.items.map(({ metadata: { name }, spec = {}, status = {} }) => {
    const internal = (status.addresses ?? []).filter(({ type }) => type === "InternalIP").map(({ address }) => address);
    const address = internal.find((one) => !one.includes(":")) ?? internal[0];
    const address6 = internal.find((one) => one.includes(":") && one !== address);
    if (address === undefined) throw new RenderError(`${source}: ${name} has no InternalIP`);
    const podCIDRs = spec.podCIDRs ?? (spec.podCIDR === undefined ? [] : [spec.podCIDR]);
    return entryOf({ name, address, podCIDRs, ...(address6 === undefined ? {} : { address6 }) }, `${source}: ${name}`);
  });
}

function entryOf(node: z.infer<typeof nodeSchema>, where: string): NodeEntry {
  const { name, podCIDRs = [], mac, mtu } = node;
  if (OTHER_FOLDERS.includes(name))
    throw new RenderError(`${where}: a node cannot be called so: the output has a folder of that name for other documents`);
  const address = ownAddressOf(node.address, `${where}: address`);
  const address6 = node.address6 === undefined ? undefined : ownAddressOf(node.address6, `${where}: address6`);
  if (address6 !== undefined && address6.family === address.family)
    throw new RenderError(`${where}: address and address6 are both ${familyName(address)}`);
  const gateway = node.gateway === undefined ? undefined : gatewayOf(node.gateway, address, where);
  const prefixes = podCIDRs.map((text) => prefixOf(text, `${where}: podCIDRs`));
  if (prefixes.length === 2 && prefixes[0]?.family === prefixes[1]?.family)
    throw new RenderError(`${where}: podCIDRs has two of one family`);
  return {
    name,
    address,
    podCIDRs: prefixes,
    interface: node.interface ?? DEFAULT_INTERFACE,
    mtu: mtu ?? DEFAULT_MTU,
    mtuSaid: mtu !== undefined,
    ...(address6 === undefined ? {} : { address6 }),
    ...(mac === undefined ? {} : { mac: mac.toLowerCase() }),
    ...(gateway === undefined ? {} : { gateway }),
  };
}

/** Ranges that no node has an address of: unspecified, loopback, and groups. */
const NO_HOSTS = ["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::/127", "ff00::/8"].map((text) => prefixOf(text, ""));

/** An address that a node can have. */
function ownAddressOf(text: string, what: string): HostAddress {
  const address = hostAddressOf(text, what);
  const { family, value } = address;
  const link = linkOf(address);
  const ends = isShared(address) && (value === link.base || (family === "ipv4" && value === lastOf(link)));
  if (ends || NO_HOSTS.some((range) => contains(range, linkOf({ family, value }))))
    throw new RenderError(`${what}: ${text} is no address that a node can have`);
  return address;
}

/** Whether others have addresses of its network: of /31 and /32 (/127 and /128) none is set apart, and in clouds the gateway lies outside. */
const isShared = ({ family, length }: HostAddress): boolean => length !== undefined && length < BITS[family] - 1;

function gatewayOf(text: string, address: HostAddress, where: string): HostAddress {
  const gateway = hostAddressOf(text, `${where}: gateway`);
  if (gateway.length !== undefined) throw new RenderError(`${where}: gateway: ${text} has a length, and one address is meant`);
  if (gateway.family !== address.family)
    throw new RenderError(`${where}: gateway is ${familyName(gateway)}, and address is ${familyName(address)}`);
  if (isShared(address) && !contains(linkOf(address), linkOf(gateway)))
    throw new RenderError(`${where}: gateway ${text} lies outside of the node's network ${prefixText(linkOf(address))}`);
  if (gateway.value === address.value) throw new RenderError(`${where}: gateway is the node's own address`);
  return gateway;
}

const familyName = ({ family }: HostAddress): string => (family === "ipv4" ? "IPv4" : "IPv6");

function requireApart(nodes: readonly NodeEntry[], source: string): void {
  const values = (what: string, of: (node: NodeEntry) => readonly string[]): void => {
    const seen = new Map<string, string>();
    for (const node of nodes) {
      for (const value of of(node)) {
        const other = seen.get(value);
        if (other !== undefined)
          throw new RenderError(
            `${source}: ${what === "name" ? `${value} is there twice` : `${other} and ${node.name} have the same ${what}, ${value}`}`,
          );
        seen.set(value, node.name);
      }
    }
  };
  values("name", ({ name }) => [name]);
  values("address", (node) => [node.address, ...(node.address6 === undefined ? [] : [node.address6])].map(addressText));
  values("mac", ({ mac }) => (mac === undefined ? [] : [mac]));
  const clash = firstOverlap(nodes.flatMap(({ name, podCIDRs }) => podCIDRs.map((prefix): Named => ({ name, prefix }))));
  if (clash !== undefined) throw new RenderError(`${source}: podCIDRs of ${both(clash)} overlap`);
}

const both = ([one, other]: readonly [Named, Named]): string =>
  `${one.name} (${prefixText(one.prefix)}) and ${other.name} (${prefixText(other.prefix)})`;
