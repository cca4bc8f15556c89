import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { handClock } from "../../../test/synthetic/hand-clock.js";
import { openKubernetes } from "./open.js";
import type { Kubernetes, KubernetesObject } from "./port.js";

/**
 * What the real API server (test/cluster) cannot be made to do at a given moment: to lose an answer after the deed, and to forget its history
 * between two requests. The bodies are those of Kubernetes 1.34.
 */
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let folder: string;
let kubernetes: Kubernetes;
let asked: string[];
let answers: Answer[];

beforeEach(async () => {
  asked = [];
  answers = [];
  server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    const answer = answers.shift();
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  folder = mkdtempSync(join(tmpdir(), "podwire-open-"));
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${String(port)}`, "insecure-skip-tls-verify": true } }],
      users: [{ name: "u", user: {} }],
    }),
  );
  kubernetes = openKubernetes({ kubeconfig }, { clock: handClock(), environment: {} });
  answers.push(saying({ gitVersion: "v1.34.4", platform: "linux/amd64" }));
  await kubernetes.version();
  asked = [];
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const saying =
  (body: unknown, status = 200): Answer =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
  };

const hangingUp: Answer = (request) => {
  request.socket.destroy();
};

const stayingOpen: Answer = (_request, response) => {
  response.writeHead(200).flushHeaders();
};

const status = (code: number, reason: string, message: string, metadata: object = {}): object => ({
  kind: "Status",
  apiVersion: "v1",
  metadata,
  status: "Failure",
  message,
  reason,
  code,
});

const MAPS = { apiVersion: "v1", kind: "ConfigMap", plural: "configmaps" };
const map = (name: string, resourceVersion: string, run = "a"): KubernetesObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "bench", name, uid: `uid-${name}`, resourceVersion, labels: { "podwire.dev/run": run } },
});

test("what was created although the answer was lost is taken for created, when it is this run's", async () => {
  const exists = status(409, "AlreadyExists", 'configmaps "m" already exists');
  answers = [hangingUp, saying(exists, 409), saying(map("m", "7"))];
  expect((await kubernetes.create(MAPS, map("m", ""))).metadata.resourceVersion).toBe("7");
  answers = [hangingUp, saying(exists, 409), saying(map("m", "7", "another"))];
  await expect(kubernetes.create(MAPS, map("m", ""))).rejects.toThrow('configmaps "m" already exists');
  answers = [saying(exists, 409)];
  await expect(kubernetes.create(MAPS, map("m", ""))).rejects.toThrow('configmaps "m" already exists');
});

test("a list whose history was forgotten goes on at the position that the server names", async () => {
  const tooOld = status(410, "Expired", "The provided continue parameter is too old", { continue: "inconsistent" });
  answers = [
    saying({ kind: "ConfigMapList", metadata: { resourceVersion: "5", continue: "first" }, items: [map("a", "1")] }),
    saying(tooOld, 410),
    saying({ kind: "ConfigMapList", metadata: { resourceVersion: "9" }, items: [map("b", "2")] }),
  ];
  const names: string[] = [];
  for await (const { metadata } of kubernetes.list({ ...MAPS, namespace: "bench" })) names.push(metadata.name);
  expect(names).toEqual(["a", "b"]);
  expect(asked).toEqual([
    "GET /api/v1/namespaces/bench/configmaps?limit=500",
    "GET /api/v1/namespaces/bench/configmaps?limit=500&continue=first",
    "GET /api/v1/namespaces/bench/configmaps?limit=500&continue=inconsistent",
  ]);
});

test("a watch whose history was forgotten lists again, and misses no deletion", async () => {
  const listOf = (version: string, ...items: readonly KubernetesObject[]): Answer =>
    saying({ kind: "ConfigMapList", metadata: { resourceVersion: version }, items });
  const expired = { type: "ERROR", object: status(410, "Expired", "too old resource version: 5 (9)") };
  answers = [
    listOf("5", map("a", "1"), map("b", "2")),
    saying({ type: "MODIFIED", object: map("a", "6") }),
    listOf("7", map("a", "6"), map("b", "2")),
    saying(expired),
    listOf("9", map("a", "8"), map("c", "9")),
    stayingOpen,
  ];
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const { type, object } of kubernetes.watch({ ...MAPS, namespace: "bench" }, stop.signal)) {
    seen.push(`${type} ${object.metadata.name} ${object.metadata.resourceVersion ?? ""}`);
    if (seen.length === 6) stop.abort();
  }
  expect(seen).toEqual(["added a 1", "added b 2", "modified a 6", "modified a 8", "added c 9", "deleted b 2"]);
  expect(asked.filter((line) => line.includes("watch=true")).map((line) => /resourceVersion=(\d+)/.exec(line)?.[1])).toEqual(["5", "7"]);
});
