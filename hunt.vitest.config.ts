import { defineConfig } from "vitest/config";
import { writeFileSync } from "node:fs";
export default defineConfig({
  test: {
    alias: [{ find: /^fast-check$/, replacement: "/work/tmp/hunt/fast-check.mjs" }],
    include: ["src/**/*.test.ts", "test/*.test.ts"],
    isolate: false, pool: "forks", maxWorkers: 1, fileParallelism: false, testTimeout: 3_000_000, hookTimeout: 60_000,
  },
});
