/**
 * The iptables rules that Calico's felix writes on a node with workload endpoints and no policy: the static chains, the dispatch
 * chains, and the endpoint with the namespace's default profile, which allows.
 * Source: projectcalico/calico `felix/rules/{static,dispatch,endpoints,policy,nat}.go`.
 * @packageDocumentation
 */
import type { RulesetStep, RuleTable, Topology } from "../../model/wiring.js";
import { CLUSTER_CIDR, UNDERLAY_PREFIX } from "./addresses.js";
import { calicoVeth } from "./calico-endpoint.js";
import { ruleTable } from "./ruleset.js";
import { nodeName, podSlots } from "./underlay.js";

/** How packets travel between nodes; felix renders rules for it. */
export type CalicoEncapsulation = "none" | "ipip" | "vxlan";

/** Port of Calico's VXLAN mesh. */
export const CALICO_VXLAN_PORT = 4789;

/**
 * The mark bits that felix takes from its default mask 0xffff0000: the packet is allowed, the policy passed, it comes from a workload,
 * and one spare.
 */
export const CALICO_MARKS = { allowed: "0x10000", passed: "0x20000" } as const;
const ALLOWED = `${CALICO_MARKS.allowed}/${CALICO_MARKS.allowed}`;
const IS_ALLOWED = `-m mark --mark ${ALLOWED}`;
const ALL_BITS = "0x0/0xf0000";
const FROM_WORKLOAD = "0x40000/0x40000";

/** All rules of one node. */
export function calicoRules(topology: Topology, index: number, encapsulation: CalicoEncapsulation): RulesetStep {
  const veths = podSlots(topology, index).map((slot) => calicoVeth(index, slot));
  const tables = [rawTable(encapsulation), mangleTable(), filterTable(veths, encapsulation), natTable(encapsulation)];
  return {
    kind: "ruleset",
    id: "rules",
    in: nodeName(index),
    tool: "iptables",
    tables,
    reason: "felix's rules for a pod without policies: every packet passes the dispatch chains, a connection's first one the profile",
  };
}

const because = (comment: string): string => `-m comment --comment "${comment}"`;
const setMark = (value: string): string => `-j MARK --set-xmark ${value}`;

function rawTable(encapsulation: CalicoEncapsulation): RuleTable {
  const untracked = encapsulation === "vxlan" ? [`-p udp -m udp --dport ${String(CALICO_VXLAN_PORT)} -j NOTRACK`] : [];
  const prerouting = [
    setMark(ALL_BITS),
    ...untracked,
    `-i cali+ ${setMark(FROM_WORKLOAD)}`,
    `-m mark --mark ${FROM_WORKLOAD} -j cali-rpf-skip`,
    `-m mark --mark ${FROM_WORKLOAD} -m rpfilter --validmark --invert -j DROP`,
    "-m mark --mark 0x0/0x40000 -j cali-from-host-endpoint",
    `${IS_ALLOWED} -j ACCEPT`,
  ];
  const output = [setMark(ALL_BITS), "-j cali-to-host-endpoint", ...untracked, `${IS_ALLOWED} -j ACCEPT`];
  return ruleTable(
    "raw",
    ["cali-OUTPUT", "cali-PREROUTING", "cali-from-host-endpoint", "cali-rpf-skip", "cali-to-host-endpoint"],
    [
      "-A PREROUTING -j cali-PREROUTING",
      "-A OUTPUT -j cali-OUTPUT",
      ...chain("cali-PREROUTING", prerouting),
      ...chain("cali-OUTPUT", output),
    ],
  );
}

const chain = (name: string, rules: readonly string[]): string[] => rules.map((rule) => `-A ${name} ${rule}`);

function mangleTable(): RuleTable {
  const prerouting = [
    "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    `${IS_ALLOWED} -j ACCEPT`,
    "-j cali-from-host-endpoint",
    `${because("Host endpoint policy accepted packet.")} ${IS_ALLOWED} -j ACCEPT`,
  ];
  const postrouting = [
    `${IS_ALLOWED} -j RETURN`,
    setMark(ALL_BITS),
    "-m conntrack --ctstate DNAT -j cali-to-host-endpoint",
    `${because("Host endpoint policy accepted packet.")} ${IS_ALLOWED} -j RETURN`,
  ];
  return ruleTable(
    "mangle",
    ["cali-POSTROUTING", "cali-PREROUTING", "cali-from-host-endpoint", "cali-to-host-endpoint"],
    [
      "-A PREROUTING -j cali-PREROUTING",
      "-A POSTROUTING -j cali-POSTROUTING",
      ...chain("cali-PREROUTING", prerouting),
      ...chain("cali-POSTROUTING", postrouting),
    ],
  );
}

const FILTER_CHAINS = ["cali-FORWARD", "cali-INPUT", "cali-OUTPUT", "cali-cidr-block", "cali-from-hep-forward", "cali-from-host-endpoint"];
const DISPATCH_CHAINS = ["cali-from-wl-dispatch", "cali-to-hep-forward", "cali-to-host-endpoint", "cali-to-wl-dispatch", "cali-wl-to-host"];
const PROFILES = ["kns.default", "ksa.default.default"];

function filterTable(veths: readonly string[], encapsulation: CalicoEncapsulation): RuleTable {
  const endpointChains = veths.flatMap((veth) => [`cali-fw-${veth}`, `cali-tw-${veth}`]);
  const profileChains = PROFILES.flatMap((profile) => [`cali-pri-${profile}`, `cali-pro-${profile}`]);
  return ruleTable(
    "filter",
    [...FILTER_CHAINS, ...DISPATCH_CHAINS, ...endpointChains, ...profileChains],
    [
      "-A INPUT -j cali-INPUT",
      "-A FORWARD -j cali-FORWARD",
      `-A FORWARD ${because("Policy explicitly accepted packet.")} ${IS_ALLOWED} -j ACCEPT`,
      `-A FORWARD ${setMark(ALLOWED)}`,
      "-A OUTPUT -j cali-OUTPUT",
      ...chain("cali-FORWARD", FORWARD),
      ...chain("cali-INPUT", input(encapsulation)),
      ...chain("cali-OUTPUT", output(encapsulation)),
      ...chain("cali-wl-to-host", ["-j cali-from-wl-dispatch", `${because("Configured DefaultEndpointToHostAction")} -j ACCEPT`]),
      ...chain("cali-from-wl-dispatch", [...veths.map((veth) => `-i ${veth} -g cali-fw-${veth}`), UNKNOWN]),
      ...chain("cali-to-wl-dispatch", [...veths.map((veth) => `-o ${veth} -g cali-tw-${veth}`), UNKNOWN]),
      ...veths.flatMap((veth) => [
        ...chain(`cali-tw-${veth}`, endpoint("cali-pri", [])),
        ...chain(`cali-fw-${veth}`, endpoint("cali-pro", TUNNELLED_BY_THE_POD)),
      ]),
      ...defaultProfile("cali-pri", "ingress"),
      ...defaultProfile("cali-pro", "egress"),
    ],
  );
}

const UNKNOWN = `${because("Unknown interface")} -j DROP`;

const FORWARD = [
  setMark("0x0/0xe0000"),
  "-m mark --mark 0x0/0x10000 -j cali-from-hep-forward",
  "-i cali+ -j cali-from-wl-dispatch",
  "-o cali+ -j cali-to-wl-dispatch",
  "-j cali-to-hep-forward",
  "-j cali-cidr-block",
];

/** A pod could slip past its policies by wrapping packets itself. */
const TUNNELLED_BY_THE_POD = [
  `-p udp ${because("Drop VXLAN encapped packets originating in workloads")} -m multiport --dports ${String(CALICO_VXLAN_PORT)} -j DROP`,
  `-p 4 ${because("Drop IPinIP encapped packets originating in workloads")} -j DROP`,
];

function endpoint(profilePrefix: string, extra: readonly string[]): string[] {
  return [
    "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    "-m conntrack --ctstate INVALID -j DROP",
    setMark("0x0/0x30000"),
    ...extra,
    ...PROFILES.flatMap((profile) => [
      `-j ${profilePrefix}-${profile}`,
      `${because("Return if profile accepted")} ${IS_ALLOWED} -j RETURN`,
    ]),
    `${because("Drop if no profiles matched")} -j DROP`,
  ];
}

/** The namespace's profile allows; the service account's only carries labels and has no rules. */
function defaultProfile(prefix: string, direction: "ingress" | "egress"): string[] {
  return chain(`${prefix}-kns.default`, [`${because(`Profile kns.default ${direction}`)} ${setMark(ALLOWED)}`, `${IS_ALLOWED} -j RETURN`]);
}

const VXLAN_MATCH = `-m multiport --dports ${String(CALICO_VXLAN_PORT)}`;

function input(encapsulation: CalicoEncapsulation): string[] {
  const tunnel = {
    none: [],
    ipip: [
      `-s ${UNDERLAY_PREFIX} -p 4 ${because("Allow IPIP packets from Calico hosts")} -m addrtype --dst-type LOCAL -j ACCEPT`,
      `-p 4 ${because("Drop IPIP packets from non-Calico hosts")} -j DROP`,
    ],
    vxlan: [
      `-s ${UNDERLAY_PREFIX} -p udp ${because("Allow IPv4 VXLAN packets from allowed hosts")} ${VXLAN_MATCH} -m addrtype --dst-type LOCAL -j ACCEPT`,
      `-p udp ${because("Drop IPv4 VXLAN packets from non-allowed hosts")} ${VXLAN_MATCH} -m addrtype --dst-type LOCAL -j DROP`,
    ],
  }[encapsulation];
  return [
    ...tunnel,
    "-i cali+ -g cali-wl-to-host",
    `${IS_ALLOWED} -j ACCEPT`,
    setMark(ALL_BITS),
    "-j cali-from-host-endpoint",
    `${because("Host endpoint policy accepted packet.")} ${IS_ALLOWED} -j ACCEPT`,
  ];
}

function output(encapsulation: CalicoEncapsulation): string[] {
  const tunnel = {
    none: [],
    ipip: [`-d ${UNDERLAY_PREFIX} -p 4 ${because("Allow IPIP packets to other Calico hosts")} -m addrtype --src-type LOCAL -j ACCEPT`],
    vxlan: [
      `-d ${UNDERLAY_PREFIX} -p udp ${because("Allow IPv4 VXLAN packets to other allowed hosts")} ${VXLAN_MATCH} -m addrtype --src-type LOCAL -j ACCEPT`,
    ],
  }[encapsulation];
  return [
    `${IS_ALLOWED} -j ACCEPT`,
    "-o cali+ -j RETURN",
    ...tunnel,
    setMark(ALL_BITS),
    "-m conntrack ! --ctstate DNAT -j cali-to-host-endpoint",
    `${because("Host endpoint policy accepted packet.")} ${IS_ALLOWED} -j ACCEPT`,
  ];
}

function natTable(encapsulation: CalicoEncapsulation): RuleTable {
  const device = { none: undefined, ipip: "tunl0", vxlan: "vxlan.calico" }[encapsulation];
  const ownAddress = "-m addrtype ! --src-type LOCAL --limit-iface-out -m addrtype --src-type LOCAL";
  const tunnel = device === undefined ? [] : [`-o ${device} ${ownAddress} -j MASQUERADE --random-fully`];
  return ruleTable(
    "nat",
    ["cali-OUTPUT", "cali-POSTROUTING", "cali-PREROUTING", "cali-fip-dnat", "cali-fip-snat", "cali-nat-outgoing"],
    [
      "-A PREROUTING -j cali-PREROUTING",
      "-A OUTPUT -j cali-OUTPUT",
      "-A POSTROUTING -j cali-POSTROUTING",
      "-A cali-PREROUTING -j cali-fip-dnat",
      "-A cali-OUTPUT -j cali-fip-dnat",
      ...chain("cali-POSTROUTING", ["-j cali-fip-snat", "-j cali-nat-outgoing", ...tunnel]),
      `-A cali-nat-outgoing -s ${CLUSTER_CIDR} ! -d ${CLUSTER_CIDR} -j MASQUERADE --random-fully`,
    ],
  );
}
