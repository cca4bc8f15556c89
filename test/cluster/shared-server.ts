/**
 * The test runner's side of shared.ts: set up once in a run, before any worker.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestProject } from "vitest/node";
import { startPatiently } from "./patient-start.js";
import { listen } from "./relay.mjs";
import { instancesOf, NODES, Room } from "./room.js";
import type { ClusterOptions, OwnCluster } from "./start.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** Path of the socket that clusters are asked for. */
    clusters: string;
  }
}

/** What a test file asks on the socket, in one line: for a cluster, or for room for clusters of its own until its connection ends. */
export type ClusterQuestion = SharedQuestion | { readonly room: number };

interface SharedQuestion {
  readonly options: ClusterOptions;
  /** The process that has the cluster until its connection ends; it may ask again. */
  readonly holder: number;
}

export default async function serveClusters(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "podwire-clusters-"));
  const clusters = new Map<string, SharedCluster>();
  const room: Room = new Room(async () => {
    const [variant, shared] = [...clusters].find(([, one]) => one.isIdle()) ?? [];
    if (variant === undefined || shared === undefined) return 0;
    clusters.delete(variant);
    await shared.stop();
    return shared.instances;
  });
  const server = createServer((socket) => {
    const lines = createInterface({ input: socket });
    // A worker that was killed.
    socket.on("error", () => undefined);
    lines.once("line", (line) => {
      const question = JSON.parse(line) as ClusterQuestion;
      if ("room" in question) {
        void room.take(question.room).then((giveBack) => {
          if (socket.destroyed) giveBack();
          else socket.once("close", giveBack).write("{}\n");
        });
        return;
      }
      const { options, holder } = question;
      const variant = JSON.stringify(options);
      const lend = (): void => {
        const shared = clusters.get(variant) ?? new SharedCluster(options, room);
        clusters.set(variant, shared);
        shared.lend(socket, holder).then(
          ({ description }) => socket.write(`${JSON.stringify({ description })}\n`),
          (error: unknown) => {
            // It failed for who had it before, and is started again for this one.
            if (clusters.get(variant) !== shared) {
              lend();
              return;
            }
            clusters.delete(variant);
            room.giveBack(shared.instances);
            socket.write(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`);
          },
        );
      };
      lend();
    });
  });
  const path = join(folder, "socket");
  await listen(server, { path });
  project.provide("clusters", path);
  return async () => {
    server.close();
    await Promise.all([...clusters.values()].map(async (shared) => shared.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
}

/** A cluster that one process at a time has. */
class SharedCluster {
  readonly instances: number;
  private readonly cluster: Promise<OwnCluster>;
  private holder: number | undefined;
  private runs = false;
  private readonly connections = new Set<Socket>();
  private readonly waiting: (() => void)[] = [];

  constructor(
    options: ClusterOptions,
    private readonly room: Room,
  ) {
    this.instances = instancesOf(options.nodes ?? NODES);
    this.cluster = room.keep(this.instances).then(async () => startPatiently(options));
    this.cluster.then(
      () => {
        this.runs = true;
      },
      // Told to whoever has asked.
      () => undefined,
    );
  }

  /** Resolves when no other process has it; the process has it until the last of its connections ends. */
  async lend(connection: Socket, holder: number): Promise<OwnCluster> {
    while (this.holder !== undefined && this.holder !== holder) await new Promise<void>((resolve) => this.waiting.push(resolve));
    // A process that ended while it waited takes nothing.
    if (!connection.destroyed) this.take(connection, holder);
    return this.cluster;
  }

  private take(connection: Socket, holder: number): void {
    this.holder = holder;
    this.connections.add(connection);
    connection.once("close", () => {
      this.connections.delete(connection);
      if (this.connections.size > 0) return;
      this.holder = undefined;
      for (const next of this.waiting.splice(0)) next();
      this.room.changed();
    });
  }

  /** Whether it runs, and no process has it or waits for it. */
  isIdle(): boolean {
    return this.runs && this.holder === undefined && this.waiting.length === 0;
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) connection.destroy();
    await this.cluster.then(
      async (cluster) => cluster.stop(),
      () => undefined,
    );
  }
}
