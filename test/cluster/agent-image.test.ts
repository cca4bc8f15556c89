import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realClock } from "../../src/machine/clock.js";
import { realProcesses } from "../../src/machine/processes.js";
import { AGENT_FOLDER, USER } from "../../src/venues/cluster/image/agent-layer.js";
import { agentImage } from "../../src/venues/cluster/objects/image-reference.js";
import { startPodAgent } from "../agent/pod-agents.js";
import { agentImageUnavailable, ensureAgentImage } from "./agent-image.mjs";
import type { Cluster } from "./fixture.js";
import { CLUSTER_START_MS, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";

const NAMESPACE = "agent-image";
const POD = "agent";
const unavailable = (await clusterUnavailable()) ?? agentImageUnavailable();

/** As strict as PodSecurity knows it, with what a read-only root leaves to write on. */
const MANIFEST = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: POD },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 20,
    securityContext: {
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
      sysctls: [{ name: "net.ipv4.ping_group_range", value: "0 2147483647" }],
    },
    containers: [
      {
        name: "agent",
        image: agentImage("0.1.0"),
        imagePullPolicy: "Never",
        securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        volumeMounts: [
          { name: "scratch", mountPath: "/run", subPath: "run" },
          { name: "scratch", mountPath: "/tmp", subPath: "tmp" },
        ],
      },
    ],
    volumes: [{ name: "scratch", emptyDir: { medium: "Memory" } }],
  },
};

describe.skipIf(unavailable !== undefined)(
  `the agent's image in a real cluster${unavailable === undefined ? "" : ` (${unavailable})`}`,
  () => {
    let cluster: Cluster;

    beforeAll(async () => {
      const tar = await ensureAgentImage();
      cluster = await sharedCluster({});
      await cluster.importImage(tar);
      await cluster.kubectl(["create", "namespace", NAMESPACE]);
      await cluster.kubectl(["label", "namespace", NAMESPACE, "pod-security.kubernetes.io/enforce=restricted"]);
      await cluster.kubectl(["wait", "--for=create", "serviceaccount/default", "--namespace", NAMESPACE, "--timeout=60s"]);
      await cluster.kubectl(["apply", "--namespace", NAMESPACE, "--filename", "-"], JSON.stringify(MANIFEST));
      await cluster.kubectl(["wait", "--for=condition=Ready", `pod/${POD}`, "--namespace", NAMESPACE, "--timeout=60s"]);
    }, CLUSTER_START_MS);
    afterAll(async () => {
      await cluster.kubectl(["delete", "namespace", NAMESPACE, "--wait=false", "--ignore-not-found"]);
    });

    const inPod = async (...argv: string[]): Promise<string> => cluster.kubectl(["exec", "--namespace", NAMESPACE, POD, "--", ...argv]);
    const startAgent = async () => {
      const kubectl = join(cluster.description.components, "kubectl");
      const exec = ["exec", "--stdin", "--namespace", NAMESPACE, POD, "--", "node", `/${AGENT_FOLDER}/pod.js`];
      const ground = { processes: realProcesses(process.env["PATH"]), clock: realClock };
      return startPodAgent(ground, [
        kubectl,
        "--kubeconfig",
        cluster.kubeconfig,
        "--cache-dir",
        join(cluster.description.state, "kubectl"),
        ...exec,
      ]);
    };

    test("runs as nobody in particular", async () => {
      expect(await inPod("id", "-u")).toBe(`${String(USER)}\n`);
      expect(await inPod("sh", "-c", "touch /opt/x 2>&1 || echo refused")).toContain("refused");
    });

    test.each([
      ["iperf3", "--version"],
      ["nginx", "-v"],
      ["ab", "-V"],
      ["sockperf", "--version"],
      ["trafgen", "--version"],
      ["ping", "-V"],
      ["ip", "-V"],
      ["ss", "-V"],
      ["tc", "-V"],
      ["bridge", "-V"],
      ["ethtool", "--version"],
      ["nft", "--version"],
      ["iptables-save", "--version"],
      ["iptables-legacy-save", "--version"],
      ["setpriv", "--version"],
      ["nsenter", "--version"],
      ["sysctl", "--version"],
      ["pgrep", "--version"],
    ])("has %s", async (...argv) => {
      // trafgen says its version and ends with 1.
      expect(await inPod("sh", "-c", `${argv.join(" ")} 2>&1 || true`)).toMatch(/\d+\.\d+|iproute2-\d|iputils \d/);
    });

    test("pings without any right", async () => {
      expect(await inPod("ping", "-n", "-c", "1", "-w", "5", "198.18.0.1")).toContain("1 received");
    });

    test("the agent inside says what it is and carries orders out", async () => {
      const agent = await startAgent();
      try {
        const facts = await agent.order<"facts">({ kind: "facts" });
        expect(facts).toMatchObject({ user: USER, capabilities: "0000000000000000", congestionControl: expect.any(String) as unknown });
        const outcome = await agent.order<"run">({ kind: "run", argv: ["sh", "-c", "mktemp && node --version"], timeout: 10_000 });
        expect(outcome.stdout).toMatch(/^\/run\/podwire\/agent-\d+\/\S+\nv18\./);
      } finally {
        await agent.close();
      }
    });

    test("an HTTP request is served inside as the probe does it", async () => {
      const agent = await startAgent();
      try {
        const conf =
          "daemon off;\nuser root;\nworker_processes 1;\npid nginx.pid;\nevents {}\nhttp { access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s; server { listen 8080; location / { root .; index index.html; } } }\n";
        await agent.order<"spawn">({
          kind: "spawn",
          argv: ["nginx", "-e", "stderr", "-p", "{files}/", "-c", "nginx.conf"],
          timeout: 60_000,
          files: { "nginx.conf": conf, "index.html": "hello\n" },
          collect: [],
          watch: [],
        });
        const ask = async (): Promise<string> =>
          (await agent.order<"run">({ kind: "run", argv: ["ab", "-q", "-n", "10", "http://127.0.0.1:8080/"], timeout: 10_000 })).stdout;
        await expect.poll(ask, { timeout: 10_000 }).toMatch(/Complete requests:\s+10\b/);
      } finally {
        await agent.close();
      }
    });

    test("after the stream is cut nothing of the agent's is left", async () => {
      const agent = await startAgent();
      await agent.order<"spawn">({ kind: "spawn", argv: ["sleep", "4242"], timeout: 600_000, files: {}, collect: [], watch: [] });
      const looking = async (): Promise<string> => inPod("sh", "-c", "pgrep -f 'sleep 424[2]' || echo none");
      expect(await looking()).toMatch(/^\d+\n$/);
      process.kill(agent.pid ?? 0, "SIGKILL");
      await agent.ended;
      await expect.poll(looking, { timeout: 20_000 }).toBe("none\n");
    });

    test("a pod that is asked to end does so, and does not wait for its grace period", async () => {
      const since = realClock.monotonic();
      await cluster.kubectl(["delete", "pod", POD, "--namespace", NAMESPACE, "--wait=true"]);
      // Twenty seconds of grace: whoever ignores SIGTERM takes them all.
      expect(realClock.monotonic() - since).toBeLessThan(18_000);
    });
  },
);
