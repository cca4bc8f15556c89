/**
 * A normalised picture of one network namespace, for comparing a mode's wiring with what the real implementation wires.
 * Left out is what differs from run to run (MAC addresses, indexes, drawn names, counters, learned neighbours) and what the lab
 * adds on purpose to every path (the route's congestion control, IPv6 switched off).
 * @packageDocumentation
 */

/** Runs a program inside the namespace that is dumped and gives its standard output. */
export type RunInside = (argv: readonly [string, ...string[]]) => Promise<string>;

/** What may be asked of a dump. */
export interface DumpOptions {
  /** Which sysctls are compared; the default is {@link WIRING_SYSCTLS}. */
  readonly sysctls?: RegExp;
  /** Further drawn names, e.g. a container's chain: each match is replaced in rules. */
  readonly maskInRules?: readonly (readonly [pattern: RegExp, replacement: string])[];
}

/** Every line is one fact; two namespaces that are wired alike give equal dumps. */
export interface NamespaceDump {
  readonly links: readonly string[];
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
  /** Permanent entries only. */
  readonly neighbours: readonly string[];
  /** Permanent and static unicast entries only. */
  readonly fdb: readonly string[];
  readonly sysctls: Readonly<Record<string, string>>;
  /** iptables rules and policies by table, in order; tables without either are absent. */
  readonly iptables: Readonly<Record<string, readonly string[]>>;
  /** Text of the nftables tables that iptables-nft does not own. */
  readonly nftables: readonly string[];
}

/** The sysctls by which an implementation shapes a device or a node; those that the lab sets everywhere are not among them. */
export const WIRING_SYSCTLS =
  /^net\.(?:ipv4\.(?:ip_forward|conf\.(?!all|default)[^.]+\.(?:forwarding|proxy_arp|arp_notify|arp_ignore|arp_announce|route_localnet|accept_local)|neigh\.(?!default)[^.]+\.proxy_delay)|bridge\.bridge-nf-call-iptables)$/;

/** Dumps the namespace in which `run` runs its programs. */
export async function dumpNamespace(run: RunInside, options: DumpOptions = {}): Promise<NamespaceDump> {
  const links = parse(await run(["ip", "-j", "-d", "link", "show"]));
  const mask = nameMask(links);
  return {
    links: links.map((link) => linkLine(link, mask)).sort(),
    addresses: addressLines(parse(await run(["ip", "-j", "-4", "address", "show"])), mask),
    routes: parse(await run(["ip", "-j", "-4", "-d", "route", "show", "table", "all"]))
      .map((route) => routeLine(route, mask))
      .sort(),
    neighbours: parse(await run(["ip", "-j", "neighbour", "show", "nud", "permanent"]))
      .map((entry) => `${text(entry, "dst")} dev ${mask(text(entry, "dev"))}`)
      .sort(),
    fdb: fdbLines(parse(await run(["bridge", "-j", "fdb", "show"])), mask),
    sysctls: sysctlValues(await run(["sysctl", "-a"]), options.sysctls ?? WIRING_SYSCTLS, mask),
    iptables: iptablesRules(await run(["iptables-save"]), mask, options.maskInRules ?? []),
    nftables: await nftablesTables(run, mask),
  };
}

type Fields = Readonly<Record<string, unknown>>;
type Mask = (words: string) => string;

const parse = (json: string): Fields[] => (json.trim() === "" ? [] : (JSON.parse(json) as Fields[]));

function text(fields: Fields, key: string): string {
  const value = fields[key];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function fieldsOf(fields: Fields, ...keys: readonly string[]): Fields {
  return keys.reduce<Fields>((inner, key) => (inner[key] ?? {}) as Fields, fields);
}

function list(fields: Fields, key: string): readonly unknown[] {
  const value = fields[key];
  return Array.isArray(value) ? value : [];
}

const DRAWN_NAME = /^(?:veth|cali|tap)/;

/** Names that implementations draw at random become `veth1`, `veth2`, ... in the order in which the devices were made. */
function nameMask(links: readonly Fields[]): Mask {
  const drawn = links.map((link) => text(link, "ifname")).filter((name) => DRAWN_NAME.test(name));
  return (words) => drawn.reduce((masked, name, index) => masked.replaceAll(name, `<veth${String(index + 1)}>`), words);
}

/** What a device kind is configured with; the rest of `ip -d link` is state or the kernel's default. */
const KIND_FIELDS: Readonly<Record<string, readonly string[]>> = {
  bridge: ["stp_state", "vlan_filtering", "ageing_time", "mcast_snooping", "nf_call_iptables"],
  vxlan: ["id", "local", "link", "port", "learning", "ttl", "ageing", "udp_csum"],
  macvlan: ["mode"],
  ipvlan: ["mode", "mode_flag"],
  vlan: ["protocol", "id"],
  ipip: ["local", "remote", "ttl"],
  tun: ["type", "pi", "persist"],
};
const PORT_FIELDS = ["hairpin", "learning", "flood", "isolated", "bpdu_guard", "neigh_suppress"];

function linkLine(link: Fields, mask: Mask): string {
  const kind = text(fieldsOf(link, "linkinfo"), "info_kind");
  const flags = list(link, "flags").map(String);
  const words = [
    mask(text(link, "ifname")),
    kind === "" ? "plain" : kind,
    `mtu ${text(link, "mtu")}`,
    `qlen ${text(link, "txqlen") || "0"}`,
    flags.includes("UP") ? "up" : "down",
    ...(flags.includes("PROMISC") ? ["promisc"] : []),
    ...(text(link, "master") === "" ? [] : [`master ${mask(text(link, "master"))}`]),
    ...pairs(fieldsOf(link, "linkinfo", "info_data"), KIND_FIELDS[kind] ?? []),
    ...(text(fieldsOf(link, "linkinfo"), "info_slave_kind") === "bridge"
      ? pairs(fieldsOf(link, "linkinfo", "info_slave_data"), PORT_FIELDS)
      : []),
  ];
  return words.join(" ");
}

const pairs = (fields: Fields, keys: readonly string[]): string[] =>
  keys.filter((key) => text(fields, key) !== "").map((key) => `${key} ${text(fields, key)}`);

function addressLines(links: readonly Fields[], mask: Mask): string[] {
  return links
    .flatMap((link) =>
      list(link, "addr_info").map((info) => {
        const address = info as Fields;
        const broadcast = text(address, "broadcast");
        return [
          mask(text(link, "ifname")),
          `${text(address, "local")}/${text(address, "prefixlen")}`,
          `scope ${text(address, "scope")}`,
          ...(broadcast === "" ? [] : [`brd ${broadcast}`]),
        ].join(" ");
      }),
    )
    .sort();
}

function routeLine(route: Fields, mask: Mask): string {
  const words = [text(route, "type") || "unicast", text(route, "dst")];
  for (const [key, word] of [
    ["gateway", "via"],
    ["dev", "dev"],
    ["table", "table"],
    ["protocol", "proto"],
    ["scope", "scope"],
    ["prefsrc", "src"],
    ["metric", "metric"],
  ] as const) {
    const value = text(route, key);
    if (value !== "") words.push(word, mask(value));
  }
  const onlink = list(route, "flags").includes("onlink");
  return [...words, ...(onlink ? ["onlink"] : [])].join(" ");
}

const GROUP_ADDRESS = /^(?:33:33|01:00:5e|01:80:c2)/;

function fdbLines(entries: readonly Fields[], mask: Mask): string[] {
  return entries
    .filter((entry) => ["permanent", "static"].includes(text(entry, "state")) && !GROUP_ADDRESS.test(text(entry, "mac")))
    .map((entry) => {
      const flags = list(entry, "flags").map(String).sort();
      const master = text(entry, "master");
      return [
        "dev",
        mask(text(entry, "ifname")),
        ...pairs(entry, ["dst", "vlan", "state"]),
        ...(master === "" ? [] : [`master ${mask(master)}`]),
        ...flags,
      ].join(" ");
    })
    .sort();
}

function sysctlValues(output: string, wanted: RegExp, mask: Mask): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of output.split("\n")) {
    const [name, value] = line.split(" = ");
    if (name !== undefined && value !== undefined && wanted.test(name)) values[mask(name)] = value.trim();
  }
  return values;
}

function iptablesRules(output: string, mask: Mask, replacements: readonly (readonly [RegExp, string])[]): Record<string, string[]> {
  const tables: Record<string, string[]> = {};
  let table = "";
  for (const line of output.split("\n")) {
    if (line.startsWith("*")) table = line.slice(1);
    const policy = /^:(\S+) (ACCEPT|DROP|-)/.exec(line);
    const isFact = line.startsWith("-A") || (policy !== null && policy[2] !== "ACCEPT");
    if (!isFact) continue;
    const fact = policy === null ? line : `:${policy[1] ?? ""} ${policy[2] ?? ""}`;
    const masked = replacements.reduce((words, [pattern, replacement]) => words.replaceAll(pattern, replacement), mask(fact));
    const rules = tables[table] ?? [];
    rules.push(masked);
    tables[table] = rules;
  }
  return tables;
}

const IPTABLES_TABLES = new Set(["filter", "nat", "mangle", "raw", "security"]);

async function nftablesTables(run: RunInside, mask: Mask): Promise<string[]> {
  const names = (await run(["nft", "list", "tables"])).split("\n").filter((line) => line !== "");
  const texts: string[] = [];
  for (const line of names) {
    const [, family, name] = line.split(" ");
    if (family === undefined || name === undefined) continue;
    if (["ip", "ip6"].includes(family) && IPTABLES_TABLES.has(name)) continue;
    texts.push(mask(await run(["nft", "list", "table", family, name])).replaceAll(/counter packets \d+ bytes \d+/g, "counter"));
  }
  return texts;
}
