/**
 * Programs that write a node's knobs by themselves, known by their processes.
 * @packageDocumentation
 */

/** By the name of its program: the owner as messages name it. */
const OWNERS: Readonly<Record<string, string>> = {
  "kube-proxy": "kube-proxy",
  kubelet: "kubelet",
  tuned: "tuned",
  "cluster-node-tuning-operator": "node tuning operator",
  openshift_tuned: "node tuning operator",
  irqbalance: "irqbalance",
  "systemd-networkd": "systemd-networkd",
  NetworkManager: "NetworkManager",
  "cilium-agent": "cilium",
  dockerd: "docker",
};

/** `--banirq=24`, `--banirq 24`, `-i 24`, `-i24` (irqbalance(1)). */
const BANNED = /(?<=\s)(?:--banirq(?:=|\s+)|-i\s*)(\d+)(?=\s|$)/g;

/** Interrupts that an irqbalance among these processes was told to leave. */
export const bannedIrqsAmong = (commandLines: readonly string[]): readonly number[] =>
  commandLines
    .filter((line) => ownersAmong([line]).includes("irqbalance"))
    .flatMap((line) => [...line.matchAll(BANNED)].map(([, irq]) => Number(irq)));

/** Owners among the command lines of processes; an interpreter's script counts by its own name. */
export function ownersAmong(commandLines: readonly string[]): readonly string[] {
  const names = commandLines.flatMap((line) => line.trim().split(/\s+/).slice(0, 3)).map((word) => word.split("/").at(-1) ?? "");
  return [...new Set(names.flatMap((name) => (Object.hasOwn(OWNERS, name) ? [OWNERS[name] ?? ""] : [])))].sort();
}
