import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const config = createRequire(import.meta.url)("../.dependency-cruiser.cjs") as { forbidden: { name: string }[] };

/** For each rule a file that breaks it: what no later change may make acceptable in silence. */
const PLANTED: Readonly<Record<string, readonly [file: string, text: string]>> = {
  "no-cycles": ["src/statistics/planted-cycle-a.ts", 'import "./planted-cycle-b.js";\n'],
  "everything-resolves": ["src/measure/planted.ts", 'import "./nowhere.js";\n'],
  "pure-folders-know-no-node": ["src/report/planted-node.ts", 'import "node:fs";\n'],
  "pure-folders-need-no-packages": ["src/probes/planted-package.ts", 'import "commander";\n'],
  "render-reads-and-writes-texts": ["src/render/planted-package.ts", 'import "commander";\n'],
  "render-imports-variants": ["src/render/planted-mode.ts", 'import "../modes/index.js";\n'],
  "pure-folders-have-no-effects": [
    "src/findings/planted.ts",
    'import type { Clock } from "../machine/ports.js";\nexport type Planted = Clock;\n',
  ],
  "units-import-nothing": ["src/units/planted.ts", 'import "../model/metric.js";\n'],
  "model-imports-units": ["src/model/planted.ts", 'import "../modes/index.js";\n'],
  "statistics-import-nouns": ["src/statistics/planted.ts", 'import "../modes/index.js";\n'],
  "paths-import-nouns": ["src/paths/planted.ts", 'import "../modes/index.js";\n'],
  "modes-import-nouns": ["src/modes/planted.ts", 'import "../statistics/planted.js";\n'],
  "changes-import-their-contract": ["src/tuning/changes/planted.ts", 'import "../tuner.js";\n'],
  "tuning-imports-nouns-and-ports": ["src/tuning/planted.ts", 'import "../modes/index.js";\n'],
  "layers-import-parts-of-modes": ["src/layers/planted.ts", 'import "../modes/index.js";\n'],
  "variants-join-modes-and-layers": ["src/variants/planted.ts", 'import "../venues/contract.js";\n'],
  "rulesets-import-nouns": ["src/ruleset/planted.ts", 'import "../modes/index.js";\n'],
  "packet-paths-import-rulesets": ["src/packet-path/planted.ts", 'import "../modes/index.js";\n'],
  "interrupts-import-nouns": ["src/interrupts/planted.ts", 'import "../modes/index.js";\n'],
  "conformance-imports-nouns": ["src/conformance/planted.ts", 'import "../modes/index.js";\n'],
  "explain-imports-what-is-named": ["src/explain/planted.ts", 'import "../measure/planted.js";\n'],
  "probes-import-the-venue-contract": ["src/probes/planted.ts", 'import "../modes/index.js";\n'],
  "measure-imports-contracts": ["src/measure/planted-mode.ts", 'import "../modes/index.js";\n'],
  "inspection-imports-nouns": ["src/inspection/planted.ts", 'import "../modes/index.js";\n'],
  "compare-imports-nouns": ["src/compare/planted.ts", 'import "../modes/index.js";\n'],
  "import-imports-nouns": ["src/import/planted.ts", 'import "../modes/index.js";\n'],
  "words-know-no-output": ["src/import/words/planted.ts", 'import "../recogniser.js";\n'],
  "tools-are-read-by-their-form": ["src/import/formats/tools/planted.ts", 'import "../sentences/stated.js";\n'],
  "tables-read-no-sentences": ["src/import/formats/tables/planted.ts", 'import "../sentences/stated.js";\n'],
  "comparing-reads-no-text": ["src/import/comparing/planted.ts", 'import "../text/decode.js";\n'],
  "venues-import-ports-and-modes": ["src/venues/lab/planted.ts", 'import "../../measure/planted.js";\n'],
  "venues-do-not-import-each-other": ["src/venues/hosts/planted.ts", 'import "../lab/planted.js";\n'],
  "agent-program-is-only-started": ["src/venues/lab/planted-agent.ts", 'import "../agent/program/planted.js";\n'],
  "only-the-roots-import-adapters": ["src/cli/planted.ts", 'import "../machine/commands.js";\n'],
  "only-the-outside-imports-use-cases": ["src/archive/planted-use.ts", 'import "../use-cases/summary.js";\n'],
  "use-cases-render-nothing": ["src/use-cases/planted-render.ts", 'import "../report/words.js";\n'],
  "nothing-imports-cli": ["src/archive/planted.ts", 'import "../cli/planted.js";\n'],
  "nothing-imports-main": ["src/archive/planted-main.ts", 'import "../main.js";\n'],
  "only-serve-imports-web": ["src/cli/planted-web.ts", 'import "../web/planted.js";\n'],
  "processes-start-in-machine": ["src/venues/lab/planted-process.ts", 'import "node:child_process";\n'],
  "commander-stays-in-cli": ["src/measure/planted-flag.ts", 'import "commander";\n'],
  "the-program-needs-no-tests": ["src/archive/planted-test.ts", 'import "fast-check";\n'],
};

/** What those files need in order to be importable. */
const SCENERY: Readonly<Record<string, string>> = {
  "src/statistics/planted-cycle-b.ts": 'import "./planted-cycle-a.js";\n',
  "src/web/planted.ts": "export {};\n",
  "src/venues/agent/program/planted.ts": "export {};\n",
};

/** The check reads all of src/, and may have to share two cores. */
const HARD_LIMIT = 240_000;

let tree: string;
let complaints: string[];

async function check(folder: string): Promise<{ exitCode: number | undefined; lines: string[] }> {
  const { exitCode, stdout } = await execa(process.execPath, [join(ROOT, "scripts/architecture.mjs")], { cwd: folder, reject: false });
  return { exitCode, lines: stdout.split("\n") };
}

function treeWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "podwire-architecture-"));
  for (const name of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"]) cpSync(join(ROOT, name), join(folder, name));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe("import rules", () => {
  beforeAll(async () => {
    tree = treeWith({});
    cpSync(join(ROOT, "src"), join(tree, "src"), { recursive: true });
    for (const [path, text] of [...Object.values(PLANTED), ...Object.entries(SCENERY)]) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    const { exitCode, lines } = await check(tree);
    expect(exitCode).toBe(1);
    complaints = lines;
  }, HARD_LIMIT);
  afterAll(() => {
    rmSync(tree, { recursive: true, force: true });
  });

  it("have a planted violation each", () => {
    expect(Object.keys(PLANTED).sort()).toEqual(config.forbidden.map((rule) => rule.name).sort());
  });

  it.each(Object.entries(PLANTED))("%s", (rule, [file]) => {
    expect(complaints.filter((line) => line.startsWith(`${rule}: ${file} -> `))).not.toEqual([]);
  });

  it("come alive with the folder they were waiting for", () => {
    expect(complaints.join("\n")).toContain("^src/web/ exists now");
  });
});

describe("a rule whose files are gone", () => {
  it("fails the check", async () => {
    const folder = treeWith({ "src/main.ts": "export {};\n" });
    const { exitCode, lines } = await check(folder);
    rmSync(folder, { recursive: true, force: true });
    expect(exitCode).toBe(1);
    expect(lines.join("\n")).toContain("^src/statistics/ matches no file any more");
    expect(lines.join("\n")).not.toContain("^src/main\\.ts$ matches no file");
  });
});
