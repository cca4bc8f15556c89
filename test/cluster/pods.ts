/**
 * Small pods for tests, of the busybox image that every node of the fixture has.
 */
import type { Cluster } from "./fixture.js";
import { BUSYBOX_IMAGE } from "./images.mjs";

const HTTP_PORT = 80;
/** What a server's page says, and its length in bytes. */
export const PAGE = "hello from the other pod\n";

interface PodWish {
  readonly name: string;
  readonly node: string;
  /** Serves PAGE on port 80 behind a Service of the same name. */
  readonly serves?: boolean;
}

/** A pod, and with `serves` its Service. The server's first process is a shell, which ignores SIGTERM: hence the short grace. */
export function podManifests({ name, node, serves = false }: PodWish): object[] {
  const labels = { app: name };
  const server = ["sh", "-c", `printf '${PAGE.replace("\n", "\\n")}' >/www/index.html; exec httpd -f -p ${String(HTTP_PORT)} -h /www`];
  const container = { name: "main", image: BUSYBOX_IMAGE, imagePullPolicy: "Never", ...(serves ? { command: server } : {}) };
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels },
    spec: { nodeName: node, terminationGracePeriodSeconds: 0, containers: [container] },
  };
  if (!serves) return [pod];
  const service = { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { selector: labels, ports: [{ port: HTTP_PORT }] } };
  return [pod, service];
}

/** Creates objects in a namespace of their own, and waits until all pods in it are ready. */
export async function createReady(cluster: Cluster, namespace: string, objects: readonly object[]): Promise<void> {
  await cluster.kubectl(["create", "namespace", namespace]);
  await cluster.kubectl(["wait", "--for=create", "serviceaccount/default", "--namespace", namespace, "--timeout=60s"]);
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  await cluster.kubectl(["apply", "--namespace", namespace, "--filename", "-"], list);
  await cluster.kubectl(["wait", "--for=condition=Ready", "pod", "--all", "--namespace", namespace, "--timeout=180s"]);
}

/** The page of a server at an address, asked for from inside a pod. (busybox-static's wget crashes where there is no libc for its look-ups.) */
export async function pageFrom(cluster: Cluster, namespace: string, pod: string, address: string): Promise<string> {
  const request = ["nc", "-w", "5", address, String(HTTP_PORT)];
  const argv = ["exec", "--stdin", "--namespace", namespace, pod, "--", ...request];
  const answer = await cluster.kubectl(argv, "GET / HTTP/1.0\r\n\r\n");
  return answer.split("\r\n\r\n").slice(1).join("");
}
