import { defineConfig } from "vitest/config";

/** The tests that mutants of src/statistics must not survive: those beside it, without projects, which Stryker's runner does not know. */
export default defineConfig({ test: { include: ["src/statistics/*.test.ts"], testTimeout: 60_000 } });
