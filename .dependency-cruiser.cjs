/**
 * Who may import whom: the design's import rules, each with its reason. `scripts/architecture.mjs` checks them, and checks that each pattern
 * here still matches a file, so that a rename cannot switch a rule off. Patterns stand in arrays, one thing each, for that check's sake.
 */

const TESTS = "\\.test\\.ts$";
const CONTRACT = "^src/venues/contract\\.ts$";
const PORTS = "^src/machine/ports\\.ts$";
/** A cluster's API: venues and commands may know the port, and no one the client behind it. */
const KUBERNETES_PORT = "^src/machine/kubernetes/port\\.ts$";
const MAIN = "^src/main\\.ts$";
/** Shared by the venues. Its program is what runs inside of them. */
const AGENT = "^src/venues/agent/";
const AGENT_PROGRAM = "^src/venues/agent/program/";

/** @param {string} name */
const folder = (name) => `^src/${name}/`;

const PURE = [
  "units",
  "model",
  "paths",
  "modes",
  "layers",
  "variants",
  "conformance",
  "explain",
  "ruleset",
  "packet-path",
  "interrupts",
  "probes",
  "statistics",
  "findings",
  "advice",
  "compare",
  "inspection",
  "render",
  "report",
  "tuning/changes",
  "tuning/knobs",
].map(folder);

/** The one pure folder with packages of its own beside zod. */
const RENDER = folder("render");

/**
 * A part of the program and everything of ours that it may import.
 * @param {string} name
 * @param {string} from
 * @param {readonly string[]} allowed
 * @param {string} comment
 */
const importsOnly = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: [from], pathNot: [TESTS] },
  to: { path: ["^src/"], pathNot: [from, ...allowed] },
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Files that need each other are one file, or hide a third one; and such a pair cannot be read, tested or loaded alone.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "everything-resolves",
      comment: "An import that leads nowhere fails only when that line is reached at run time.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "pure-folders-know-no-node",
      comment:
        "What a mode wires, a probe reads and a report says follows from arguments alone, so a test needs no machine and the web page can use it.",
      severity: "error",
      from: { path: PURE, pathNot: [TESTS] },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "pure-folders-need-no-packages",
      comment:
        "Schemas (zod) are the one thing that pure code takes from outside; any other package could bring in effects that nobody sees here.",
      severity: "error",
      from: { path: PURE, pathNot: [TESTS, RENDER] },
      to: { path: ["node_modules/"], pathNot: ["node_modules/zod/"] },
    },
    {
      name: "render-reads-and-writes-texts",
      comment:
        "Nodes and clusters are given in YAML and most products read it, and documents are held against files line by line; the packages turn text into data, and have no effects.",
      severity: "error",
      from: { path: [RENDER], pathNot: [TESTS] },
      to: { path: ["node_modules/"], pathNot: ["node_modules/zod/", "node_modules/yaml/", "node_modules/diff/"] },
    },
    {
      name: "pure-folders-have-no-effects",
      comment: "A pure folder that imports one with effects is not pure any more.",
      severity: "error",
      from: { path: PURE, pathNot: [TESTS] },
      to: {
        path: [
          "machine",
          "measure",
          "archive",
          "tuning/journal",
          "tuning/reading",
          "web",
          "use-cases",
          "cli",
          "venues/lab",
          "venues/hosts",
          "venues/cluster",
        ]
          .map(folder)
          .concat(MAIN),
      },
    },
    importsOnly("units-import-nothing", folder("units"), [], "Everything stands on the units."),
    importsOnly("model-imports-units", folder("model"), [folder("units")], "The nouns know quantities and nothing that acts on them."),
    importsOnly(
      "statistics-import-nouns",
      folder("statistics"),
      [folder("units"), folder("model")],
      "Statistics work on numbers; where they were measured must not change the answer.",
    ),
    importsOnly(
      "paths-import-nouns",
      folder("paths"),
      [folder("units"), folder("model")],
      "What a venue compares is data made from a scenario; whoever measures reads the data and never asks for the venue.",
    ),
    importsOnly(
      "modes-import-nouns",
      folder("modes"),
      [folder("units"), folder("model")],
      "A mode is data that the lab, explain, render and the documentation read; it knows none of them.",
    ),
    importsOnly(
      "rulesets-import-nouns",
      folder("ruleset"),
      [folder("units"), folder("model")],
      "Where a packet goes follows from the rules and the packet; whose machine they are from is no matter.",
    ),
    importsOnly(
      "packet-paths-import-rulesets",
      folder("packet-path"),
      [folder("units"), folder("model"), folder("ruleset")],
      "A packet's way follows from the kernel's state as it was read; a lab, a node or a test may have read it.",
    ),
    importsOnly(
      "interrupts-import-nouns",
      folder("interrupts"),
      [folder("units"), folder("model")],
      "What CPUs did and what follows from it is arithmetic on texts and ratios; who measured them is no matter.",
    ),
    importsOnly(
      "conformance-imports-nouns",
      folder("conformance"),
      [folder("units"), folder("model")],
      "A check says what is tried and how it is judged; a lab and a cluster carry the same one out.",
    ),
    importsOnly(
      "changes-import-their-contract",
      folder("tuning/changes"),
      [
        folder("units"),
        folder("model"),
        folder("tuning/knobs"),
        "^src/tuning/contract\\.ts$",
        "^src/tuning/facts\\.ts$",
        "^src/tuning/evidence\\.ts$",
      ],
      "A change is data and a function of a node's facts; one that could reach a node would act without a journal.",
    ),
    importsOnly(
      "tuning-imports-nouns-and-ports",
      folder("tuning"),
      [folder("units"), folder("model"), PORTS],
      "A node is tuned by what its own kernel says, through ports; where it stands, in a lab or not, must not matter.",
    ),
    importsOnly(
      "layers-import-parts-of-modes",
      folder("layers"),
      [folder("units"), folder("model"), "^src/modes/parts/"],
      "A layer goes onto any wiring that has what it needs; one that knows a mode is a second mode.",
    ),
    importsOnly(
      "variants-join-modes-and-layers",
      folder("variants"),
      [folder("units"), folder("model"), folder("modes"), folder("layers")],
      "Names of variants are resolved in one place; modes and layers do not know each other.",
    ),
    importsOnly(
      "explain-imports-what-is-named",
      folder("explain"),
      [folder("units"), folder("model"), folder("statistics"), folder("modes"), folder("layers"), folder("variants")],
      "A loss is explained from figures and from what a variant is made of; how they were measured must not change the answer.",
    ),
    importsOnly(
      "probes-import-the-venue-contract",
      folder("probes"),
      [folder("units"), folder("model"), folder("statistics"), CONTRACT],
      "A probe says what to run on a path and sums up what came back; it cannot know the venue it runs on.",
    ),
    importsOnly(
      "measure-imports-contracts",
      folder("measure"),
      [folder("units"), folder("model"), folder("statistics"), folder("probes"), CONTRACT, PORTS],
      "Measuring code never knows which venue it is on, nor which mode it measures.",
    ),
    importsOnly(
      "inspection-imports-nouns",
      folder("inspection"),
      [folder("units"), folder("model")],
      "What a network is follows from what the API and pods said; how that was asked is the venue's business.",
    ),
    importsOnly(
      "render-imports-variants",
      RENDER,
      [folder("units"), folder("model"), folder("variants")],
      "A document says what a variant takes, for addresses that were given; how fast it was and where it was measured is no matter.",
    ),
    importsOnly(
      "compare-imports-nouns",
      folder("compare"),
      [folder("units"), folder("model"), folder("statistics")],
      "Two runs are compared by what their summaries say; comparing can measure nothing anew and favour no mode.",
    ),
    importsOnly(
      "import-imports-nouns",
      folder("import"),
      [folder("units"), folder("model"), folder("statistics")],
      "A text says what it says whoever gave it, and a figure that was read must never meet one that was measured.",
    ),
    {
      name: "words-know-no-output",
      comment: "What a word means must not depend on where a text has it; a recogniser asks the words, and never the reverse.",
      severity: "error",
      from: { path: [folder("import/words"), folder("import/where"), folder("import/quantities")], pathNot: [TESTS] },
      to: { path: ["^src/"], pathNot: [folder("import/words"), folder("import/where"), folder("import/quantities")] },
    },
    {
      name: "tools-are-read-by-their-form",
      comment: "What a tool printed has a form; a recogniser that read it like a person's sentence would guess.",
      severity: "error",
      from: {
        path: ["iperf", "netperf", "http", "tools", "suites", "system"].map((name) => folder(`import/formats/${name}`)),
        pathNot: [TESTS],
      },
      to: { path: ["sentences", "tables", "statements"].map((name) => folder(`import/formats/${name}`)) },
    },
    {
      name: "tables-read-no-sentences",
      comment: "A cell belongs to its row and column; only the reader of prose decides whether a line is a table or a sentence.",
      severity: "error",
      from: { path: [folder("import/formats/tables"), folder("import/formats/statements")], pathNot: [TESTS] },
      to: { path: [folder("import/formats/sentences")] },
    },
    {
      name: "comparing-reads-no-text",
      comment: "What is compared follows from figures and their sides; by then no text is read any more.",
      severity: "error",
      from: { path: [folder("import/comparing")], pathNot: [TESTS] },
      to: { path: ["formats", "above", "text"].map((name) => folder(`import/${name}`)) },
    },
    {
      ...importsOnly(
        "venues-import-ports-and-modes",
        folder("venues"),
        [folder("units"), folder("model"), folder("modes"), folder("inspection"), PORTS, KUBERNETES_PORT],
        "A venue turns a wiring into commands; what is measured there and why is not its business.",
      ),
      from: { path: [folder("venues")], pathNot: [TESTS, AGENT_PROGRAM] },
    },
    {
      name: "venues-do-not-import-each-other",
      comment:
        "What two venues share belongs into the contract or beside it, as the agent does; a venue built on another inherits what that one cannot do.",
      severity: "error",
      from: { path: ["^src/venues/([^/]+)/"], pathNot: [TESTS] },
      to: { path: ["^src/venues/[^/]+/"], pathNot: ["^src/venues/$1/", AGENT] },
    },
    {
      name: "agent-program-is-only-started",
      comment: "It runs on import, in another process and in a pod on another Node; what both sides must know stands in the protocol.",
      severity: "error",
      from: { path: ["^src/", "^test/"], pathNot: [AGENT_PROGRAM] },
      to: { path: [AGENT_PROGRAM] },
    },
    {
      name: "only-the-roots-import-adapters",
      comment:
        "Two processes touch the real machine: the program and the agent. Everything else takes a port and can be tested with another. Tests that open a real lab are composition roots of their own.",
      severity: "error",
      from: {
        path: ["^src/", "^test/"],
        pathNot: [MAIN, AGENT_PROGRAM, folder("machine"), TESTS, "^test/lab/built-lab\\.ts$", "^test/cluster/kubeconfigs\\.ts$"],
      },
      to: { path: [folder("machine")], pathNot: [PORTS, KUBERNETES_PORT] },
    },
    {
      name: "only-the-outside-imports-use-cases",
      comment: "A use case composes the rest for whoever asks, a command or a page. What is needed further in belongs further in.",
      severity: "error",
      from: { path: ["^src/"], pathNot: [MAIN, folder("use-cases"), folder("cli"), folder("web"), TESTS] },
      to: { path: [folder("use-cases")] },
    },
    {
      name: "use-cases-render-nothing",
      comment: "What a reader sees is made by who asked: a command prints a table, a page draws one.",
      severity: "error",
      from: { path: [folder("use-cases")], pathNot: [TESTS] },
      to: { path: [folder("report")] },
    },
    {
      name: "nothing-imports-cli",
      comment: "Commands read flags and print reports. What imports one has found something that belongs into a use case or further in.",
      severity: "error",
      from: { path: ["^src/"], pathNot: [MAIN, folder("cli"), TESTS] },
      to: { path: [folder("cli")] },
    },
    {
      name: "nothing-imports-main",
      comment: "The composition root runs on import.",
      severity: "error",
      from: { path: ["^src/"] },
      to: { path: [MAIN] },
    },
    {
      name: "only-serve-imports-web",
      comment: "A command line that loads a web server starts slowly, and the pages are one way to read a run, not part of measuring it.",
      severity: "error",
      from: { path: ["^src/"], pathNot: ["^src/cli/serve", folder("web"), TESTS] },
      to: { path: [folder("web")] },
    },
    {
      name: "processes-start-in-machine",
      comment: "One place starts programs: there a timeout, an argument array and a kept stderr are certain.",
      severity: "error",
      from: { path: ["^src/"], pathNot: [folder("machine"), AGENT_PROGRAM, TESTS] },
      to: { path: ["^(?:node:)?child_process$", "node_modules/execa/"] },
    },
    {
      name: "commander-stays-in-cli",
      comment: "What a flag is called is the command line's business; a use case takes values.",
      severity: "error",
      from: { path: ["^src/"], pathNot: [folder("cli"), MAIN] },
      to: { path: ["node_modules/commander/"] },
    },
    {
      name: "the-program-needs-no-tests",
      comment: "Test code and packages for development are not shipped.",
      severity: "error",
      from: { path: ["^src/"], pathNot: [TESTS] },
      to: { path: [TESTS, "^test/", "node_modules/(?:vitest|fast-check|playwright-core|typescript)/"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    // A type import is a dependency too: knowing another part's types is knowing it.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types"] },
  },
};
