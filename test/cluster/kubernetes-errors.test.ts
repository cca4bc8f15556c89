import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Kubernetes, KubernetesError, type KubernetesObject, type KubernetesProblem } from "../../src/machine/kubernetes/port.js";
import { CONFIG_MAPS, NAMESPACES, NODES, PODS } from "../../src/venues/cluster/objects/resources.js";
import { run } from "./child.mjs";
import type { Cluster } from "./fixture.js";
import { type Changes, Kubeconfigs, tokenOf } from "./kubeconfigs.js";
import { CLUSTER_START_MS, sharedCluster } from "./shared.js";
import { clusterUnavailable } from "./unavailable.js";
import { wayTo } from "./way.js";

const unavailable = await clusterUnavailable();

describe.skipIf(unavailable !== undefined)(`errors (${unavailable ?? "of a real API server"})`, () => {
  let cluster: Cluster;
  let kubeconfigs: Kubeconfigs;
  let kubernetes: Kubernetes;
  const namespaces: string[] = [];

  beforeAll(async () => {
    cluster = await sharedCluster({ network: "flannel-vxlan" });
    kubeconfigs = new Kubeconfigs(cluster);
    kubernetes = kubeconfigs.open();
  }, CLUSTER_START_MS);

  afterAll(async () => {
    kubeconfigs.remove();
    const policies = [
      "validatingadmissionpolicy/no-pods",
      "validatingadmissionpolicybinding/no-pods",
      "validatingwebhookconfiguration/hook",
    ];
    await cluster.kubectl(["delete", "--ignore-not-found", ...policies]);
    await cluster.kubectl(["delete", "namespace", "--ignore-not-found", ...namespaces]);
  });

  async function errorOf(action: () => Promise<unknown>): Promise<KubernetesError> {
    try {
      await action();
    } catch (error) {
      if (error instanceof KubernetesError) return error;
      throw error;
    }
    throw new Error("it was not refused");
  }

  async function namespace(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
    namespaces.push(name);
    await kubernetes.create(NAMESPACES, { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
  }

  const pod = (space: string, more: object = {}): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { namespace: space, name: "pod-a" },
    spec: { containers: [{ name: "agent", image: "localhost/none" }], ...more },
  });

  const apply = async (object: object): Promise<unknown> => cluster.kubectl(["apply", "--filename", "-"], JSON.stringify(object));

  async function opened(changes: Changes): Promise<KubernetesError> {
    return errorOf(async () => kubeconfigs.open(changes).version());
  }

  test("an account without rights: which verb on what, and the role that suffices", async () => {
    await namespace("few-rights");
    await cluster.kubectl(["create", "serviceaccount", "nobody", "--namespace", "few-rights"]);
    const nobody = kubeconfigs.open({ user: { token: await tokenOf(cluster, "few-rights", "nobody") } });
    const { message, failure } = await errorOf(async () => nobody.create(PODS, pod("few-rights")));
    expect(failure).toMatchObject({ problem: "forbidden", status: 403, reason: "Forbidden" });
    expect(message).toBe(
      'cannot create pod few-rights/pod-a: pods is forbidden: User "system:serviceaccount:few-rights:nobody" cannot create resource "pods" in API group "" in the namespace "few-rights"; `podwire cluster rbac` prints a role that suffices',
    );
    const exec = await nobody.exec({ namespace: "few-rights", pod: "pod-a", container: "agent", argv: ["true"] }, () => undefined).ended;
    expect(exec.refusal?.failure.words).toContain('cannot get resource "pods/exec"');
    const list = async (): Promise<void> => {
      for await (const node of nobody.list(NODES)) throw new Error(`it saw ${node.metadata.name}`);
    };
    expect((await errorOf(list)).message).toMatch(/^cannot list nodes: nodes is forbidden: /);
    expect(await nobody.allowed({ verb: "create", group: "", resource: "pods", namespace: "few-rights" })).toMatchObject({
      allowed: false,
    });
  });

  test("a quota that is used up, and a limit that is passed", async () => {
    await namespace("quota");
    const limits = { apiVersion: "v1", kind: "LimitRange", metadata: { name: "limits", namespace: "quota" } };
    await apply({ ...limits, spec: { limits: [{ type: "Container", max: { cpu: "100m" } }] } });
    const large = { containers: [{ name: "agent", image: "x", resources: { limits: { cpu: "1" } } }] };
    expect((await errorOf(async () => kubernetes.create(PODS, pod("quota", large)))).problem).toBe("admission");
    // The one that every namespace gets is what the quota counts; a controller makes it.
    await cluster.kubectl(["wait", "--for=create", "configmap/kube-root-ca.crt", "--namespace", "quota", "--timeout=60s"]);
    const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "small", namespace: "quota" } };
    await apply({ ...quota, spec: { hard: { "count/configmaps": "1" } } });
    const full = await eventually(async () =>
      errorOf(async () =>
        kubernetes.create(CONFIG_MAPS, { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "quota", name: "b" } }),
      ),
    );
    expect(full.problem).toBe("quota");
    expect(full.message).toMatch(
      /^cannot create configmap quota\/b: configmaps "b" is forbidden: exceeded quota: small, requested: count\/configmaps=1, used: count\/configmaps=1, limited: count\/configmaps=1; ask for a larger quota/,
    );
  });

  /** A quota counts from the moment on at which its controller has looked. */
  async function eventually(error: () => Promise<KubernetesError>): Promise<KubernetesError> {
    for (;;) {
      const { failure } = await error();
      if (!failure.words.includes("status unknown")) return new KubernetesError(failure);
    }
  }

  test("PodSecurity that does not admit the host's network", async () => {
    await namespace("strict", { "pod-security.kubernetes.io/enforce": "baseline" });
    const { problem, message } = await errorOf(async () => kubernetes.create(PODS, pod("strict", { hostNetwork: true })));
    expect(problem).toBe("pod security");
    expect(message).toBe(
      'cannot create pod strict/pod-a: pods "pod-a" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true); label the namespace pod-security.kubernetes.io/enforce=privileged, or measure without host-network pods (--no-host)',
    );
  });

  test("a policy and a webhook that refuse", async () => {
    await namespace("policed", { policed: "yes" });
    const resourceRules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }];
    const policy = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingAdmissionPolicy", metadata: { name: "no-pods" } };
    await apply({
      ...policy,
      spec: { matchConstraints: { resourceRules }, validations: [{ expression: "false", message: "no pods here" }] },
    });
    const binding = { ...policy, kind: "ValidatingAdmissionPolicyBinding" };
    const matchResources = { namespaceSelector: { matchLabels: { policed: "yes" } } };
    await apply({ ...binding, spec: { policyName: "no-pods", validationActions: ["Deny"], matchResources } });
    await refusedWith("policed", "no pods here");

    await namespace("hooked", { hooked: "yes" });
    const webhook = {
      name: "hook.example.com",
      clientConfig: { url: "https://127.0.0.1:1/hook" },
      rules: resourceRules,
      namespaceSelector: { matchLabels: { hooked: "yes" } },
      admissionReviewVersions: ["v1"],
      sideEffects: "None",
      timeoutSeconds: 1,
    };
    await apply({ ...policy, kind: "ValidatingWebhookConfiguration", metadata: { name: "hook" }, webhooks: [webhook] });
    await refusedWith("hooked", 'failed calling webhook "hook.example.com"');
  });

  /** What admits is read by the API server a moment after it was made: until then the pod is there, and goes again. */
  async function refusedWith(space: string, words: string): Promise<void> {
    for (;;) {
      const result = await kubernetes.create(PODS, pod(space)).catch((error: unknown) => error);
      if (result instanceof KubernetesError) {
        expect(result.problem).toBe("admission");
        expect(result.failure.words).toContain(words);
        return;
      }
      await kubernetes.remove({ ...PODS, namespace: space, name: "pod-a" }, { graceSeconds: 0 });
    }
  }

  test("what exists already, what is not there, and what is on its way out", async () => {
    await namespace("going");
    expect((await errorOf(async () => namespace("going"))).message).toMatch(
      /^cannot create namespace going: namespaces "going" already exists; /,
    );
    expect(await kubernetes.get({ ...NAMESPACES, name: "never-there" })).toBeUndefined();
    await kubernetes.remove({ ...NAMESPACES, name: "never-there" });
    expect((await errorOf(async () => kubernetes.create(PODS, pod("never-there")))).problem).toBe("not found");

    const kept = { metadata: { namespace: "going", name: "kept", finalizers: ["test.example.com/wait"] } };
    await apply({ apiVersion: "v1", kind: "ConfigMap", ...kept });
    await kubernetes.remove({ ...NAMESPACES, name: "going" });
    // A second deletion is none.
    await kubernetes.remove({ ...NAMESPACES, name: "going" });
    expect((await errorOf(async () => kubernetes.create(PODS, pod("going")))).problem).toBe("terminating");
    await cluster.kubectl([
      "patch",
      "configmap",
      "kept",
      "--namespace",
      "going",
      "--type=merge",
      "--patch",
      '{"metadata":{"finalizers":null}}',
    ]);
  });

  test("an object that took over a name is not deleted in place of the other", async () => {
    await namespace("renamed");
    const map = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "renamed", name: "map" } };
    const ref = { ...CONFIG_MAPS, namespace: "renamed", name: "map" };
    const first = await kubernetes.create(CONFIG_MAPS, map);
    await kubernetes.remove(ref);
    await kubernetes.create(CONFIG_MAPS, map);
    await kubernetes.remove(ref, { uid: first.metadata.uid ?? "" });
    expect(await kubernetes.get(ref)).toBeDefined();
  });

  test.each<[what: string, changes: Changes, problem: KubernetesProblem, words: RegExp]>([
    [
      "nobody listens",
      { cluster: { server: "https://127.0.0.1:1" } },
      "unreachable",
      /https:\/\/127\.0\.0\.1:1: connection refused; check that the cluster is up/,
    ],
    [
      "a name that is none",
      { cluster: { server: "https://podwire.invalid" } },
      "unreachable",
      /its name is not known to DNS|DNS does not answer/,
    ],
    [
      "another authority",
      { cluster: { "certificate-authority": undefined, "certificate-authority-data": undefined } },
      "untrusted",
      /certificate.*; check certificate-authority in the kubeconfig/,
    ],
    ["another name", { cluster: { "tls-server-name": "other.example" } }, "untrusted", /other\.example/],
    ["a token that is none", { user: { token: "nonsense" } }, "unauthorized", /Unauthorized; log in again/],
    [
      "a plugin that is missing",
      { user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "no-such-plugin" } } },
      "no credentials",
      /the credential plugin no-such-plugin failed: spawn no-such-plugin ENOENT; run `no-such-plugin` by hand, or log in again/,
    ],
    [
      "a plugin that fails",
      { user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "ls", args: ["/no-such-file"] } } },
      "no credentials",
      /the credential plugin ls failed: ls: cannot access '\/no-such-file'/,
    ],
    [
      "a plugin that says nonsense",
      { user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "echo", args: ["hello"] } } },
      "no credentials",
      /the credential plugin echo failed: /,
    ],
    [
      "a certificate file that is missing",
      { user: { "client-certificate": "/no-such-file", "client-key": "/no-such-file" } },
      "no credentials",
      /ENOENT/,
    ],
  ])("%s", async (_what, changes, problem, words) => {
    const error = await opened(changes);
    expect(error.message).toMatch(words);
    expect(error.problem).toBe(problem);
    expect(error.message).toMatch(/^cannot ask the API server's version: /);
  });

  test("credentials that expired say when", async () => {
    const [key, certificate] = [kubeconfigs.beside("expired.key"), kubeconfigs.beside("expired.crt")];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const request = await run(["openssl", "req", ...curve, "-keyout", key, "-subj", "/CN=late"]);
    const pki = join(cluster.description.state, "pki");
    const authority = ["-CA", join(pki, "ca.crt"), "-CAkey", join(pki, "ca.key"), "-set_serial", "4711"];
    writeFileSync(certificate, await run(["openssl", "x509", "-req", ...authority, "-days", "0"], { input: request }));
    const late = await opened({ user: { "client-certificate": certificate, "client-key": key } });
    expect(late.problem).toBe("unauthorized");
    expect(late.message).toMatch(/Unauthorized \(the client certificate expired on \d{4}-.*\); log in again/);
    const claims = Buffer.from(JSON.stringify({ exp: 1_000_000_000 })).toString("base64url");
    const old = await opened({ user: { token: `e30.${claims}.c2ln` } });
    expect(old.message).toContain("Unauthorized (the token expired on 2001-09-09T01:46:40.000Z); log in again");
  });

  test("something that is no API server", async () => {
    const { createServer } = await import("node:http");
    const server = createServer((_request, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const error = await opened({ cluster: { server: `http://127.0.0.1:${String(port)}`, "insecure-skip-tls-verify": true } });
    server.close();
    expect(error.message).toMatch(/the answer is not JSON: is this a Kubernetes API server\?/);
  });

  test("an API server that is away meanwhile is waited for", async () => {
    await namespace("away");
    const way = await wayTo(kubernetes.server);
    const said: string[] = [];
    const waiting = kubeconfigs.open({ cluster: { server: way.url } }, { onWait: (sentence) => said.push(sentence) });
    await waiting.version();
    await cluster.kill("kube-apiserver");
    const created = waiting.create(CONFIG_MAPS, {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { namespace: "away", name: "late", labels: { run: "a" } },
    });
    await cluster.restart("kube-apiserver");
    expect((await created).metadata.uid).toBeDefined();
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^the API server does not answer as it should, and is waited for: cannot create configmap away\/late: /);
    await way.cut();
  });
});
