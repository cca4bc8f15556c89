import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

// Folders whose answers depend on their arguments alone. dependency-cruiser keeps node:* and the machine out of them; this keeps out what
// needs no import.
const PURE = ["units", "model", "paths", "modes", "probes", "statistics", "findings", "advice", "compare", "render", "report"].map(
  (folder) => `src/${folder}/**/*.ts`,
);

const noClockNoChance = {
  "no-restricted-properties": [
    "error",
    { object: "Date", property: "now", message: "Pure code has no clock: take the time as an argument." },
    { object: "performance", property: "now", message: "Pure code has no clock: take the time as an argument." },
    { object: "Math", property: "random", message: "Pure code draws no lots: take a seeded generator as an argument." },
  ],
  "no-restricted-syntax": [
    "error",
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "Pure code has no clock: take the time as an argument." },
  ],
  "no-restricted-globals": [
    "error",
    { name: "process", message: "Pure code does not know the process it runs in." },
    { name: "setTimeout", message: "Pure code does not wait." },
    { name: "setInterval", message: "Pure code does not wait." },
    { name: "fetch", message: "Pure code does not reach out." },
  ],
};

const manyArguments = {
  selector: "CallExpression[callee.object.name='Math'] > SpreadElement",
  message: "A long run has more observations than a call takes arguments (about 125,000): use largestOf or smallestOf.",
};
const askingForTheVenue = {
  // Handing it on is no question: `{ venue: scenario.venue }`.
  selector:
    ":matches(BinaryExpression, SwitchStatement, CallExpression, MemberExpression[computed=true]) > MemberExpression[property.name='venue'], ObjectPattern > Property[key.name='venue']",
  message: "Measuring never asks for its venue, or a third one gets one of two answers: what differs is data, made in src/paths.",
};

export default defineConfig(
  globalIgnores(["dist/", "coverage/", ".setup/", "podwire-runs/", "test/captured/"]),
  {
    files: ["**/*.ts", "scripts/**/*.mjs", "test/cluster/**/*.mjs"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
  },
  { files: PURE, ignores: ["**/*.test.ts"], rules: noClockNoChance },
  { files: ["src/use-cases/**/*.ts"], rules: { "no-restricted-syntax": ["error", manyArguments] } },
  { files: ["src/measure/**/*.ts"], rules: { "no-restricted-syntax": ["error", manyArguments, askingForTheVenue] } },
);
