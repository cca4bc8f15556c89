/**
 * From what the API and pods say to what the network is. The same facts always give the same inspection; what they do not say is `unknown`.
 * @packageDocumentation
 */
import type { Evidence, Finding, Inspection, Untold } from "../model/inspection.js";
import type { ApiFacts, Count } from "./api-facts.js";
import { kubeProxyOf, type ProxyTold } from "./kube-proxy.js";
import { mtuOf } from "./mtu.js";
import { ipFamiliesOf, nodeKinds, podCidrFindings, podCidrsOf } from "./nodes.js";
import { CILIUM_VETH } from "./pods/attachment.js";
import type { Look } from "./pods/look.js";
import { WRITES_OF_ITSELF } from "./pods/way.js";
import { modeOfWiring, type Wiring, wiringOf } from "./pods/wiring.js";
import { policiesOf } from "./policies.js";
import { ciliumByPrograms } from "./products/cilium.js";
import type { Likeness, ProductClaim } from "./products/contract.js";
import { DETECTORS } from "./products/index.js";
import { settingOfRoutes, writerOf } from "./route-writers.js";
import { contradictionsIn, distinct, isLoaded, missingDevices, type Seen, seenInWiring, traitsOf, withSeen } from "./traits.js";

/**
 * Says what the network is. `looks` are pods that were asked; none where only the API was. `onNodes` is what programs and rules on nodes show, where someone
 * with rights over them looked (`with-deep.ts`).
 */
export function inspect(api: ApiFacts, looks: readonly Look[] = [], onNodes: Seen = {}): Inspection {
  const named = productOf(api, looks.length > 0);
  const configured = named.claim?.devices?.map(({ name }) => name);
  const wiring = wiringOf(looks, configured);
  const product = byPrograms(named, api, wiring, onNodes);
  const cni = cniOf(product, wiring);
  const proxy = kubeProxyOf(api, looks, product.claim?.servicesBy);
  const pools = product.claim?.pools ?? [];
  const addresses = looks.filter(({ network }) => network === "pod").map(({ address }) => address);
  const counts = { networkPolicies: countOf(api.networkPolicies), services: api.services, endpointSlices: api.endpointSlices };
  const { claim } = product;
  const setting = claim === undefined ? settingOfRoutes(wiring.way) : claim.setting;
  const wired = claim?.traits === undefined ? undefined : traitsOf(claim.traits, { ...seenInWiring(wiring), ...claim.shown?.(wiring) });
  const traits = wired === undefined ? undefined : withSeen(wired, onNodes, claim?.hasTraits);
  const policies = policiesOf(api, looks, claim);
  const podRoutes = podRoutesOf(wiring);
  const told = { ...(setting === undefined ? {} : { setting }), ...(traits === undefined ? {} : { traits: [...traits] }), podRoutes };
  const like = claim?.likeness?.({ ...told, ...podsOn(wiring) });
  const mode = modeOf(product, wiring, looks.length > 0, { like, loaded: isLoaded(traits) });
  return {
    cni,
    ...told,
    ...likeMode("mode" in mode ? mode.mode : undefined, like),
    kubeProxy: proxy.mode,
    ...(product.claim?.servicesBy === undefined ? {} : { servicesBy: product.claim.servicesBy }),
    mtu: mtuOf(wiring, { pod: claim?.podMtu, encryption: claim?.encryption }),
    podCidrs: podCidrsOf(api.nodes.objects, pools),
    ipFamilies: ipFamiliesOf(api, pools, addresses),
    ...counted(counts),
    ...(policies.inForce === undefined ? {} : { policiesInForce: policies.inForce }),
    ...(api.version === undefined ? {} : { kubernetes: api.version }),
    nodes: nodeKinds(api.nodes.objects),
    evidence: [...product.evidence, ...wiring.evidence, ...proxy.evidence, ...policies.evidence],
    findings: [
      ...distinct([
        ...podCidrFindings(api.nodes.objects),
        ...wiring.findings,
        ...contradictionsIn(traits ?? []),
        ...(claim?.strength === "runs" ? missingDevices(wired ?? [], claim.devices ?? [], wiring) : []),
        ...bothCarry(proxy, claim),
      ]),
    ],
    unknown: [
      ...untoldProduct(cni, product, wiring),
      ...("why" in mode ? [{ claim: "mode", why: mode.why }] : []),
      ...(proxy.why === undefined ? [] : [{ claim: "kubeProxy", why: proxy.why }]),
      ...untoldByPods(wiring, looks),
      ...policies.unknown,
      ...refusals(api, counts),
    ],
  };
}

interface ProductTold {
  readonly claim?: ProductClaim;
  /** Why no product is claimed. */
  readonly why: string;
  readonly evidence: readonly Evidence[];
}

/** The one product that runs. Traces of others beside it were left behind; two that run, or traces of several alone, are not decided between. */
function productOf(api: ApiFacts, asked: boolean): ProductTold {
  const claims = DETECTORS.flatMap((detect) => detect(api) ?? []);
  const evidence = claims.flatMap((claim) => claim.evidence);
  const running = claims.filter(({ strength }) => strength === "runs");
  const [first, ...more] = running.length > 0 ? running : claims;
  if (first === undefined) {
    const words = api.daemonSets.refused;
    const seen =
      words === undefined
        ? "no object of the API names a network product"
        : `DaemonSets could not be read (${words}), and nothing else names a network product`;
    return { why: asked ? seen : `${seen}; --pods looks at links and routes`, evidence };
  }
  if (more.length > 0)
    return { why: `several network products are to be seen: ${[first, ...more].map(({ cni }) => cni).join(", ")}`, evidence };
  return { claim: first, why: "", evidence };
}

/** Where nothing of the API names a product, its programs do. Those of other nodes are listed too where they share a kernel, so the nodes must have its link. */
function byPrograms(named: ProductTold, api: ApiFacts, wiring: Wiring, onNodes: Seen): ProductTold {
  if (named.evidence.length > 0 || !hasCiliumHost(wiring)) return named;
  const claim = ciliumByPrograms(api, onNodes);
  return claim === undefined ? named : { claim, why: "", evidence: claim.evidence };
}

/** Cilium makes this link on each node, with one more behind it. */
const hasCiliumHost = ({ nodeLinks }: Wiring): boolean => nodeLinks.some(({ name }) => name === "cilium_host");

type ModeTold = { readonly mode: string } | { readonly why: string };

/** How like a mode a product is, and whether that is by programs that were seen on nodes. */
interface Likened {
  readonly like: Likeness | undefined;
  readonly loaded: boolean;
}

/** What pods see is what packets meet; a product's settings count where no pod was asked. */
function modeOf(product: ProductTold, wiring: Wiring, asked: boolean, likened: Likened): ModeTold {
  const { claim, why } = product;
  if (claim?.ownDatapath !== undefined) return modeOfOwn(claim, claim.ownDatapath, wiring, likened);
  const seen = modeOfWiring(wiring);
  if ("mode" in seen) return seen;
  // A wiring that was seen and that is none of podwire's is no other mode either, whatever settings say.
  if (wiring.attachment !== undefined && wiring.way !== undefined) return seen;
  const settings = modeBySettings(claim, why, wiring);
  if ("mode" in settings && contradicts(settings.mode, wiring))
    return { why: `settings amount to ${settings.mode}, and pods show otherwise: ${seen.why}` };
  return "mode" in settings || !asked ? settings : { why: `${settings.why}; ${seen.why}` };
}

/** A datapath of its own is a mode where it is wired like it, its product runs, and pods hang on what it makes. */
function modeOfOwn(claim: ProductClaim, datapath: string, { attachment, nodeLinks }: Wiring, { like, loaded }: Likened): ModeTold {
  if (like?.same !== true) return { why: like?.why ?? claim.whyNoMode ?? `podwire has no mode for ${datapath}` };
  // Its programs on the nodes, and pods on links that it alone makes: it runs, even where its objects cannot be read.
  const isAtWork = loaded && attachment?.kind === "other" && attachment.what === CILIUM_VETH;
  if (claim.strength === "traces" && !isAtWork)
    return { why: loaded ? `programs of ${claim.cni} are loaded, and no pod was seen on a link of its make` : onlyTraces(claim) };
  // From inside a pod alone a veth of its own is anyone's.
  const isOwn = attachment === undefined || attachment.kind === "other" || (attachment.kind === "ptp" && nodeLinks.length === 0);
  if (isOwn) return { mode: like.mode };
  const witness = loaded ? "programs" : "settings";
  return { why: `${witness} amount to ${like.mode}, and pods show otherwise: they hang on ${attachedTo(attachment)}` };
}

const podsOn = ({ attachment }: Wiring): { readonly podsOn?: string } => (attachment?.kind === "other" ? { podsOn: attachment.what } : {});

const attachedTo = ({ kind }: NonNullable<Wiring["attachment"]>): string => (kind === "ptp" ? "veths of another make" : `a ${kind}`);

/** The mode with what differs from it, or the nearest one where there is none. */
function likeMode(mode: string | undefined, like: Likeness | undefined): Pick<Inspection, "mode" | "differs" | "nearest"> {
  if (mode === undefined)
    return { mode: "unknown", ...(like === undefined ? {} : { nearest: { mode: like.mode, differs: [...like.differs] } }) };
  return { mode, ...(like?.mode === mode && like.differs.length > 0 ? { differs: [...like.differs] } : {}) };
}

const onlyTraces = ({ cni }: ProductClaim): string =>
  `settings of ${cni} are there, and nothing shows that it runs; --pods looks at links and routes`;

function modeBySettings(claim: ProductClaim | undefined, why: string, wiring: Wiring): ModeTold {
  if (claim === undefined) return { why };
  if (claim.mode === undefined) return { why: claim.whyNoMode ?? `podwire has no mode for ${claim.cni}` };
  if (claim.strength === "traces" && !isConfirmed(claim.mode, wiring)) return { why: onlyTraces(claim) };
  return { mode: claim.mode };
}

/** The device by which a mode's packets leave the node: with it there, and pods attached as the mode does, settings are in force. */
const OWN_DEVICES: Readonly<Record<string, RegExp>> = {
  "flannel-vxlan": /^flannel\.\d+$/,
  "flannel-ipip": /^flannel\.ipip$/,
  "flannel-udp": /^flannel\d+$/,
  wireguard: /^flannel-wg/,
};

/** On a single node no way between nodes shows the mode. */
function isConfirmed(mode: string, wiring: Wiring): boolean {
  const device = OWN_DEVICES[mode];
  return device !== undefined && wiring.attachment?.kind === "bridge" && wiring.nodeLinks.some(({ name }) => device.test(name));
}

/** What pods hang on where a mode is in force, by the beginning of its name. */
const ATTACHMENTS: readonly (readonly [start: string, kind: string])[] = [
  ["flannel-", "bridge"],
  ["calico-", "link-local-gateway"],
  ["kindnet", "ptp"],
  ["wireguard", "bridge"],
];

function contradicts(mode: string, { attachment }: Wiring): boolean {
  const expected = ATTACHMENTS.find(([start]) => mode.startsWith(start))?.[1];
  return attachment !== undefined && expected !== undefined && attachment.kind !== expected;
}

/** The product, or the plugin that made the pods' links where no product is to be seen. */
function cniOf({ claim }: ProductTold, wiring: Wiring): string {
  const { attachment, way } = wiring;
  if (claim !== undefined) return claim.cni;
  if (way?.by === "tunnel" && /^flannel/.test(way.device)) return "flannel";
  if (hasCiliumHost(wiring)) return "cilium";
  // The one that writes routes under this number.
  if (writerOf(way?.protocol) === "kube-router") return "kube-router";
  if (attachment === undefined || attachment.kind === "other") return "unknown";
  return attachment.kind === "link-local-gateway" ? "unknown" : attachment.kind;
}

/** Where no product is recognised, or only the kind of the pods' links: that is a plugin's work, and what set it up stays unknown. */
function untoldProduct(cni: string, { claim, why }: ProductTold, { attachment }: Wiring): Untold[] {
  if (cni === "unknown") return [{ claim: "cni", why }];
  if (claim !== undefined || cni !== attachment?.kind) return [];
  return [{ claim: "cni", why: `${why}: pods' links are those of the CNI plugin ${cni}, and what set it up is not known` }];
}

function podRoutesOf({ way, attachment }: Wiring): Inspection["podRoutes"] {
  if (attachment?.kind === "macvlan") return { by: "segment", ...(attachment.parent === undefined ? {} : { via: attachment.parent }) };
  if (way === undefined) return { by: "unknown" };
  const protocol = writerOf(way.protocol) === undefined ? {} : { protocol: way.protocol };
  return { by: way.by, via: way.by === "tunnel" || way.by === "segment" ? way.device : way.gateway, ...protocol };
}

function untoldByPods(wiring: Wiring, looks: readonly Look[]): Untold[] {
  if (looks.length === 0)
    return [
      { claim: "podRoutes", why: "only nodes know their routes; --pods asks them" },
      { claim: "mtu", why: "only links say their MTU; --pods asks them" },
    ];
  const claims = { attachment: "mtu.pod", way: "podRoutes", uplink: "mtu.host" } as const;
  const pastNode = wiring.attachment?.kind === "macvlan";
  return [
    ...wiring.why.filter(({ part }) => !(pastNode && part === "way")).map(({ part, why }) => ({ claim: claims[part], why })),
    ...(pastNode ? [] : untoldWriter(wiring)),
  ];
}

/** Routes with the number of a program that podwire does not know. */
function untoldWriter({ way }: Wiring): Untold[] {
  const protocol = way?.protocol;
  if (protocol === undefined || WRITES_OF_ITSELF.has(protocol) || writerOf(protocol) !== undefined) return [];
  const why = `routes to other nodes' pods are of protocol ${protocol}, which is no routing daemon's that podwire knows`;
  return [{ claim: "podRoutes.protocol", why }];
}

/** A kube-proxy that answers, beside a product that is set to do without. */
function bothCarry({ mode, heard }: ProxyTold, claim: ProductClaim | undefined): Finding[] {
  if (heard === undefined || claim?.traits?.services === undefined || claim.servicesBy === undefined) return [];
  const text = `kube-proxy runs on the nodes (${mode}), and ${claim.cni} is set to carry Services without it (${claim.traits.services}): both do the same work`;
  return [{ claim: "services", text, from: heard }];
}

const countOf = ({ objects, refused }: ApiFacts["networkPolicies"]): Count =>
  refused === undefined ? { count: objects.length } : { refused };

function counted(counts: Readonly<Record<string, Count>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).flatMap(([name, one]) => ("count" in one ? [[name, one.count] as const] : [])));
}

function refusals(api: ApiFacts, counts: Readonly<Record<string, Count>>): Untold[] {
  const parts = [
    ["nodes", api.nodes.refused],
    ["cni", api.daemonSets.refused],
    ["settings", api.configMaps.refused],
    ["settings", api.custom.refused],
    ...Object.entries(counts).map(([name, one]) => [name, "refused" in one ? one.refused : undefined] as const),
  ] as const;
  return parts.flatMap(([claim, words]) => (words === undefined ? [] : [{ claim, why: words }]));
}
