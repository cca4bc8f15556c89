import { defineConfig } from "vitest/config";
import { KnownOrder } from "./test/order.js";

const MEASURING = [
  "lab/probes",
  "lab/no-drop",
  "lab/profile",
  "lab/distrust",
  "lab/lab-venue",
  "lab/stub-tools",
  "agent/pod-agent",
  "agent/timed-slices",
].map((name) => `test/${name}.test.ts`);

/** What looks for remains of clusters on the whole machine, and would see those that other files end. */
const REMAINS = "test/cluster/fixture.test.ts";

/** Programs that wait for a busy CPU begin late: what never comes is found out late, and nothing else is slower for it. The runner's own is 1 s. */
const expect = { poll: { timeout: 30_000 } };

export default defineConfig({
  test: {
    pool: "forks",
    reporters: ["default"],
    sequence: { sequencer: KnownOrder },
    // One for all projects: it starts nothing until a file asks it for a cluster.
    globalSetup: ["test/cluster/shared-server.ts"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/*.test.ts"],
          // No unit test changes its process, and caches of modules hold results of pure functions: modules are loaded once a process, not once a file.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          setupFiles: process.env["PODWIRE_PROPERTY_TIMES"] === undefined ? [] : ["test/more-runs.ts"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // What measures or reads counters: one file at a time, since two loads on two cores wait for each other.
        test: {
          name: "machine",
          expect,
          include: MEASURING,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Everything else that builds namespaces, starts programs or servers; each file in namespaces and folders of its own.
        test: {
          name: "programs",
          expect,
          include: ["test/*/**/*.test.ts"],
          exclude: [...MEASURING, "test/cluster/**", "test/systems/**", "test/products/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // Tests in a real Kubernetes cluster, which mostly wait: several files at a time, each with a cluster of its own or one that only it has
        // meanwhile (test/cluster/shared.ts). Those that wait for a cluster count too.
        test: {
          name: "cluster",
          expect,
          include: ["test/cluster/**/*.test.ts"],
          exclude: [REMAINS],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 3,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "cluster-remains",
          expect,
          include: [REMAINS],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
