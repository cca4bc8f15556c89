/**
 * Rendered documents of modes whose link types this machine's kernel may lack, carried out under a second kernel: nodes by the scripts of iproute2, one of
 * them by systemd-networkd as well, pods by Debian's CNI plugins.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { ROUTED } from "../render/checked-documents.js";
import { bareNodesScript, type Conflist, environment, spaceOf, withOwnData } from "../render/lab-machine.js";
import { COMPLAINT, configured, NETWORKD_ENVIRONMENT, START_NETWORKD, unitsOf } from "../render/networkd-words.js";
import { LAB_SEGMENT, LAB_VLAN, rendered, textOf } from "../synthetic/rendered.js";
import { logOf } from "./scripts.js";
import { missingSecondKernel, runUnderSecondKernel, type SecondKernelRun } from "./user-mode-linux.js";

const MTU = 1500;
const CASES = [
  { mode: "ipvlan-l2", asked: { cluster: LAB_SEGMENT }, node: false, cards: [] },
  { mode: "ipvlan-l3s", asked: ROUTED, node: true, cards: ["eth0"] },
  { mode: "vlan", asked: { cluster: LAB_VLAN }, node: true, cards: ["eth0", "eth0.100", "br100"] },
] as const;
type Case = (typeof CASES)[number];
const WITH_NODES = CASES.filter(({ node }) => node);

/** With the namespace's own /sys, which the scripts read. */
const inside = (place: string, ...words: readonly string[]): string => ["ip", "netns", "exec", spaceOf(place), ...words].join(" ");
/** The scripts have an END of their own. */
const given = (command: string, text: string): string => `${command} <<'END OF INPUT'\n${text}\nEND OF INPUT`;

/** Calls the one plugin of a node's list for its pod. */
function plugin(command: "ADD" | "DEL", { mode, asked }: Case, letter: string): string {
  const list = JSON.parse(textOf(rendered(mode, "cni", asked), `node-${letter}/etc/cni/net.d/10-podwire.conflist`)) as Conflist;
  const [own, ...others] = list.plugins;
  if (own === undefined || others.length > 0) throw new Error(`${mode} has not one plugin but ${String(list.plugins.length)}`);
  const call = inside(`node-${letter}`, "env", ...environment(command, `pod-${letter}`, "eth0"), `/usr/lib/cni/${own.type}`);
  return given(call, JSON.stringify({ cniVersion: list.cniVersion, name: list.name, ...withOwnData(own) }));
}

const both = (text: (letter: string) => string): readonly string[] => ["a", "b"].map(text);

/** A node's script of iproute2. */
function nodeScript({ mode, asked }: Case, letter: string, name: string): string {
  return given(inside(`node-${letter}`, "sh", "-e"), textOf(rendered(mode, "iproute2", asked), `node-${letter}/${name}`));
}

/** Pods on both nodes, and packets of the computed size between them, which nothing may cut; afterwards the pods' links are gone. */
function crossing(example: Case): readonly string[] {
  const link = (pod: string): string => `ip -n ${spaceOf(pod)} -4 -o address show dev eth0`;
  return [
    ...both((letter) => plugin("ADD", example, letter)),
    `ip -n ${spaceOf("pod-a")} link show dev eth0 | grep -w 'mtu ${String(MTU)}'`,
    `other=$(${link("pod-b")} | sed 's|.* inet \\([0-9.]*\\)/.*|\\1|')`,
    inside("pod-a", `ping -c 2 -i 0.2 -W 5 -M do -s ${String(MTU - 28)} $other`),
    ...both((letter) => plugin("DEL", example, letter)),
    `if ip -n ${spaceOf("pod-a")} link show dev eth0; then exit 1; fi`,
  ];
}

/** Both nodes by iproute2. */
function byScripts(example: Case): string {
  const { mode, node } = example;
  const run = (name: string): readonly string[] => (node ? both((letter) => nodeScript(example, letter, name)) : []);
  return [bareNodesScript(mode), ...run("podwire-network.sh"), ...crossing(example), ...run("podwire-network-back.sh"), ""].join("\n");
}

const LOG = "/run/networkd.log";

/** The first node by networkd, which says on the console what it has against its files; the other by iproute2. */
function byNetworkd(example: Case): string {
  const { mode, asked, cards } = example;
  const files = rendered(mode, "networkd", asked);
  const environment = Object.entries(NETWORKD_ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  return [
    bareNodesScript(mode, false),
    `ip -n ${spaceOf("node-b")} address add 198.18.0.12/24 dev eth0`,
    nodeScript(example, "b", "podwire-network.sh"),
    given(inside("node-a", "sysctl", "-p", "-"), textOf(files, "node-a/etc/sysctl.d/90-podwire.conf")),
    "mkdir -p /run/systemd/network /run/systemd/networkd.conf.d",
    "rm -f /run/systemd/network/* /run/systemd/networkd.conf.d/*",
    ...Array.from(unitsOf(files, "node-a"), ([path, text]) => given(`cat > /run/systemd/${path}`, text)),
    `env ${environment.join(" ")} nsenter --net=/run/netns/${spaceOf("node-a")} unshare --mount sh -c '${START_NETWORKD}' 2> ${LOG} &`,
    'trap "kill $!" EXIT',
    ...cards.map((card) => `until grep -qF '${configured(card)}' ${LOG}; do kill -0 $! || { tail ${LOG}; exit 1; }; sleep 0.05; done`),
    `sed 's/^/NETWORKD ${mode} /' ${LOG} >&3`,
    ...crossing(example),
    "",
  ].join("\n");
}

const missing = await missingSecondKernel();
/** Nine nodes, with daemons, beside other tests. */
const LIMIT_MS = 4 * 60_000;

describe.skipIf(missing !== undefined)(`rendered documents under a second kernel${missing === undefined ? "" : ` (${missing})`}`, () => {
  let run: SecondKernelRun;
  beforeAll(async () => {
    const scripts = CASES.map((example) => [example.mode, byScripts(example)] as const);
    const networkd = WITH_NODES.map((example) => [`${example.mode}-networkd`, byNetworkd(example)] as const);
    run = await runUnderSecondKernel(Object.fromEntries([...scripts, ...networkd]), { limitMs: LIMIT_MS });
  }, LIMIT_MS + 60_000);

  const lines = (words: string): readonly string[] => run.console.split("\n").filter((line) => line.startsWith(`${words} `));

  test.each(CASES)("$mode: pods made by the plugin have the computed MTU and reach each other with packets of that size", ({ mode }) => {
    expect({ result: run.results[mode], log: logOf(run, mode) }).toEqual({ result: "ok", log: "" });
  });

  test.each(WITH_NODES)("$mode: so they do where networkd has set up one of the nodes, without a complaint", ({ mode }) => {
    const name = `${mode}-networkd`;
    expect({ result: run.results[name], log: logOf(run, name) }).toEqual({ result: "ok", log: "" });
    expect(lines(`NETWORKD ${mode}`).length).toBeGreaterThan(0);
    expect(lines(`NETWORKD ${mode}`).filter((line) => COMPLAINT.test(line))).toEqual([]);
  });
});
