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

const PURE = ["units", "model", "paths", "modes", "probes", "statistics", "findings", "advice", "compare", "inspection", "report"].map(
  folder,
);

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
      from: { path: PURE, pathNot: [TESTS] },
      to: { path: ["node_modules/"], pathNot: ["node_modules/zod/"] },
    },
    {
      name: "pure-folders-have-no-effects",
      comment: "A pure folder that imports one with effects is not pure any more.",
      severity: "error",
      from: { path: PURE, pathNot: [TESTS] },
      to: {
        path: ["machine", "measure", "archive", "tuning", "web", "use-cases", "cli", "venues/lab", "venues/hosts", "venues/cluster"]
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
      "compare-imports-nouns",
      folder("compare"),
      [folder("units"), folder("model"), folder("statistics")],
      "Two runs are compared by what their summaries say; comparing can measure nothing anew and favour no mode.",
    ),
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
