import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Run, runSchema } from "../../src/model/run.js";
import { type Summary, summarySchema } from "../../src/model/summary.js";
import { syntheticRun } from "../synthetic/run.js";
import { copyProgram, type Ended, type Fake, faking } from "./program.js";

const program = copyProgram();
afterAll(program.remove);

const inWork = (name: string): string => join(program.work, name);

beforeAll(() => {
  writeFileSync(inWork("run.json"), JSON.stringify(syntheticRun()));
  writeFileSync(inWork("garbage.json"), "\u0000\u001b[31m\nnot JSON\n");
  writeFileSync(inWork("foreign.json"), '{"start":{},"end":{}}');
  writeFileSync(inWork("summary.json"), '{"schema":"podwire/summary@1"}');
  writeFileSync(inWork("newer.json"), '{"schema":"podwire/run@7"}');
  writeFileSync(inWork("damaged.json"), '{"schema":"podwire/run@1","status":"nearly"}');
  mkdirSync(inWork("folder"));
});

/** A command line that cannot be, and what the message must name: the culprit and the way out. */
const BAD: readonly (readonly [args: readonly string[], ...says: readonly RegExp[]])[] = [
  [["lab", "--modes", "macvlan+offload-of"], /--modes: no layer is called offload-of\./, /Did you mean offload-off\?/],
  [["lab", "--modes", "macvlan+sockt-lb:100"], /--modes: no layer is called sockt-lb\./, /Did you mean socket-lb\?/],
  [
    ["lab", "--modes", "macvlan+kube-proxy-iptables"],
    /--modes: macvlan cannot carry kube-proxy-iptables: it /,
    /it is for .*flannel-host-gw/,
  ],
  [["lab", "--modes", "macvlan+socket-lb:200000"], /--modes: socket-lb:200000: socket-lb takes 1 to 32000 Services/],
  [["lab", "--services", "200000"], /--services: 200000 is not a whole number from 0 to 32000/],
  [["lab", "--modes", "macvlan+socket-lb,macvlan+socket-lb:100"], /--modes: macvlan\+socket-lb:100 is named twice/],
  [["lab", "conformance", "--modes", "gce,gce"], /--modes: gce is named twice/],
  [["lab", "conformance", "--modes", "gce+kube-proxy-iptables-nft:30000"], /loading its rules would take about/, /--load-limit/],
  [["lab", "--modes", "macvlan+tx-offload-on"], /--modes: the layer tx-offload-on changes nothing of macvlan; it is for calico-vxlan\./],
  [["lab", "--modes", "host+offload-off"], /--modes: host\+offload-off: the host is what everything is compared with/],
  [["lab", "--modes", "flanel-vxlan"], /--modes: no mode is called flanel-vxlan\./, /Did you mean flannel-vxlan\?/],
  [["lab", "--modes", ","], /--modes: names no mode/, /podwire lab modes/],
  [["lab", "--metrics", "tpc"], /--metrics: no metric is called tpc\./, /Did you mean tcp\?/],
  [["lab", "--metrics", ""], /--metrics: names no metric/],
  [["lab", "--need", "servics"], /--need: servics is not a need\./, /Did you mean services\?/],
  [["lab", "--need", "nodeport-outsid"], /--need: nodeport-outsid is not a need\./, /Did you mean nodeport-outside\?/],
  [["lab", "--link", "fast"], /--link: "fast" is not a link rate/, /1gbit/],
  [["lab", "--link", "0gbit"], /--link: "0gbit" is a link that carries nothing/, /1gbit/],
  [["lab", "--link", "5mbit"], /--link: "5mbit" is too slow/, /10mbit/],
  [["lab", "--link", "9tbit"], /--link: "9tbit" is faster than any link/, /1gbit/],
  [["lab", "--budget", "0"], /--budget: "0" must be longer than 0/, /90s/],
  [["lab", "--budget", "0s"], /--budget: "0s" must be longer than 0/, /90s/],
  [["lab", "--budget", "-5s"], /--budget: "-5s" is not a time/, /90s/],
  [["lab", "--budget", "soon"], /--budget: "soon" is not a time/, /90s/],
  [["lab", "--budget", "5"], /--budget: "5" has no unit/, /5s/],
  [["lab", "--margin", "some"], /--margin: "some" is not a share/, /2%/],
  [["lab", "--margin", "2"], /--margin: "2" must be less than 100 %/, /2%/],
  [["lab", "--nodes", "1"], /--nodes: 1 is not a whole number from 2 to 8/],
  [["lab", "--nodes", "99"], /--nodes: 99 is not a whole number from 2 to 8/],
  [["lab", "--seed", "x"], /--seed: x is not a whole number/],
  [["lab", "--quik"], /unknown option '--quik'/, /Did you mean --quick\?/, /podwire lab --help/],
  [["lab", "--modes"], /'--modes <a,b,...>' argument missing/, /podwire lab --help/],
  [["lab", "surplus"], /unknown command 'surplus'\./, /podwire lab --help/],
  [["lab", "mods"], /unknown command 'mods'\./, /Did you mean modes\?/, /podwire lab --help/],
  [["lab", "plan"], /missing required argument 'mode'/, /podwire lab plan --help/],
  [["lab", "plan", "nosuch"], /no mode is called nosuch/, /podwire lab modes/],
  [["lab", "plan", "vxlan"], /no mode is called vxlan/, /Did you mean (flannel|calico)-vxlan\?/],
  [["lab", "shell", "nosuch"], /no mode is called nosuch/, /podwire lab modes/],
  [["lab", "shell", "host", "nosuch"], /host has no namespace nosuch/, /node-a, node-b/],
  [["rapport"], /unknown command 'rapport'/, /Did you mean report\?/],
  [["completion", "tcsh"], /no shell is called tcsh\./, /bash, zsh, fish/],
  [["completion", "fihs"], /Did you mean fish\?/],
  [["report"], /missing required argument 'run'/],
  [["report", "run.json", "other.json"], /too many arguments for 'report'/, /podwire report --help/],
  [["report", "nosuch.json"], /nosuch\.json: there is no such file/, /podwire lab/],
  [["report", "folder"], /folder: is a folder/, /run file/],
  [["report", "garbage.json"], /garbage\.json: is not a run file/],
  [["report", "foreign.json"], /foreign\.json: is JSON, but not a podwire run file/],
  [["report", "summary.json"], /summary\.json: is a summary/, /--out/],
  [["report", "newer.json"], /newer\.json: is of the format podwire\/run@7/, /Use the podwire that wrote it/],
  [["report", "damaged.json"], /damaged\.json: is damaged/],
  [["report", "run.json", "--csv", "--json"], /'--csv' cannot be used with option '--json'/],
  [["report", "run.json", "--need", "x"], /--need: x is not a need/],
  [
    ["report", "run.json", "--need", "services,external"],
    /--need: run\.json has no cells of 1\d of its modes that tell of external/,
    /--conformance/,
  ],
  [["report", "run.json", "--html", "folder"], /--html: folder cannot be written/, /name another file/],
  [["lab", "--out", "folder"], /--out: folder cannot be written/, /name another file/],
  [["lab", "--out", "run.json/inside"], /--out: run\.json\/inside cannot be written/, /name another file/],
  [["lab", "--html", "/proc/podwire/report.html"], /--html: \/proc\/podwire\/report\.html cannot be written/, /name another file/],
  [["lab", "--out", "same", "--html", "same"], /--html: same is the run file already/, /name another file/],
];

describe("a command line that cannot be", () => {
  const lines = BAD.map(([args, ...says]) => ({ line: args.join(" "), args, says }));

  test.concurrent.each(lines)("podwire $line: one line, exit code 2, nothing on standard output", async ({ args, says }) => {
    const { code, stdout, stderr } = await program.run(args);
    expect(stderr).toMatch(/^podwire: .+\n$/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a file holds must not reach the terminal.
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]| {4}at /);
    for (const text of says) expect(stderr).toMatch(text);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  test("leaves no run behind", () => {
    expect(readdirSync(program.work).filter((name) => name.startsWith("podwire-runs"))).toEqual([]);
  });

  test("that says nothing at all gets the help, as an error", async () => {
    const { code, stdout, stderr } = await program.run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: podwire/);
  });
});

/** A run with fakes in the place of tools. */
interface Faulty {
  readonly ended: Ended;
  readonly summary: Summary;
  readonly run: Run;
}

let runs = 0;

async function runWith(fakes: Readonly<Record<string, Fake>>, ...args: string[]): Promise<Faulty> {
  const out = inWork(`faulty-${String(++runs)}.json`);
  const asked = ["lab", ...args, "--json", "--out", out];
  const ended = await program.run(asked, { through: faking(fakes, program.work) });
  expect(ended.stdout, ended.stderr).not.toBe("");
  return { ended, summary: summarySchema.parse(JSON.parse(ended.stdout)), run: runSchema.parse(JSON.parse(readFileSync(out, "utf8"))) };
}

function cell({ summary }: Faulty, mode: string, metric: string): Summary["modes"][number]["cells"][number] | undefined {
  return summary.modes.find((one) => one.mode === mode)?.cells.find((one) => one.metric === metric);
}

const modeOf = ({ summary }: Faulty, mode: string): Summary["modes"][number] | undefined => summary.modes.find((one) => one.mode === mode);

const failedFor = (reason: RegExp): unknown =>
  expect.objectContaining({ status: "failed", reason: expect.stringMatching(reason) as string });

describe("tools that are missing, fail at once or print garbage", () => {
  let faulty: Faulty;
  beforeAll(async () => {
    const garbage = "head -c 3000 /dev/urandom";
    const fakes = { sockperf: "missing", trafgen: { script: "echo 'trafgen: out of luck' >&2; exit 3" }, ab: { script: garbage } } as const;
    faulty = await runWith(fakes, "--modes", "flannel-host-gw", "--metrics", "tcp,latency.udp,pps,http", "--budget", "6s");
  });

  test("cost their own figures, with the reason, on the host and in each mode", () => {
    for (const mode of ["host", "flannel-host-gw"]) {
      expect(cell(faulty, mode, "latency.udp.p50")).toEqual(failedFor(/sockperf is not installed; run `sudo apt-get install sockperf`/));
      expect(cell(faulty, mode, "pps")).toEqual(failedFor(/trafgen.*out of luck/));
      expect(cell(faulty, mode, "http")).toEqual(failedFor(/\bab\b/));
    }
  });

  test("leave the other figures alone", () => {
    for (const mode of ["host", "flannel-host-gw"]) expect(cell(faulty, mode, "tcp")?.status).toBe("measured");
  });

  test("are an exit code of 1, each named on standard error without a stack, and the run is saved", () => {
    const { ended, run } = faulty;
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^podwire: host, flannel-host-gw failed: sockperf is not installed/m);
    expect(ended.stderr).not.toMatch(/ {4}at /);
    expect(run.observations.some((one) => one.workload === "tcp" && one.error === undefined)).toBe(true);
  });

  test("are said before anything is built when nothing else is asked for", async () => {
    const { code, stdout, stderr } = await program.run(["lab", "--metrics", "latency.udp", "--json"], {
      through: faking({ sockperf: "missing" }, program.work),
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^podwire: nothing can be measured: sockperf is not installed; run `sudo apt-get install sockperf`\n$/);
  });

  test("are said before anything is built when the lab itself needs them", async () => {
    const { code, stdout, stderr } = await program.run(["lab", "--json"], { through: faking({ bridge: "missing" }, program.work) });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/podwire: the lab needs bridge\. Install it with `sudo apt-get install iproute2`\.\n$/);
  });
});

test("a server that hangs costs its own figures and a bounded time", async () => {
  const fakes = { nginx: { script: "exec sleep 1000" } };
  const faulty = await runWith(fakes, "--modes", "macvlan", "--metrics", "latency.icmp,http", "--budget", "1s");
  for (const mode of ["host", "macvlan"]) {
    expect(cell(faulty, mode, "http")).toEqual(failedFor(/does not listen on tcp port/));
    expect(cell(faulty, mode, "latency.icmp")?.status).toBe("measured");
  }
  expect(faulty.ended.code).toBe(1);
});

test("a mode that cannot be built is failed with its reason, and the others are measured", async () => {
  const fakes = { bridge: { script: "echo 'bridge: no luck today' >&2; exit 4" } };
  const faulty = await runWith(fakes, "--modes", "flannel-vxlan,macvlan", "--metrics", "latency.icmp", "--budget", "1s");
  expect(modeOf(faulty, "flannel-vxlan")).toEqual(failedFor(/`bridge .*` failed.*no luck today/));
  expect(modeOf(faulty, "macvlan")?.status).toBe("measured");
  expect(modeOf(faulty, "host")?.status).toBe("measured");
  expect(faulty.ended.code).toBe(1);
  expect(faulty.ended.stderr).toMatch(/^podwire: flannel-vxlan failed: .*no luck today/m);
});

test("a run file whose place has gone while it was measured is saved elsewhere, and said so", async () => {
  const running = program.start(["lab", "--modes", "macvlan", "--metrics", "latency.icmp", "--budget", "3s", "--out", "gone/run.json"]);
  await running.descendant("program/sandbox.js");
  // The folder becomes a file: nothing can be written into it any more.
  const { code } = await program.shell("rm -rf gone && touch gone");
  expect(code).toBe(0);
  const { code: exitCode, stdout, stderr } = await running.ended;
  const saved = /^podwire: the run cannot be written to gone\/run\.json any more \(.*\); it is in (\S+)$/m.exec(stderr)?.[1] ?? "";
  expect(stdout).toContain(saved);
  // Its name cannot be guessed, and others cannot read it there.
  expect(saved).toMatch(/\/podwire-\w{6}\/[\dT.]+\.json$/);
  expect(statSync(dirname(saved)).mode & 0o7777).toBe(0o700);
  expect(exitCode).toBe(1);
  expect(runSchema.parse(JSON.parse(readFileSync(saved, "utf8"))).status).toBe("complete");
  rmSync(dirname(saved), { recursive: true });
});

test("a full disk below standard output is an error", async () => {
  const { code, stderr } = await program.shell("$PODWIRE report run.json > /dev/full");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^podwire: standard output cannot be written: .*ENOSPC.*\n$/);
});
