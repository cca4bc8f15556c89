/**
 * A cluster without a pod network in which rendered documents are tried: what is written on its nodes and started there.
 * @packageDocumentation
 */
import { join } from "node:path";
import type { OwnCluster } from "../fixture.js";
import { startCluster } from "../fixture.js";
import { roomForClusters } from "../shared.js";
import { FLANNEL_RIGHTS } from "./flannel-rights.js";
import { type Started, startIn } from "./started.js";

/** Where most is tried. */
export const NODE = "node-1";

/** A cluster of two nodes, with what a test started in it. */
export class RenderCluster {
  readonly #running: Started[] = [];

  private constructor(
    readonly cluster: OwnCluster,
    /** The nodes as `kubectl get nodes -o json` prints them. */
    readonly nodes: string,
  ) {}

  static async start(): Promise<RenderCluster> {
    await roomForClusters(2);
    const cluster = await startCluster({ network: "none", nodes: 2 });
    try {
      await cluster.kubectl(["wait", "--for=jsonpath={.spec.podCIDR}", "nodes", "--all", "--timeout=60s"]);
      await cluster.kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: FLANNEL_RIGHTS }));
      return new RenderCluster(cluster, await cluster.kubectl(["get", "nodes", "-o", "json"]));
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#running.map((started) => started.stop()));
    await this.cluster.stop();
  }

  /** The path of a program. */
  component(name: string): string {
    return join(this.cluster.description.components, name);
  }

  /** The path of a kubeconfig. */
  identity(name: string): string {
    return join(this.cluster.description.state, "pki", `${name}.kubeconfig`);
  }

  /** Writes a file in a place. */
  async put(place: string, path: string, text: string): Promise<void> {
    await this.cluster.runIn(place, ["dd", `of=${path}`, "status=none"], text);
  }

  /** A file's text once it fits; undefined where the program that is to write it ends without it. */
  async untilRead(place: string, path: string, fits: RegExp, writer: Started): Promise<string | undefined> {
    for (;;) {
      const ended = writer.hasEnded();
      const text = await this.cluster.runIn(place, ["cat", path]).catch(() => "");
      if (fits.test(text)) return text;
      if (ended) return undefined;
    }
  }

  /** Starts a program in a place; it is ended with the cluster at the latest. */
  begin(place: string, argv: readonly string[], environment: Readonly<Record<string, string>> = {}): Started {
    const started = startIn(this.cluster, place, argv, environment);
    this.#running.push(started);
    return started;
  }
}
