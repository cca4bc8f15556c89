/**
 * A wiring with IPv6 beside IPv4, as a dual-stack network has it: each address, route, neighbour and rule stands once more in the other family. Measured
 * wirings have none of it.
 * @packageDocumentation
 */
import type { Expectations } from "../../model/conformance.js";
import type {
  AddressStep,
  DaemonStep,
  FdbStep,
  LinkStep,
  RouteStep,
  RulesetStep,
  RuleTable,
  Step,
  SysctlStep,
  Wiring,
} from "../../model/wiring.js";
import { BITS, formatAddress, parseAddress, parsePrefix } from "../../units/address.js";

/** What of a mode's wiring is not the same by IPv6. */
export interface DualStack {
  /** The tunnel device for IPv6, which has the IPv6 addresses of the nodes at its ends, and the ports of the programs that serve the two, where programs do. */
  readonly tunnel?: {
    readonly ipv4: string;
    readonly ipv6: string;
    readonly ports?: { readonly ipv4: number; readonly ipv6: number };
  };
  /** What that device and the pods' links have less than with IPv4 alone, bytes. */
  readonly narrower?: number;
  /** Checks that end otherwise than by IPv4. */
  readonly conformance?: Expectations;
  /** By an IPv4 gateway that is no address of the lab: the one by IPv6. */
  readonly gateways?: Readonly<Record<string, string>>;
}

/** RFC 5180 gives 2001:2::/48 to benchmarking, as RFC 2544 gave 198.18.0.0/15; the IPv4 address is its last 32 bits. */
const NETWORK = 0x2001_0002n << 96n;
const LENGTH = BITS.ipv6 - BITS.ipv4;
/** Prefixes that have a meaning of their own. */
const WELL_KNOWN: Readonly<Record<string, string>> = {
  "0.0.0.0/0": "::/0",
  "224.0.0.0/4": "ff00::/8",
  "127.0.0.0/8": "::1/128",
  default: "::/0",
};

/** The IPv6 address, or prefix, that stands beside one of IPv4; as text of RFC 5952. */
export function ipv6Of(text: string): string {
  const known = WELL_KNOWN[text];
  if (known !== undefined) return known;
  const [address = "", length] = text.split("/");
  const value = parseAddress(address)?.value;
  if (value === undefined) throw new Error(`${text} is not an IPv4 address or prefix`);
  const six = formatAddress({ family: "ipv6", value: NETWORK | value });
  return length === undefined ? six : `${six}/${String(Number(length) + LENGTH)}`;
}

/** The wiring in both families. What layers load into nodes is left out: it is written for IPv4. */
export function withIpv6(wiring: Wiring, dual: DualStack = {}): Wiring {
  const { namespaces, paths } = wiring;
  const { narrower = 0 } = dual;
  const pods = new Set(namespaces.filter(({ kind }) => kind === "pod").map(({ name }) => name));
  const steps = wiring.steps
    .filter(({ kind }) => kind !== "load")
    .map((step) => (step.kind === "link" && step.peer !== undefined && pods.has(step.peer.in) ? narrowed(step, narrower) : step));
  const made = new Maker(steps, dual);
  const path = paths["pod-pod"];
  return {
    ...wiring,
    steps: steps.flatMap((step) => made.both(step)),
    paths: { ...paths, ...(path === undefined ? {} : { "pod-pod": { ...path, mtu: path.mtu - narrower } }) },
  };
}

const IPV4 = /\b\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?\b/;
/** The network of the nodes, of which pods are no part where they have addresses of their own. */
const UNDERLAY = /\b198\.18\.\d/;

/** The same for a network that gives IPv6 addresses to its nodes alone. */
export function withIpv6OnNodes(wiring: Wiring): Wiring {
  const steps = wiring.steps.filter(({ kind }) => kind !== "load");
  const made = new Maker(steps, {});
  const ofNodes = new Set(wiring.namespaces.filter(({ kind }) => kind !== "pod").map(({ name }) => name));
  const isOfNodes = (step: Step): boolean =>
    step.kind === "sysctl" ||
    (ofNodes.has(step.in) &&
      ((step.kind === "address" && UNDERLAY.test(step.address)) ||
        (step.kind === "route" && UNDERLAY.test(step.to === "default" ? step.options.join(" ") : step.to))));
  return { ...wiring, steps: steps.flatMap((step) => (isOfNodes(step) ? made.both(step) : [step])) };
}

/** A link, and its other end, with a smaller MTU. */
const narrowed = (step: LinkStep, less: number): LinkStep => ({
  ...step,
  ...(step.common === undefined ? {} : { common: narrowedWords(step.common, less) }),
  ...(step.peer?.common === undefined ? {} : { peer: { ...step.peer, common: narrowedWords(step.peer.common, less) } }),
});

const narrowedWords = (words: readonly string[], less: number): readonly string[] =>
  words.map((word, index) => (words[index - 1] === "mtu" ? String(Number(word) - less) : word));

const BOTH_FAMILIES = "the same by IPv6";
const OWN_TUNNEL = "IPv6 has a tunnel device of its own, between the nodes' IPv6 addresses";

class Maker {
  readonly #routes: ReadonlySet<string>;

  constructor(
    steps: readonly Step[],
    readonly dual: DualStack,
  ) {
    this.#routes = new Set(steps.flatMap((step) => (step.kind === "route" ? [`${step.in} ${step.to}`] : [])));
  }

  /** A step, and behind it what stands beside it in IPv6. */
  both(step: Step): readonly Step[] {
    switch (step.kind) {
      case "sysctl":
        return sysctls(step);
      case "address":
        return [step, this.#address(step)];
      case "route":
        return [step, ...this.#route(step)];
      case "neighbour":
        return [step, { ...step, device: this.#device(step.device), address: ipv6Of(step.address), reason: BOTH_FAMILIES }];
      case "fdb":
        return this.#forwarding(step);
      case "ruleset":
        return [step, this.#rules(step)];
      case "link":
        return [step, ...this.#tunnel(step)];
      case "tun":
        return [step, ...(step.name === this.dual.tunnel?.ipv4 ? [{ ...step, name: this.dual.tunnel.ipv6, reason: OWN_TUNNEL }] : [])];
      case "daemon":
        return [step, ...this.#program(step)];
      case "link-set":
        return [step, ...(step.name === this.dual.tunnel?.ipv4 ? [{ ...step, name: this.dual.tunnel.ipv6, reason: BOTH_FAMILIES }] : [])];
      case "offload":
        return [
          step,
          ...(step.device === this.dual.tunnel?.ipv4 ? [{ ...step, device: this.dual.tunnel.ipv6, reason: BOTH_FAMILIES }] : []),
        ];
      default:
        return [step];
    }
  }

  #device(name: string): string {
    return name === this.dual.tunnel?.ipv4 ? this.dual.tunnel.ipv6 : name;
  }

  /** The kernel's own route of the prefix would stand before the one that the wiring writes for it: IPv6 has no order but the metric. */
  #address(step: AddressStep): AddressStep {
    const own = this.#routes.has(`${step.in} ${networkOf(step.address)}`);
    return {
      ...step,
      device: this.#device(step.device),
      address: ipv6Of(step.address),
      options: ["nodad", ...(own ? ["noprefixroute"] : [])],
      reason: BOTH_FAMILIES,
    };
  }

  #route(step: RouteStep): readonly RouteStep[] {
    const gateways = this.dual.gateways ?? {};
    const [to = "", type] = step.to.split(" ").toReversed();
    // Its link-local address is reached without a route.
    if (Object.keys(gateways).some((gateway) => step.to === `${gateway}/32`)) return [];
    const options = step.options.map((word, index) =>
      step.options[index - 1] === "dev" ? this.#device(word) : (gateways[word] ?? inIpv6(word)),
    );
    return [{ ...step, to: [...(type === undefined ? [] : [type]), ipv6Of(to)].join(" "), options, reason: BOTH_FAMILIES }];
  }

  #forwarding(step: FdbStep): readonly FdbStep[] {
    if (step.device !== this.dual.tunnel?.ipv4) return [step];
    return [step, { ...step, device: this.dual.tunnel.ipv6, options: step.options.map(inIpv6), reason: BOTH_FAMILIES }];
  }

  /** Products write the same rules in both families, but for addresses and for the tunnel that they name. */
  #rules(step: RulesetStep): RulesetStep {
    const own = (rule: string): string =>
      ruleInIpv6(rule)
        .split(" ")
        .map((word) => this.#device(word))
        .join(" ");
    const tables = step.tables.map(
      (table): RuleTable => ({ ...table, chains: table.chains.map((chain) => ({ ...chain, rules: chain.rules.map(own) })) }),
    );
    return { ...step, tool: "ip6tables", tables, reason: BOTH_FAMILIES };
  }

  #tunnel(step: LinkStep): readonly LinkStep[] {
    const { tunnel, narrower = 0 } = this.dual;
    if (tunnel === undefined || step.name !== tunnel.ipv4) return [];
    const { common = [], options = [] } = step;
    return [
      {
        ...step,
        name: tunnel.ipv6,
        common: narrowedWords(common, narrower),
        options: options.map(inIpv6),
        reason: OWN_TUNNEL,
      },
    ];
  }

  /** The program that serves the tunnel device for IPv4 serves the one for IPv6 once more, by another port on either side. */
  #program(step: DaemonStep): readonly DaemonStep[] {
    const { tunnel } = this.dual;
    const { argv } = step;
    if (tunnel?.ports === undefined || !argv.includes(tunnel.ipv4)) return [];
    const { ports } = tunnel;
    const ofPort = new RegExp(`(^|:)${String(ports.ipv4)}$`);
    const [program, ...words] = argv;
    const own = words.map((word) => this.#device(ruleInIpv6(word)).replace(ofPort, `$1${String(ports.ipv6)}`));
    return [{ ...step, argv: [program, ...own], reason: BOTH_FAMILIES }];
  }
}

/** `198.19.1.0/24` of `198.19.1.1/24`. */
function networkOf(address: string): string {
  const prefix = parsePrefix(address);
  if (prefix === undefined) throw new Error(`${address} is not an address with its prefix`);
  return `${formatAddress({ family: prefix.family, value: prefix.from })}/${address.split("/")[1] ?? String(BITS.ipv4)}`;
}

/** A word that is an IPv4 address or prefix, in IPv6; any other as it is. */
const inIpv6 = (word: string): string => (new RegExp(`^${IPV4.source}$`).test(word) ? ipv6Of(word) : word);

const OFF = /^net\.ipv6\.conf\.(all|default)\.disable_ipv6$/;
const OF_DEVICE = /^net\.ipv4\.conf\.(.+)\.rp_filter$/;

function sysctls(step: SysctlStep): readonly SysctlStep[] {
  const of = (name: string, value: string, reason: string): SysctlStep => ({ kind: "sysctl", in: step.in, name, value, reason });
  const device = OF_DEVICE.exec(step.name)?.[1];
  if (OFF.test(step.name)) return [of(step.name, "0", "IPv6 is on")];
  if (step.name === "net.ipv4.ip_forward") return [step, of("net.ipv6.conf.all.forwarding", step.value, BOTH_FAMILIES)];
  if (step.name === "net.bridge.bridge-nf-call-iptables")
    return [step, { ...step, name: "net.bridge.bridge-nf-call-ip6tables", reason: BOTH_FAMILIES }];
  if (device !== undefined)
    return [step, of(`net.ipv6.conf.${device}.accept_dad`, "0", "addresses hold at once: no one else is there who could have them")];
  return [step];
}

/** A rule, or a word, with its addresses in IPv6. */
const ruleInIpv6 = (rule: string): string =>
  rule
    .replaceAll(new RegExp(`(${IPV4.source}):(\\d+)`, "g"), (_, address: string, port: string) => `[${ipv6Of(address)}]:${port}`)
    .replaceAll(new RegExp(IPV4.source, "g"), (address) => ipv6Of(address));
