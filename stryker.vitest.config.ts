import { defineConfig } from "vitest/config";

/** The tests that mutants of src/statistics and of the odd node must not survive: those beside them, without projects, which Stryker's runner does not know. */
export default defineConfig({ test: { include: ["src/statistics/*.test.ts", "src/compare/odd-node.test.ts"], testTimeout: 60_000 } });
