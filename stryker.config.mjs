// Mutation testing of src/statistics and of the odd node: `npm run bench:mutation [-- --mutate src/statistics/median.ts]`. Stryker 10 needs Node.js 22.

export default {
  testRunner: "vitest",
  // Only tests that reach a mutant run for it; those of statistics lie beside it, and what they import is all they need.
  vitest: { configFile: "stryker.vitest.config.ts", related: true },
  coverageAnalysis: "perTest",
  mutate: ["src/statistics/*.ts", "!src/statistics/*.test.ts", "src/compare/odd-node.ts"],
  // The checkout is copied to a folder of its own; what only the real project needs stays behind.
  ignorePatterns: ["dist*", "podwire-runs", "coverage", ".setup", "docs", "test/captured", "scripts"],
  tempDirName: "podwire-runs/.stryker-tmp",
  reporters: ["clear-text", "progress", "html", "json"],
  htmlReporter: { fileName: "podwire-runs/bench-mutation.html" },
  jsonReporter: { fileName: "podwire-runs/bench-mutation.json" },
  concurrency: 2,
  timeoutMS: 20_000,
  // A surviving mutant is looked at by a person: some change nothing that can be seen.
  thresholds: { high: 90, low: 80, break: null },
};
