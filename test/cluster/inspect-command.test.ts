/** `podwire cluster inspect` as it is called: what it prints, what it creates meanwhile, and what it leaves: nothing. */
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Inspection, inspectionSchema } from "../../src/model/inspection.js";
import { unexpectedProblems } from "../products/told.js";
import { agentImageUnavailable, ensureAgentImage } from "./agent-image.mjs";
import type { Cluster } from "./fixture.js";
import { CLUSTER_START_MS, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const PODWIRE = fileURLToPath(new URL("../../bin/podwire", import.meta.url));
const OTHERS = "inspect-others";
const unavailable = (await clusterUnavailable()) ?? agentImageUnavailable();

describe.skipIf(unavailable !== undefined)(`podwire cluster inspect${unavailable === undefined ? "" : ` (${unavailable})`}`, () => {
  let cluster: Cluster;
  let namespaces: string;

  beforeAll(async () => {
    const tar = await ensureAgentImage();
    cluster = await sharedCluster({ network: "flannel-vxlan" });
    await cluster.importImage(tar);
    await cluster.kubectl(["create", "namespace", OTHERS]);
    namespaces = await own();
  }, CLUSTER_START_MS);
  afterAll(async () => {
    await cluster.kubectl(["delete", "namespace", OTHERS, "--wait=false", "--ignore-not-found"]);
  });

  /** What podwire made, in any namespace. */
  const own = async (): Promise<string> =>
    cluster.kubectl([
      "get",
      "namespaces,pods,services",
      "--all-namespaces",
      "--selector",
      "app.kubernetes.io/managed-by=podwire",
      "--output",
      "name",
    ]);

  const inspect = async (...flags: readonly string[]) => {
    const { exitCode, stdout, stderr } = await execa(PODWIRE, ["cluster", "inspect", "--kubeconfig", cluster.kubeconfig, ...flags], {
      reject: false,
    });
    return { exitCode, out: stdout, err: stderr };
  };
  const inspected = (out: string): Inspection => inspectionSchema.parse((JSON.parse(out) as { inspection: unknown }).inspection);

  test("tells from the API alone what it can, and nothing else on standard output", async () => {
    const { exitCode, out, err } = await inspect("--json");
    expect([exitCode, err]).toEqual([0, ""]);
    expect(inspected(out)).toMatchObject({ cni: "flannel", mode: "unknown", kubeProxy: "unknown" });
  });

  test("with pods tells all of it, and leaves nothing", async () => {
    const { exitCode, out, err } = await inspect("--pods", "--json");
    expect(exitCode, err).toBe(0);
    expect(inspected(out)).toMatchObject({
      cni: "flannel",
      mode: "flannel-vxlan",
      kubeProxy: "iptables",
      mtu: { pod: 1450, host: 1500, overhead: 50 },
      podRoutes: { by: "tunnel", via: "flannel.1" },
    });
    expect(err).toMatch(/namespace podwire-\w+ is deleted/);
    expect(await own()).toBe(namespaces);
  });

  test("with a privileged look reads both nodes, in a namespace of someone else too, and leaves nothing", async () => {
    const { exitCode, out, err } = await inspect("--deep", "--namespace", OTHERS, "--json");
    expect(exitCode, err).toBe(0);
    const { deep = [] } = inspected(out);
    expect(deep.map(({ node }) => node)).toEqual(["node-1", "node-2"]);
    for (const { facts, problems } of deep) {
      expect(unexpectedProblems(problems, [])).toEqual([]);
      const topics = new Set(facts.map(({ topic }) => topic));
      expect([...topics]).toEqual(
        expect.arrayContaining(["datapath", "ruleset", "sysctl", "offload", "qdisc", "rps", "conntrack", "drops"]),
      );
    }
    expect(await own()).toBe(namespaces);
  });

  test("without pods on the host network says what it cannot tell then", async () => {
    const { exitCode, out } = await inspect("--pods", "--no-host", "--json");
    const { mode, kubeProxy, mtu, unknown } = inspected(out);
    expect([exitCode, mode, kubeProxy, mtu.pod]).toEqual([0, "unknown", "unknown", 1450]);
    expect(unknown.map(({ claim }) => claim)).toEqual(expect.arrayContaining(["mode", "kubeProxy", "podRoutes", "mtu.host"]));
  });

  test("masks names and addresses when asked to", async () => {
    const { out } = await inspect("--markdown", "--anonymize");
    expect(out).toContain("flannel");
    expect(out).not.toMatch(/node-[12]\b/);
  });

  test("says in one line why a privileged pod is not admitted, and leaves nothing", async () => {
    await cluster.kubectl(["label", "namespace", OTHERS, "pod-security.kubernetes.io/enforce=baseline", "--overwrite"]);
    const { exitCode, out, err } = await inspect("--deep", "--namespace", OTHERS);
    await cluster.kubectl(["label", "namespace", OTHERS, "pod-security.kubernetes.io/enforce-"]);
    expect([exitCode, out]).toEqual([1, ""]);
    expect(err).toMatch(/violates PodSecurity/);
    expect(await own()).toBe(namespaces);
  });

  test("refuses what cannot be, before anything is asked", async () => {
    const { exitCode, err } = await inspect("--deep", "--no-host");
    expect([exitCode, err]).toEqual([2, expect.stringContaining("--no-host forbids that")]);
  });
});
