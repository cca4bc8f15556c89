import { defineConfig } from "vitest/config";

// `npm run test:products`. `npm test` does not take these. One cluster at a time: what it leaves is looked for on the whole machine.
export default defineConfig({
  test: { include: ["test/products/*.test.ts"], pool: "forks", reporters: ["default"], fileParallelism: false },
});
