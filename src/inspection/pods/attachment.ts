/**
 * How pods hang on their node: shown by the link inside the pod, and by its other end where the node can be seen.
 * @packageDocumentation
 */
import type { Evidence } from "../../model/inspection.js";
import { type EndSizes, type PathMtu, sentAtOnce } from "../../model/path-mtu.js";
import { type Link, parseAddresses, parseLinks, parseRoutes, type Route } from "./links.js";
import { ADDRESSES, from, LINKS, type Look, printed, type Question, ROUTES, routeTo, type Unseen } from "./look.js";

/** How a pod is attached. */
export type Attachment =
  /** `uplink`: the bridge has the node's own card or a VLAN of it as a port, so that pods are on the nodes' segment. */
  | { readonly kind: "bridge"; readonly bridge: string | undefined; readonly uplink: "card" | "vlan" | undefined }
  | { readonly kind: "ptp" }
  /** As Calico does it: a gateway that exists on no link. */
  | { readonly kind: "link-local-gateway" }
  | { readonly kind: "macvlan"; readonly parent: string | undefined }
  | { readonly kind: "ipvlan"; readonly mode: string | undefined }
  /** A veth with eBPF programs of Cilium at its other end, or a link of a kind of its own. */
  | { readonly kind: "other"; readonly what: string };

/** The attachment of one pod, with its evidence; `why` where it could not be determined. */
export type AttachmentSeen = { readonly attachment: Attachment; readonly mtu: PodMtu; readonly evidence: readonly Evidence[] } | Unseen;

/** Of a pod, bytes. */
export interface PodMtu {
  readonly link: number;
  /** Of its route to the other pods; absent where that names none. */
  readonly route?: number;
  /** What its kernel puts into one packet to them; the least, where that differs by destination. */
  readonly path: PathMtu;
  /** Its sizes towards each pod whose route was asked, as its kernel answered. */
  readonly towards: readonly { readonly id: string; readonly sizes: EndSizes }[];
}

/** Tells a pod's attachment. `host` is a look at its node, where there is one; `others` are pods of other nodes. */
export function attachmentOf(pod: Look, host: Look | undefined, others: readonly Look[] = []): AttachmentSeen {
  const links = parsed(pod, LINKS, parseLinks);
  const addresses = parsed(pod, ADDRESSES, parseAddresses);
  const routes = parsed(pod, ROUTES, parseRoutes);
  if (links === undefined || addresses === undefined || routes === undefined)
    return { why: `links and routes of ${pod.id} could not be read` };
  const name = addresses.find((one) => one.addresses.some(({ address }) => address === pod.address))?.name;
  const link = links.find((one) => one.name === name);
  if (link === undefined) return { why: `no link of ${pod.id} has the pod's address ${pod.address}` };
  const nodeLinks = host === undefined ? undefined : parsed(host, LINKS, parseLinks);
  const attachment = told(link, routes, nodeLinks);
  const end = nodeLinks === undefined ? undefined : otherEnd(link, nodeLinks);
  const { mtu, evidence } = mtuOf(pod, link, routes, others);
  return {
    attachment,
    mtu,
    evidence: [
      {
        claim: "mode",
        value: `${link.name} is a ${link.kind ?? "card"}${link.mode === undefined ? "" : ` in mode ${link.mode}`}`,
        from: from(pod, LINKS),
      },
      { claim: "mtu.pod", value: String(link.mtu), from: from(pod, LINKS) },
      ...evidence,
      ...(link.kind === "veth" ? [{ claim: "mode", value: routesText(routes, link), from: from(pod, ROUTES) }] : []),
      ...(end === undefined || host === undefined || link.kind !== "veth"
        ? []
        : [{ claim: "mode", value: endText(end), from: from(host, LINKS) }]),
    ],
  };
}

/** The route that decides is the kernel's answer for another node's pod, that with the least where there are several; where there is none to ask for, the default route. */
function mtuOf(pod: Look, link: Link, routes: readonly Route[], others: readonly Look[]) {
  const sizesOf = ({ sizes }: Route): EndSizes => ({ link: link.mtu, ...sizes });
  const answers = others.flatMap(({ id, address }) => answered(pod, routeTo(address)).map((one) => ({ ...one, id })));
  const listed = routes.find(
    ({ to, device, table }) => to === "default" && device === link.name && (table === undefined || table === "main"),
  );
  const [least] = [...answers].sort((one, other) => sentAtOnce(sizesOf(one.route)).bytes - sentAtOnce(sizesOf(other.route)).bytes);
  const decides = least ?? (listed === undefined ? undefined : { route: listed, question: ROUTES });
  const { route: mtu, learned = false } = decides?.route.sizes ?? {};
  const path = sentAtOnce({ link: link.mtu, ...(mtu === undefined ? {} : { route: mtu, learned }) });
  const towards = answers.map(({ id, route }) => ({ id, sizes: sizesOf(route) }));
  const evidence: Evidence[] =
    decides === undefined || mtu === undefined
      ? []
      : [
          {
            claim: "mtu.podRoute",
            value: `${String(mtu)}${learned ? ", from path-MTU discovery" : ""}`,
            from: from(pod, decides.question),
          },
        ];
  return { mtu: { link: link.mtu, ...(mtu === undefined ? {} : { route: mtu }), path, towards }, evidence };
}

function answered(pod: Look, question: Question): readonly { readonly route: Route; readonly question: Question }[] {
  const [route] = parsed(pod, question, parseRoutes) ?? [];
  return route === undefined ? [] : [{ route, question }];
}

/** A command's output, read; undefined where it was not printed or is not what the command prints. */
function parsed<Value>(look: Look, question: Parameters<typeof printed>[1], read: (text: string) => Value | undefined): Value | undefined {
  const text = printed(look, question);
  return text === undefined ? undefined : read(text);
}

/** A pod's veth whose other end has a name that Cilium gives. */
export const CILIUM_VETH = "Cilium's veth";

function told(link: Link, routes: readonly Route[], nodeLinks: readonly Link[] | undefined): Attachment {
  if (link.kind === "macvlan") return { kind: "macvlan", parent: nodeLinks?.find(({ index }) => index === link.peer)?.name };
  if (link.kind === "ipvlan") return { kind: "ipvlan", mode: link.mode };
  if (link.kind !== "veth") return { kind: "other", what: `a ${link.kind ?? "card of its own"}` };
  const end = nodeLinks === undefined ? undefined : otherEnd(link, nodeLinks);
  if (end?.name.startsWith("lxc") === true) return { kind: "other", what: CILIUM_VETH };
  if (end?.master !== undefined) return bridged(end.master, nodeLinks ?? []);
  return byRoutes(routes, link, end !== undefined);
}

/** The other end of the pod's veth among the node's links; both ends name each other's index. */
const otherEnd = (link: Link, nodeLinks: readonly Link[]): Link | undefined =>
  nodeLinks.find((one) => one.kind === "veth" && one.index === link.peer && one.peer === link.index);

function bridged(master: string, nodeLinks: readonly Link[]): Attachment {
  const bridge = nodeLinks.find(({ name }) => name === master);
  if (bridge !== undefined && bridge.kind !== "bridge")
    return { kind: "other", what: `a port of the ${bridge.kind ?? "device"} ${master}` };
  const others = nodeLinks.filter((one) => one.master === master);
  const uplink = others.some(({ kind }) => kind === "vlan") ? "vlan" : others.some(isCard) ? "card" : undefined;
  return { kind: "bridge", bridge: master, uplink };
}

/** A card has no kind; in a container-built cluster the node's own card is a veth that leads out of it, told by a name such as eth0. */
const isCard = ({ kind, name }: Link): boolean => kind === undefined || (kind === "veth" && /^e(?:th|n)/.test(name));

/** The pod's own routes: a subnet on the link means neighbours behind it, a gateway alone on the link means there are none. */
function byRoutes(routes: readonly Route[], link: Link, endSeen: boolean): Attachment {
  const own = routes.filter(({ device, table }) => device === link.name && (table === undefined || table === "main"));
  const gateway = own.find(({ to }) => to === "default")?.gateway;
  if (gateway === "169.254.1.1") return { kind: "link-local-gateway" };
  const subnet = own.some(({ to, gateway: via, scope }) => via === undefined && scope === "link" && to.includes("/") && !isHostRoute(to));
  const gatewayAlone =
    gateway !== undefined && own.some(({ to, gateway: via }) => via === undefined && (to === gateway || to === `${gateway}/32`));
  if (gatewayAlone && !subnet) return { kind: "ptp" };
  // A subnet on the link and an other end that is no port of anything: proxy ARP or the like, which is none of what is known here.
  if (subnet && !endSeen) return { kind: "bridge", bridge: undefined, uplink: undefined };
  return { kind: "other", what: "a veth" };
}

const isHostRoute = (to: string): boolean => to.endsWith("/32") || to.endsWith("/128");

function routesText(routes: readonly Route[], link: Link): string {
  const own = routes.filter(
    ({ device, table, to }) => device === link.name && (table === undefined || table === "main") && !to.includes(":"),
  );
  return own
    .map(({ to, gateway, sizes: { route: mtu } }) => {
      const size = mtu === undefined ? "" : ` mtu ${String(mtu)}`;
      return `${to}${gateway === undefined ? " on the link" : ` via ${gateway}`}${size}`;
    })
    .join(", ");
}

const endText = ({ name, master }: Link): string =>
  `its other end ${name} is ${master === undefined ? "no bridge's port" : `a port of ${master}`}`;
