/**
 * The test runner's side of shared.ts: set up once in a run, before any worker.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { type OwnCluster, startCluster } from "./fixture.js";
import { listen } from "./relay.mjs";
import type { ClusterOptions } from "./start.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Path of the socket that clusters are asked for. */
    clusters: string;
  }
}

export default async function serveClusters(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "podwire-clusters-"));
  const clusters = new Map<string, Promise<OwnCluster>>();
  const clusterOf = (question: string) => {
    const cluster = clusters.get(question) ?? startCluster(JSON.parse(question) as ClusterOptions);
    clusters.set(question, cluster);
    return cluster;
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let question = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      question += chunk;
    });
    // A worker that gave up waiting.
    socket.on("error", () => undefined);
    socket.on("end", () => {
      clusterOf(question).then(
        ({ description }) => socket.end(JSON.stringify({ description })),
        (error: unknown) => socket.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) })),
      );
    });
  });
  const path = join(folder, "socket");
  await listen(server, { path });
  project.provide("clusters", path);
  return async () => {
    server.close();
    const started = await Promise.allSettled(clusters.values());
    await Promise.all(started.flatMap((one) => (one.status === "fulfilled" ? [one.value.stop()] : [])));
    rmSync(folder, { recursive: true, force: true });
  };
}
