import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RUN_SCHEMA, type Run, runSchema } from "../../src/model/run.js";
import { type Summary, summarySchema } from "../../src/model/summary.js";
import { isRoot } from "./built-lab.js";
import { callersState } from "./bystander.js";
import { copyProgram, type Ended } from "./program.js";

const program = copyProgram();
afterAll(program.remove);

const MODES = ["flannel-host-gw", "docker-nat", "ipvlan-l2"];
const METRICS = ["tcp", "latency.icmp", "http"];
const SEEDED = ["--modes", MODES.join(","), "--seed", "7"];
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what must not be there.
const ESCAPE = /\u001b/;

const inWork = (name: string): string => join(program.work, name);
const readWork = (name: string): string => readFileSync(inWork(name), "utf8");
const runIn = (path: string): Run => runSchema.parse(JSON.parse(readFileSync(path, "utf8")));

const OUTPUTS = ["--out", "runs/run.json", "--html", "report.html"];

/** Two short runs, which all tests look at: one with every output named, one that leaves all to the defaults. */
let json: Ended;
let plain: Ended;
let summary: Summary;
let run: Run;
let before: string;

beforeAll(async () => {
  before = callersState();
  json = await program.run(["lab", ...SEEDED, "--metrics", METRICS.join(","), "--budget", "20s", "--json", ...OUTPUTS]);
  plain = await program.run(["lab", ...SEEDED, "--metrics", "tcp,latency.icmp", "--budget", "3s"]);
  summary = summarySchema.parse(JSON.parse(json.stdout));
  run = runIn(inWork("runs/run.json"));
});

const modeOf = (name: string): Summary["modes"][number] => {
  const mode = summary.modes.find((one) => one.mode === name);
  if (mode === undefined) throw new Error(`${name} is not in the summary`);
  return mode;
};

describe("podwire lab --json", () => {
  test("ends well, with one JSON document and a line break on standard output, and progress on standard error only", () => {
    expect(json.code, json.stderr).toBe(0);
    expect(json.stdout).toMatch(/^\{.*\}\n$/s);
    // One line in ten seconds: the first at the start, another only where building and measuring take longer than that.
    const lines = json.stderr.trimEnd().split("\n");
    expect(lines[0]).toBe("[0:00 of 0:20] building the lab, 0:20 left");
    for (const line of lines.slice(1))
      expect(line).toMatch(/^\[0:\d\d of 0:20\] (measuring .+, round \d+|building the lab), (0:\d\d left|finishing)/);
  });

  test("says into which tables iptables wrote each mode's rules", () => {
    const backend = (name: string) => [modeOf(name).rulesBackend, run.modes.find(({ mode }) => mode === name)?.rulesBackend];
    const named = /\((nf_tables|legacy)\)/.exec(spawnSync("/usr/sbin/iptables-restore", ["--version"], { encoding: "utf8" }).stdout)?.[1];
    expect(named).toBeDefined();
    expect([backend("docker-nat"), backend("flannel-host-gw")]).toEqual([
      [named, named],
      [named, named],
    ]);
    expect([backend("host"), backend("ipvlan-l2")].flat()).toEqual(new Array(4).fill(undefined));
  });

  test("says what issue 3 promises of each mode and cell", () => {
    expect(summary).toMatchObject({ schema: "podwire/summary@1", venue: "lab", status: "complete" });
    expect(summary.modes.map((mode) => mode.mode).sort()).toEqual(["host", ...MODES].sort());
    for (const cell of summary.modes.flatMap((mode) => mode.cells)) {
      expect(cell.median === null, JSON.stringify(cell)).toBe(cell.status !== "measured");
      expect(cell.reason === undefined, JSON.stringify(cell)).toBe(cell.status === "measured");
    }
  });

  test("has the host always, on its own path and without a ratio", () => {
    const host = modeOf("host");
    expect(host.status).toBe("measured");
    expect(host.cells.length).toBeGreaterThan(0);
    for (const cell of host.cells) expect(cell).toMatchObject({ path: "host-host" });
    for (const cell of host.cells) expect(cell.ratio).toBeUndefined();
  });

  test("has the asked metrics of a mode's pods, with ratios to the host", () => {
    const pods = modeOf("flannel-host-gw").cells.filter((cell) => cell.path === "pod-pod");
    for (const metric of METRICS) {
      const cell = pods.find((one) => one.metric === metric);
      expect(cell, metric).toMatchObject({ status: "measured", ratio: { baseline: "host" } });
      expect(cell?.ratio?.median).toBeGreaterThan(0);
    }
  });

  test("gives the reason for what this kernel lacks and for what a mode cannot carry", () => {
    const ipvlan = modeOf("ipvlan-l2");
    if (ipvlan.status === "unsupported") expect(ipvlan.reason).toContain("needs CONFIG_IPVLAN");
    else expect(ipvlan.status).toBe("measured");
    const icmp = modeOf("docker-nat").cells.find((cell) => cell.metric === "latency.icmp" && cell.path === "pod-pod");
    expect(icmp?.status).toBe("unsupported");
    expect(icmp?.reason).toMatch(/ICMP has no ports/);
  });

  test("ranks the measured modes and describes the environment", () => {
    const withInterval = summary.modes.filter((mode) => mode.cells.some((cell) => (cell.ratio?.low ?? null) !== null));
    expect(withInterval.map((mode) => mode.mode)).toContain("flannel-host-gw");
    expect(summary.ranking.map((entry) => entry.mode).sort()).toEqual(withInterval.map((mode) => mode.mode).sort());
    for (const entry of summary.ranking) expect(entry.why).not.toBe("");
    expect(summary.environment["kernel"]).toMatch(/^\d/);
    expect(summary.environment["iperf3"]).toMatch(/iperf 3/);
  });

  test("writes the run file and the HTML report where it was told to", () => {
    const commit = readFileSync(new URL("../../dist/commit", import.meta.url), "utf8").trim();
    expect(run).toMatchObject({ schema: RUN_SCHEMA, commit, status: "complete", scenario: { seed: 7, budgetSeconds: 20 } });
    expect(readWork("report.html")).toMatch(/^<!doctype html>.*flannel-host-gw/is);
  });
});

describe("podwire lab without --out", () => {
  const files = (): string[] => readdirSync(inWork("podwire-runs"));

  test("writes podwire-runs/TIME.json and says so under its table", () => {
    expect(plain.code, plain.stderr).toBe(0);
    expect(files()).toEqual([expect.stringMatching(/^\d{8}T\d{6}\.\d{3}\.json$/)]);
    expect(plain.stdout).toContain(`podwire-runs/${String(files()[0])}`);
    expect(plain.stdout).toContain("flannel-host-gw");
  });

  test("writes no colours and moves no cursor where there is no terminal", () => {
    for (const text of [json.stdout, json.stderr, plain.stdout, plain.stderr]) expect(text).not.toMatch(ESCAPE);
  });

  test("visits the paths in the same order for the same seed", () => {
    const order = ({ observations }: Run, workload: string): string[] =>
      observations
        .filter((one) => one.workload === workload && one.round === 0 && one.how !== "burst")
        .sort((a, b) => a.position - b.position)
        .map((one) => `${one.mode} ${one.path}`);
    const again = runIn(join(inWork("podwire-runs"), String(files()[0])));
    expect(order(run, "tcp").length).toBeGreaterThan(3);
    for (const workload of ["tcp", "latency.icmp"]) expect(order(again, workload), workload).toEqual(order(run, workload));
  });
});

describe("podwire report", () => {
  const report = async (...args: string[]): Promise<Ended> => program.run(["report", "runs/run.json", ...args]);

  test("prints one screen: the answer, the table and where everything is", async () => {
    const { code, stdout, stderr } = await report();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines[0]).toMatch(/^(Run flannel-host-gw|Run docker-nat|Run ipvlan-l2|No mode can be recommended)/);
    expect(lines).toContainEqual(expect.stringMatching(/^ *\d* ?flannel-host-gw +\d\.\d\d/));
    expect(lines.at(-1)).toBe("everything  podwire report runs/run.json --full");
  });

  test("prints everything with --full", async () => {
    const { code, stdout, stderr } = await report("--full");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^podwire lab.*flannel-host-gw.*Ranking/s);
  });

  test("does not show the HTML report in a pipe, and says why", async () => {
    const { code, stdout, stderr } = await report("--open");
    expect(code).toBe(1);
    expect(stdout).toContain("flannel-host-gw");
    expect(stderr).toMatch(/^podwire: --open: .+--html FILE.*\n$/);
  });

  test("prints as JSON what the run itself printed", async () => {
    expect((await report("--json")).stdout).toBe(json.stdout);
  });

  test("prints Markdown, CSV with one line an observation, and writes HTML", async () => {
    expect((await report("--markdown")).stdout).toMatch(/^\|.*flannel-host-gw.*\|$/m);
    // An error's words may have lines of their own, within quotes.
    const csv = (await report("--csv")).stdout
      .replaceAll(/"(?:[^"]|"")*"/g, "quoted")
      .trimEnd()
      .split("\r\n");
    expect(csv.length).toBe(run.observations.length + 1);
    const { stdout } = await report("--html", "again.html");
    expect(stdout).toContain("again.html");
    expect(readWork("again.html")).toBe(readWork("report.html"));
  });

  test("ranks under other needs", async () => {
    const needy = summarySchema.parse(JSON.parse((await report("--json", "--need", "encryption")).stdout));
    expect(needy.excluded.length).toBeGreaterThan(summary.excluded.length);
  });

  test("masks what tells where a run was made", async () => {
    const { code, stdout } = await report("--json", "--anonymize");
    expect(code).toBe(0);
    expect(summarySchema.parse(JSON.parse(stdout)).modes.map((mode) => mode.mode)).toEqual(summary.modes.map((mode) => mode.mode));
    expect((await report("--html", "masked.html", "--anonymize")).code).toBe(0);
  });

  test("has colours on a terminal and none with NO_COLOR", async () => {
    const onTerminal = async (environment: Record<string, string>): Promise<string> =>
      (await program.shell(`script -qec "$PODWIRE report runs/run.json" /dev/null`, environment)).stdout;
    expect(await onTerminal({})).toMatch(ESCAPE);
    expect(await onTerminal({ NO_COLOR: "1" })).not.toMatch(ESCAPE);
    expect((await program.run(["report", "runs/run.json"], { environment: { FORCE_COLOR: "1" } })).stdout).toMatch(ESCAPE);
  });

  test("is not upset by a reader that has seen enough", async () => {
    expect(await program.shell("$PODWIRE report runs/run.json --csv | head -n 1")).toMatchObject({ code: 0, stderr: "" });
  });
});

/** Where every user may open /dev/net/tun, as most systems have it, one that only root may stands in its place. */
const CLOSED = 'mount -t tmpfs tmpfs /dev/net && mknod -m 0600 /dev/net/tun c 10 200 && exec "$@"';
const tunForRootOnly = (statSync("/dev/net/tun").mode & 0o006) === 0 ? [] : ["unshare", "--mount", "sh", "-c", CLOSED, "closed"];

describe.skipIf(!isRoot)("an ordinary user without access to /dev/net/tun (tried when root runs the tests)", () => {
  const asked = { user: "ordinary user", through: tunForRootOnly } as const;

  test("gets flannel-udp as unsupported, with the command that would change it, and the rest measured", async () => {
    const args = [
      "lab",
      "--modes",
      "flannel-udp,macvlan",
      "--metrics",
      "latency.icmp",
      "--budget",
      "1s",
      "--json",
      "--out",
      "ordinary.json",
    ];
    const { code, stdout, stderr } = await program.run(args, asked);
    expect(code, stderr).toBe(0);
    const { modes } = summarySchema.parse(JSON.parse(stdout));
    expect(modes.map(({ mode, status }) => [mode, status])).toEqual([
      ["host", "measured"],
      ["flannel-udp", "unsupported"],
      ["macvlan", "measured"],
    ]);
    expect(modes[1]?.reason).toContain("sudo chmod 0666 /dev/net/tun");
  });

  test("is told so by podwire lab modes", async () => {
    const { code, stdout } = await program.run(["lab", "modes", "--json"], asked);
    expect(code).toBe(0);
    const modes = JSON.parse(stdout) as { readonly mode: string; readonly status: string; readonly reason?: string }[];
    const udp = modes.find(({ mode }) => mode === "flannel-udp");
    expect(udp?.status).toBe("unsupported");
    expect(udp?.reason).toContain("sudo chmod 0666 /dev/net/tun");
    expect(modes.find(({ mode }) => mode === "flannel-host-gw")).toMatchObject({ status: "supported" });
  });
});

const LEGACY = "/usr/sbin/xtables-legacy-multi";

describe.runIf(isRoot && existsSync(LEGACY))("podwire lab where iptables is the legacy one (needs root and iptables-legacy)", () => {
  test("measures modes by the legacy tables, and says so", async () => {
    const folder = inWork("legacy");
    mkdirSync(folder);
    for (const name of ["iptables", "iptables-restore", "iptables-save"]) symlinkSync(LEGACY, join(folder, name));
    const environment = { PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    const args = ["lab", "--modes", "docker-nat", "--metrics", "tcp", "--budget", "5s", "--json", "--out", "legacy.json"];
    const { code, stdout, stderr } = await program.run(args, { environment });
    expect(code, stderr).toBe(0);
    const mode = summarySchema.parse(JSON.parse(stdout)).modes.find((one) => one.mode === "docker-nat");
    expect(mode).toMatchObject({ status: "measured", rulesBackend: "legacy" });
    expect(mode?.cells.find(({ metric, path }) => metric === "tcp" && path === "pod-pod")?.status).toBe("measured");
    const tables = ["lab", "shell", "docker-nat", "node-a", "--", "bash", "-c", "iptables-legacy-save -t nat; nft list ruleset"];
    const shown = await program.run(tables, { environment });
    expect(shown.code, shown.stderr).toBe(0);
    expect(shown.stdout).toContain("-A POSTROUTING");
    expect(shown.stdout).not.toMatch(/^table /m);
  });
});

test("nothing outside the labs has changed, and nothing of them is left", () => {
  expect(callersState()).toBe(before);
  expect(program.processes()).toEqual([]);
});
