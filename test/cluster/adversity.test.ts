/** What `podwire cluster run` does where the cluster itself fails or refuses. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseRun } from "../../src/archive/run-file.js";
import type { Run } from "../../src/model/run.js";
import { ensureAgentImage } from "./agent-image.mjs";
import { type OwnCluster, startCluster } from "./fixture.js";
import { Kubeconfigs } from "./kubeconfigs.js";
import { objectList } from "./objects.js";
import { podProcesses, running } from "./pod-processes.js";
import { type Ended, endOf, podwire, said, startPodwire } from "./podwire.js";
import { CLUSTER_START_MS, roomForClusters } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";
import { wayTo } from "./way.js";

const unavailable = await clusterUnavailable();
const RUN_MS = 300_000;
const SHORT = ["--nodes", "node-1,node-2", "--paths", "pod-pod", "--metrics", "tcp,http", "--budget", "60s"] as const;
/** An API server that is upgraded is away for about so long. */
const AWAY_MS = 31_000;
/** Longer than an agent listens before it stops its load. */
const HELD_MS = 8_000;
const MANAGED = ["-l", "app.kubernetes.io/managed-by=podwire"] as const;

describe.skipIf(unavailable !== undefined)(`podwire cluster run in adversity (${unavailable ?? "two nodes"})`, () => {
  const folder = mkdtempSync(join(tmpdir(), "podwire-adversity-"));
  let cluster: OwnCluster;
  let kubeconfigs: Kubeconfigs;
  let before: readonly string[];

  beforeAll(async () => {
    await roomForClusters(2);
    cluster = await startCluster({ network: "flannel-host-gw", images: [await ensureAgentImage()] });
    kubeconfigs = new Kubeconfigs(cluster);
    for (const { name } of cluster.nodes)
      await cluster.kubectl(["wait", "--for=create", `lease/${name}`, "--namespace", "kube-node-lease", "--timeout=60s"]);
    before = await objectList(cluster);
  }, CLUSTER_START_MS);
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    kubeconfigs.remove();
    await cluster.stop();
  });

  const start = (...args: readonly string[]) => startPodwire({ folder, kubeconfig: cluster.kubeconfig }, ...args);
  const run = async (...args: readonly string[]): Promise<Ended> => podwire({ folder, kubeconfig: cluster.kubeconfig }, ...args);
  const read = (name: string): Run => parseRun(readFileSync(join(folder, name), "utf8"), name);

  test(
    "an admission policy and an admission webhook that refuse pods: the server's words, exit 1, nothing is left",
    async () => {
      const made = refusing();
      await cluster.kubectl(["apply", "--filename", "-"], JSON.stringify(made.policy));
      try {
        await expect
          .poll(async () => (await run("run", ...SHORT, "--budget", "5s")).stderr, { timeout: 60_000 })
          .toMatch(
            /cannot create pod podwire-\w+\/host-a: .*ValidatingAdmissionPolicy 'podwire-test'.*denied request: pods here need an owner/,
          );
        await cluster.kubectl(["delete", "--filename", "-"], JSON.stringify(made.policy));
        await cluster.kubectl(["apply", "--filename", "-"], JSON.stringify(made.webhook));
        await expect
          .poll(async () => run("run", ...SHORT, "--budget", "5s"), { timeout: 60_000 })
          .toMatchObject({
            code: 1,
            stderr: expect.stringMatching(
              /cannot create pod podwire-\w+\/host-a: .*failed calling webhook "pods\.podwire\.test"/,
            ) as string,
          });
      } finally {
        for (const objects of Object.values(made))
          await cluster.kubectl(["delete", "--ignore-not-found", "--filename", "-"], JSON.stringify(objects));
      }
      expect(await objectList(cluster)).toEqual(before);
    },
    RUN_MS,
  );

  test(
    "an API server that is away for half a minute while podwire measures: what was measured is kept, and nothing is left",
    async () => {
      const way = await wayTo(kubeconfigs.open().server);
      const child = startPodwire(
        { folder, kubeconfig: kubeconfigs.write({ cluster: { server: way.url } }) },
        "run",
        ...SHORT,
        "--out",
        "away.json",
      );
      const ended = endOf(child);
      await said(child, /measuring .*, round (?:[2-9]|\d\d)/);
      await way.cut();
      await delay(AWAY_MS);
      await way.mend();
      const { code, stderr } = await ended;
      expect(stderr).toMatch(/partial: the agent in pod \S+ on node node-\d has ended/);
      expect(stderr).toMatch(/namespace podwire-\w+ is deleted/);
      expect(code).toBe(1);
      expect(read("away.json").observations.length).toBeGreaterThan(0);
      expect(await objectList(cluster)).toEqual(before);
    },
    RUN_MS,
  );

  test.each([
    ["clients are resident", "latency.tcp.p50", "sockperf ping-pong"],
    ["trials run", "http", "ab -"],
    ["generators are resumed for slices", "pps", "trafgen "],
  ])(
    "nothing passes for some seconds while %s, as in a busy cluster: the run is whole, and so is its cell",
    async (_, metric, generator) => {
      const way = await wayTo(kubeconfigs.open().server);
      const kubeconfig = kubeconfigs.write({ cluster: { server: way.url } });
      const flags = ["--metrics", metric, "--budget", "30s", "--out", "held.json"];
      const child = startPodwire({ folder, kubeconfig }, "run", ...SHORT.slice(0, 4), ...flags);
      const ended = endOf(child);
      // By the process that loads: progress is printed too seldom for a run that is decided early.
      const loads = async () => (await podProcesses(cluster)).some((line) => running(generator).test(line));
      await expect.poll(loads, { timeout: 60_000, interval: 100 }).toBe(true);
      way.hold();
      await delay(HELD_MS);
      way.release();
      expect(await ended).toMatchObject({ code: 0, stderr: expect.not.stringContaining("partial") as string });
      expect(read("held.json").status).toBe("complete");
      expect(await objectList(cluster)).toEqual(before);
    },
    RUN_MS,
  );

  test(
    "a node that falls silent while podwire measures: it is given up, what was measured is kept, and nothing is left once it is back",
    async () => {
      const child = start("run", ...SHORT, "--budget", "120s", "--out", "silent.json");
      const ended = endOf(child);
      await said(child, /measuring .*, round (?:[2-9]|\d\d)/);
      await cluster.kill("kubelet", "node-2", "SIGSTOP");
      const terminating = async (): Promise<string> =>
        cluster.kubectl(["get", "namespaces", ...MANAGED, "-o", "jsonpath={.items[*].status.phase}"]);
      await expect.poll(terminating, { timeout: 120_000, interval: 500 }).toBe("Terminating");
      await cluster.kill("kubelet", "node-2", "SIGCONT");
      const { code, stderr } = await ended;
      expect(stderr).toMatch(/partial: the agent in pod podwire-\w+\/(?:host|pod)-b on node node-2 has not answered for 60 s/);
      expect(code).toBe(1);
      expect(read("silent.json").observations.length).toBeGreaterThan(0);
      await cluster.kubectl(["wait", "--for=condition=Ready", "node", "--all", "--timeout=120s"]);
      await run("clean");
      expect(await objectList(cluster)).toEqual(before);
    },
    RUN_MS,
  );
});

/** Objects by which the API server refuses podwire's pods: a policy of its own, and a webhook that no one answers. */
function refusing(): Readonly<Record<"policy" | "webhook", object>> {
  const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }];
  const namespaceSelector = { matchLabels: { "app.kubernetes.io/managed-by": "podwire" } };
  const version = "admissionregistration.k8s.io/v1";
  const metadata = { name: "podwire-test" };
  const list = (items: readonly object[]): object => ({ apiVersion: "v1", kind: "List", items });
  return {
    policy: list([
      {
        apiVersion: version,
        kind: "ValidatingAdmissionPolicy",
        metadata,
        spec: {
          failurePolicy: "Fail",
          matchConstraints: { resourceRules: rules, namespaceSelector },
          validations: [{ expression: "false", message: "pods here need an owner" }],
        },
      },
      {
        apiVersion: version,
        kind: "ValidatingAdmissionPolicyBinding",
        metadata,
        spec: { policyName: metadata.name, validationActions: ["Deny"] },
      },
    ]),
    webhook: list([
      {
        apiVersion: version,
        kind: "ValidatingWebhookConfiguration",
        metadata,
        webhooks: [
          {
            name: "pods.podwire.test",
            admissionReviewVersions: ["v1"],
            sideEffects: "None",
            failurePolicy: "Fail",
            timeoutSeconds: 2,
            clientConfig: { url: "https://127.0.0.1:9/deny" },
            rules,
            namespaceSelector,
          },
        ],
      },
    ]),
  };
}
