/**
 * Kubeconfigs for tests: the administrator's, changed.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { realClock } from "../../src/machine/clock.js";
import { openKubernetes } from "../../src/machine/kubernetes/open.js";
import type { Kubernetes, KubernetesOptions } from "../../src/machine/kubernetes/port.js";
import type { Cluster } from "./fixture.js";

type Fields = Readonly<Record<string, unknown>>;

/** What differs from the administrator's kubeconfig. An absent part stays. */
export interface Changes {
  /** Added to the cluster's entry, or taking the place of what stands there. */
  readonly cluster?: Fields;
  /** Instead of the administrator's credentials. */
  readonly user?: Fields;
  /** Beside the administrator's credentials. */
  readonly impersonate?: string;
}

/** Kubeconfig files in a folder of their own. */
export class Kubeconfigs {
  readonly #folder = mkdtempSync(join(tmpdir(), "podwire-kubeconfigs-"));
  #count = 0;

  constructor(readonly cluster: Cluster) {}

  /** Writes a file; gives its path. */
  write(changes: Changes): string {
    const admin = parse(readFileSync(this.cluster.kubeconfig, "utf8")) as {
      readonly clusters: readonly [{ readonly cluster: Fields }];
      readonly users: readonly [{ readonly user: Fields }];
    };
    const user = changes.user ?? { ...admin.users[0].user, ...(changes.impersonate === undefined ? {} : { as: changes.impersonate }) };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "test",
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      clusters: [{ name: "test", cluster: { ...admin.clusters[0].cluster, ...changes.cluster } }],
      users: [{ name: "test", user }],
    };
    this.#count += 1;
    const path = join(this.#folder, `${String(this.#count)}.kubeconfig`);
    writeFileSync(path, stringify(config));
    return path;
  }

  /** Opens the cluster so. */
  open(changes: Changes = {}, options: Omit<KubernetesOptions, "kubeconfig"> = {}): Kubernetes {
    return openKubernetes({ ...options, kubeconfig: this.write(changes) }, { clock: realClock, environment: {} });
  }

  /** A file beside the kubeconfigs. */
  beside(name: string): string {
    return join(this.#folder, name);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** The token of a service account. */
export async function tokenOf(cluster: Cluster, namespace: string, account: string): Promise<string> {
  return (await cluster.kubectl(["create", "token", account, "--namespace", namespace])).trim();
}
