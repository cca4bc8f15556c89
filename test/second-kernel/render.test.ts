/**
 * Rendered documents of modes whose link types this machine's kernel may lack, carried out under a second kernel: nodes by the scripts of iproute2, pods by
 * Debian's CNI plugins.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { ROUTED } from "../render/checked-documents.js";
import { bareNodesScript, type Conflist, environment, spaceOf, withOwnData } from "../render/lab-machine.js";
import { LAB_SEGMENT, LAB_VLAN, rendered, textOf } from "../synthetic/rendered.js";
import { missingSecondKernel, runUnderSecondKernel, type SecondKernelRun } from "./user-mode-linux.js";

const MTU = 1500;
const CASES = [
  { mode: "ipvlan-l2", asked: { cluster: LAB_SEGMENT }, node: false },
  { mode: "ipvlan-l3s", asked: ROUTED, node: true },
  { mode: "vlan", asked: { cluster: LAB_VLAN }, node: true },
] as const;
type Case = (typeof CASES)[number];

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

/** Nodes, their pods, packets of the computed size, which nothing may cut, and the pods' links taken away again. */
function script(example: Case): string {
  const { mode, asked, node } = example;
  const both = (text: (letter: string) => string): readonly string[] => ["a", "b"].map(text);
  const scripts = node ? rendered(mode, "iproute2", asked) : undefined;
  const run = (name: string): readonly string[] =>
    scripts === undefined ? [] : both((letter) => given(inside(`node-${letter}`, "sh", "-e"), textOf(scripts, `node-${letter}/${name}`)));
  const link = `ip -n ${spaceOf("pod-a")} -o link show dev eth0`;
  return [
    bareNodesScript(mode),
    ...run("podwire-network.sh"),
    ...both((letter) => plugin("ADD", example, letter)),
    `${link} | grep -w 'mtu ${String(MTU)}'`,
    `other=$(ip -n ${spaceOf("pod-b")} -4 -o address show dev eth0 | sed 's|.* inet \\([0-9.]*\\)/.*|\\1|')`,
    inside("pod-a", `ping -c 2 -i 0.2 -W 5 -M do -s ${String(MTU - 28)} $other`),
    ...both((letter) => plugin("DEL", example, letter)),
    `if ${link}; then exit 1; fi`,
    ...run("podwire-network-back.sh"),
    "",
  ].join("\n");
}

const missing = await missingSecondKernel();

describe.skipIf(missing !== undefined)(`rendered documents under a second kernel${missing === undefined ? "" : ` (${missing})`}`, () => {
  let run: SecondKernelRun;
  beforeAll(async () => {
    run = await runUnderSecondKernel(Object.fromEntries(CASES.map((example) => [example.mode, script(example)])));
  });

  test.each(CASES)("$mode: pods made by the plugin have the computed MTU and reach each other with packets of that size", ({ mode }) => {
    const log = run.console.split("\n").filter((line) => line.startsWith(`LOG ${mode} `));
    expect({ result: run.results[mode], log }).toEqual({ result: "ok", log: [] });
  });
});
