import { defineConfig } from "vitest/config";

const MEASURING = ["probes", "no-drop", "distrust", "lab-venue", "places", "reach", "cli-interrupt", "stub-tools"]
  .map((name) => `test/lab/${name}.test.ts`)
  .concat("test/agent/*.test.ts");

/** What looks for remains of clusters on the whole machine, and would see those that other files end. */
const REMAINS = "test/cluster/fixture.test.ts";

export default defineConfig({
  test: {
    pool: "forks",
    reporters: ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["src/**/*.test.ts", "test/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // What measures or reads counters: one file at a time, since two loads on two cores wait for each other.
        test: {
          name: "machine",
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
          include: ["test/*/**/*.test.ts"],
          exclude: [...MEASURING, "test/cluster/**", "test/systems/**"],
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
          include: ["test/cluster/**/*.test.ts"],
          exclude: [REMAINS],
          globalSetup: ["test/cluster/shared-server.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 3,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "cluster-remains",
          include: [REMAINS],
          globalSetup: ["test/cluster/shared-server.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
