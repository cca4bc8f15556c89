import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CACHE_VARIABLE, cacheFolder } from "./cache.mjs";
import { run } from "./child.mjs";
import { type Cluster, type OwnCluster, startCluster } from "./fixture.js";
import { createReady, PAGE, pageFrom, podManifests } from "./pods.js";
import { cgroupOf } from "./registry.mjs";
import { instancesOf } from "./room.js";
import { until } from "./sandbox/api.mjs";
import { CLUSTER_START_MS, roomForClusters, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";
import { variantOf } from "./variants.mjs";

const CLEAN = join(import.meta.dirname, "clean.mjs");
const unavailable = await clusterUnavailable();

if (unavailable !== undefined) {
  test("a real cluster", (context) => {
    context.skip(unavailable);
  });
}

describe.runIf(unavailable === undefined)("a cluster of two nodes", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await sharedCluster({ network: "flannel-vxlan" });
  }, CLUSTER_START_MS);

  test("pods on two nodes reach each other, and a Service", async () => {
    await createReady(cluster, "reach", [
      ...podManifests({ name: "client", node: "node-1" }),
      ...podManifests({ name: "server", node: "node-2", serves: true }),
    ]);
    const podIp = await cluster.kubectl(["get", "pod", "server", "--namespace", "reach", "--output", "jsonpath={.status.podIP}"]);
    const clusterIp = await cluster.kubectl(["get", "service", "server", "--namespace", "reach", "--output", "jsonpath={.spec.clusterIP}"]);
    expect(await pageFrom(cluster, "reach", "client", podIp)).toBe(PAGE);
    expect(await pageFrom(cluster, "reach", "client", clusterIp)).toBe(PAGE);
    const inClient = ["exec", "--namespace", "reach", "client", "--"];
    expect(await cluster.kubectl([...inClient, "wget", "-q", "-T", "5", "-O", "-", `http://${clusterIp}/`])).toBe(PAGE);
    // An address of the range that no node has: busybox's own crashes where its time limit passes.
    await expect(cluster.kubectl([...inClient, "wget", "-q", "-T", "1", "-O", "-", "http://198.18.0.200/"])).rejects.toThrow(
      /ended with 1: wget: no answer from 198\.18\.0\.200:80/,
    );
    await cluster.kubectl(["delete", "namespace", "reach"]);
  });

  test("the same variant is the same cluster for whoever asks", async () => {
    const again = await sharedCluster({ network: "flannel-vxlan" });
    expect(again.description).toEqual(cluster.description);
  });

  test("a program that was killed is gone until it is started anew", async () => {
    await cluster.kill("kube-proxy", "node-2");
    const proxies = async () =>
      (await cluster.components()).flatMap(({ name, node, pid, starts }) =>
        name === "kube-proxy" ? [[node, pid !== undefined, starts]] : [],
      );
    expect(await proxies()).toEqual([
      ["node-1", true, 1],
      ["node-2", false, 1],
    ]);
    await cluster.restart("kube-proxy", "node-2");
    expect(await proxies()).toContainEqual(["node-2", true, 2]);
    await expect(cluster.kill("kubelet", "node-3")).rejects.toThrow("no program kubelet/node-3");
  });

  test("takes no more watchers than room is kept for", () => {
    const watchers = processes()
      .filter((pid) => descendsFrom(pid, cluster.description.init))
      .flatMap(openFiles)
      .filter((file) => file === "anon_inode:inotify");
    expect(watchers.length).toBeGreaterThan(0);
    expect(watchers.length).toBeLessThanOrEqual(instancesOf(cluster.nodes.length));
  });

  test("a node's commands run in its namespaces", async () => {
    expect(await cluster.runIn("node-2", ["hostname"])).toBe("node-2\n");
    expect(await cluster.runIn("node-2", ["ip", "-brief", "address", "show", "eth0"])).toContain("198.18.0.12/24");
    expect(await cluster.runIn("node-2", ["ls", "/sys/class/net"])).toContain("flannel.1");
    expect(() => cluster.enter("node-3", ["true"])).toThrow("no place node-3");
  });

  test("what kubelet sets for a whole machine it sets in files of its node's own", async () => {
    const mounts = await cluster.runIn("node-1", ["cat", "/proc/self/mountinfo"]);
    for (const [setting, value] of [
      ["kernel/panic", "10"],
      ["kernel/panic_on_oops", "1"],
      ["vm/overcommit_memory", "1"],
    ] as const) {
      expect(mounts).toContain(` /proc/sys/${setting} `);
      expect((await cluster.runIn("node-1", ["cat", `/proc/sys/${setting}`])).trim()).toBe(value);
    }
  });
});

describe.runIf(unavailable === undefined)("ends", () => {
  const started: OwnCluster[] = [];
  const start = async (say?: (line: string) => void) => {
    const cluster = await startCluster({ nodes: 1 }, say);
    started.push(cluster);
    return cluster;
  };

  // A folder of clusters of its own: a start of someone else's on this machine removes what is left as well.
  const everyones = cacheFolder();
  beforeAll(async () => {
    await roomForClusters(1, 1, 1);
    const own = mkdtempSync(join(everyones, "test.part-"));
    for (const name of readdirSync(everyones).filter((one) => /^(?:components|seed|images)[^.]*$/.test(one))) {
      symlinkSync(join(everyones, name), join(own, name));
    }
    process.env[CACHE_VARIABLE] = own;
  }, CLUSTER_START_MS);
  afterAll(() => {
    rmSync(cacheFolder(), { recursive: true });
    process.env[CACHE_VARIABLE] = everyones;
  });

  afterEach(async () => {
    for (const cluster of started.splice(0)) await cluster.stop();
  });

  test("kill -9 of an owner ends its cluster alone; a later start and cluster:clean remove what is left", async () => {
    const [killed, other] = await Promise.all([start(), start()]);
    await createReady(killed, "load", podManifests({ name: "one", node: "node-1" }));
    const spaces = namespacesOf(killed);
    expect(namespacesInUse(spaces)).toEqual(spaces);
    // Elsewhere they would be no one's after the end. The cpu controller's root is the exception of cpu-cgroup.mjs.
    const cgroups = containerCgroups(killed);
    expect(cgroups.length).toBeGreaterThan(0);
    expect(cgroups.filter((path) => path !== "/" && !path.startsWith(`/${cgroupOf(killed.description.id)}/`))).toEqual([]);

    process.kill(killed.description.owner.pid, "SIGKILL");
    await until("the end of its processes", () => Promise.resolve(namespacesInUse(spaces).length === 0 ? true : undefined));
    expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(killed.description.id);
    expect(existsSync(killed.description.state)).toBe(true);
    expect(cgroupsOf(killed)).not.toEqual([]);

    const words: string[] = [];
    const third = await start((line) => words.push(line));
    expect(words.join("\n")).toContain(`removed what cluster ${killed.description.id} had left`);
    expect(existsSync(killed.description.state)).toBe(false);
    expect(cgroupsOf(killed)).toEqual([]);

    process.kill(third.description.owner.pid, "SIGKILL");
    await until("the end of its processes", () =>
      Promise.resolve(existsSync(`/proc/${String(third.description.init)}`) ? undefined : true),
    );
    expect(await run([process.execPath, CLEAN])).toContain(`cluster ${third.description.id}`);
    expect(existsSync(third.description.state)).toBe(false);
    expect(cgroupsOf(third)).toEqual([]);

    expect(await other.kubectl(["get", "nodes", "--output", "name"])).toBe("node/node-1\n");
  }, 240_000);

  test("a normal end leaves nothing", async () => {
    const cluster = await start();
    const spaces = namespacesOf(cluster);
    await cluster.stop();
    expect(namespacesInUse(spaces)).toEqual([]);
    expect(existsSync(cluster.description.state)).toBe(false);
    expect(cgroupsOf(cluster)).toEqual([]);
  });
});

describe("start", () => {
  test("a wrong flag is one sentence, and nothing is made", () => {
    const before = readdirSync(cacheFolder());
    const ended = spawnSync(process.execPath, [join(import.meta.dirname, "up.mjs"), "--network", "token-ring"], { encoding: "utf8" });
    expect(ended.status).toBe(1);
    expect(ended.stderr).toBe(
      "--network token-ring: one of gce, host-routes, flannel-vxlan, flannel-host-gw, ptp, macvlan, cilium-vxlan, cilium-native, kube-router, bird, none was expected.\n",
    );
    expect(readdirSync(cacheFolder())).toEqual(before);
  });

  test("flags that do not go together are one sentence", () => {
    expect(() => variantOf({ network: "cilium-native", proxy: "iptables" })).toThrow(
      "--proxy iptables: --network cilium-native takes the place of kube-proxy.",
    );
    expect(() => variantOf({ network: "bird", "dual-stack": true })).toThrow("--dual-stack: not with --network bird.");
    expect(variantOf({ network: "cilium-vxlan" })).toMatchObject({ proxy: "none" });
    expect(variantOf({ network: "gce", proxy: "none" })).toMatchObject({ proxy: "none" });
  });
});

/** Its network, mount and pid namespaces, nodes' and pods' included, as /proc/PID/ns names them. */
function namespacesOf({ description }: Cluster): string[] {
  const space = readlinkSync(`/proc/${String(description.init)}/ns/pid`);
  const inside = processes().filter((pid) => linkOf(pid, "pid") === space || descendsFrom(pid, description.init));
  return [...new Set(inside.flatMap((pid) => ["net", "mnt", "pid"].map((kind) => linkOf(pid, kind))))].filter((link) => link !== "").sort();
}

/** Those of them that a process is still in. */
function namespacesInUse(spaces: readonly string[]): string[] {
  const used = new Set(processes().flatMap((pid) => ["net", "mnt", "pid"].map((kind) => linkOf(pid, kind))));
  return spaces.filter((space) => used.has(space));
}

function processes(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

/** What its file descriptors are. */
function openFiles(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((name) => {
      try {
        return [readlinkSync(join(folder, name))];
      } catch {
        // Closed meanwhile.
        return [];
      }
    });
  } catch {
    return [];
  }
}

function linkOf(pid: string, kind: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    // It ended meanwhile.
    return "";
  }
}

/** Cgroups of all processes in pods: their pid namespaces are not the cluster's. */
function containerCgroups({ description }: Cluster): string[] {
  const space = linkOf(String(description.init), "pid");
  const pids = processes().filter((pid) => descendsFrom(pid, description.init) && linkOf(pid, "pid") !== space);
  return pids
    .flatMap((pid) => readFileSync(`/proc/${pid}/cgroup`, "utf8").trim().split("\n"))
    .map((line) => line.replace(/^\d+:[^:]*:/, ""));
}

/** Whether a process, a container's for example, descends from another. */
function descendsFrom(pid: string, ancestor: number): boolean {
  let at = pid;
  while (at !== "0" && at !== "") {
    if (at === String(ancestor)) return true;
    at = parentOf(at);
  }
  return false;
}

function parentOf(pid: string): string {
  try {
    return /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "";
  } catch {
    return "";
  }
}

function cgroupsOf({ description }: Cluster): string[] {
  const name = cgroupOf(description.id);
  return ["/sys/fs/cgroup", ...readdirSync("/sys/fs/cgroup").map((one) => join("/sys/fs/cgroup", one))]
    .map((one) => join(one, name))
    .filter((path) => existsSync(path));
}
