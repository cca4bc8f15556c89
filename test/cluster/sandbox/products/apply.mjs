/**
 * Manifests, as an administrator applies them; and the wait until what they start is there.
 */
import { join } from "node:path";
import { run } from "../../child.mjs";
import { until } from "../api.mjs";

/**
 * @param {import("../settings.mjs").Settings} settings
 * @param {string} manifests YAML documents, or JSON
 */
export async function apply({ components, pki, state }, manifests) {
  const flags = ["--kubeconfig", join(pki, "admin.kubeconfig"), "--cache-dir", join(state, "kubectl-cache")];
  await run([join(components, "kubectl"), ...flags, "apply", "--filename", "-"], { input: manifests });
}

/** Longer than an image of half a gigabyte takes on a busy machine. */
const PATIENCE_S = 300;

/** @typedef {{ status?: { desiredNumberScheduled?: number, numberReady?: number } }} DaemonSet */

/**
 * Resolves when a DaemonSet's pods are ready on every node.
 * @param {import("../api.mjs").Api} api
 * @param {string} name in kube-system
 * @param {number} nodes
 */
export async function daemonSetReady(api, name, nodes) {
  await until(
    `the pods of ${name} to be ready`,
    async () => {
      const { status } = /** @type {DaemonSet} */ (await api.send("GET", `/apis/apps/v1/namespaces/kube-system/daemonsets/${name}`));
      return status?.numberReady === nodes ? true : undefined;
    },
    PATIENCE_S,
  );
}
