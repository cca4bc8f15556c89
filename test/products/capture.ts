/**
 * Keeps what a cluster's API and its nodes answer, for the tests that replay it (`test/captured/products`): what podwire asks, and what `ip`, `tc` and
 * `bpftool` print beside that.
 * @packageDocumentation
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beginLook, endLook, type RunOnNode } from "../../src/venues/cluster/facts/deep-look.js";
import { askPods } from "../../src/venues/cluster/facts/inspection.js";
import type { Cluster } from "../cluster/fixture.js";
import { askable } from "../cluster/node-eyes.js";

const EYES = "capture-eyes";
const OBJECTS = { nodes: "nodes", daemonsets: "daemonsets", deployments: "deployments", configmaps: "configmaps" } as const;
/** One file a node and command; each only reads. */
const COMMANDS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  "ip-link": ["ip", "-json", "-details", "link"],
  "ip-route": ["ip", "-json", "-details", "route", "show", "table", "all"],
  "ip-route.text": ["ip", "route"],
  "ip-rule": ["ip", "-json", "rule"],
  "ip-neigh": ["ip", "-json", "neigh"],
  "tc-qdisc": ["tc", "-json", "qdisc", "show"],
  "bpftool-net": ["bpftool", "--json", "net", "show"],
  "bpftool-prog": ["bpftool", "--json", "prog", "show"],
  "bpftool-link": ["bpftool", "--json", "link", "show"],
  "bpftool-cgroup": ["bpftool", "--json", "cgroup", "tree"],
  "iptables-save": ["iptables-save"],
  "ipset-save": ["ipset", "save"],
  mount: ["cat", "/proc/self/mountinfo"],
};

/** Writes everything below a folder, and leaves the cluster as it was. */
export async function capture(cluster: Cluster, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text.endsWith("\n") ? text : `${text}\n`);
  };
  const writeJson = (name: string, value: unknown): void => {
    write(name, JSON.stringify(value, undefined, 1));
  };
  for (const [name, kind] of Object.entries(OBJECTS)) {
    const list = JSON.parse(await cluster.kubectl(["get", kind, "--all-namespaces", "--output", "json"])) as unknown;
    writeJson(`${name}.json`, withoutScripts(list));
  }
  const { pods, run } = await askable(cluster, EYES);
  writeJson("looks.json", await askPods(pods, run));
  const onNode: RunOnNode = async (argv) => run("host-a", argv);
  writeJson("deep.json", await endLook(onNode, await beginLook(onNode)));
  for (const [name, argv] of Object.entries(COMMANDS)) {
    const [text, extension = "json"] = name.split(".");
    for (const id of ["host-a", "host-b", "pod-a"].filter((one) => pods.some((pod) => pod.id === one))) {
      const { exitCode, stdout, stderr } = await run(id, argv);
      write(
        `${id}-${text ?? name}.${extension === "text" ? "txt" : extension}`,
        exitCode === 0 ? stdout : `exit ${String(exitCode)}: ${stderr}`,
      );
    }
  }
  await cluster.kubectl(["delete", "namespace", EYES]);
}

/** A script of a product's own is its authors' text, which podwire never reads: its lines are left out, and so is who wrote which field. */
function withoutScripts(value: unknown): unknown {
  if (typeof value === "string") return value;
  if (Array.isArray(value))
    return value.map((item: unknown) => (typeof item === "string" && item.includes("\n") ? "(a script, left out)" : withoutScripts(item)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "managedFields" && key !== "kubectl.kubernetes.io/last-applied-configuration")
      .map(([key, inner]) => [key, withoutScripts(inner)]),
  );
}
