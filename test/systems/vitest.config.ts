import { defineConfig } from "vitest/config";

// `npm run test:systems`. `npm test` does not take these. One file at a time: one of them measures.
export default defineConfig({
  test: { include: ["test/systems/*.test.ts"], pool: "forks", reporters: ["default"], fileParallelism: false },
});
