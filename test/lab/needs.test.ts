/** Needs that packets answer, through the whole program: what works is tried after measuring, judges, and can be judged anew from the run file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runSchema } from "../../src/model/run.js";
import { type Summary, summarySchema } from "../../src/model/summary.js";
import { isRoot } from "./built-lab.js";
import { callersState } from "./bystander.js";
import { copyProgram, type Ended } from "./program.js";

const program = copyProgram();
afterAll(program.remove);

const readWork = (name: string): string => readFileSync(join(program.work, name), "utf8");
const summaryOf = ({ stdout, stderr }: Ended): Summary => {
  expect(stdout, stderr).not.toBe("");
  return summarySchema.parse(JSON.parse(stdout));
};
const report = async (file: string, ...flags: string[]): Promise<Ended> => program.run(["report", file, ...flags]);
const modesOf = (entries: readonly { readonly mode: string }[]): string[] => entries.map(({ mode }) => mode);

// As long as a starved machine takes for the three rounds that an interval wants.
const SHORT = ["--quick", "--metrics", "tcp", "--link", "none", "--budget", "12s", "--json"];

describe("--conformance", () => {
  let ended: Ended;
  let before: string;
  beforeAll(async () => {
    before = callersState();
    ended = await program.run(["lab", "--modes", "macvlan", ...SHORT, "--conformance", "--out", "tried.json", "--html", "tried.html"]);
  });

  test("tries every mode after measuring, with the time that it took, and nothing of the caller's changes", () => {
    expect(ended.code, ended.stderr).toBe(0);
    const { conformance } = summaryOf(ended);
    expect(conformance?.variants.map(({ variant }) => variant)).toEqual(["macvlan"]);
    expect(conformance?.variants[0]?.cells.length).toBeGreaterThan(40);
    expect(conformance?.seconds).toBeGreaterThan(0);
    expect(runSchema.parse(JSON.parse(readWork("tried.json"))).conformance).toEqual(conformance);
    expect(readWork("tried.html")).toContain('<h2 id="conformance-title">What works</h2>');
    expect(callersState()).toBe(before);
  });

  test("lets every need be judged anew from the run file", async () => {
    const external = summaryOf(await report("tried.json", "--json", "--need", "external"));
    expect(external.excluded).toMatchObject([{ mode: "macvlan", inBrief: "external: nodeport-outside and 4 more are not offered" }]);
    const egress = summaryOf(await report("tried.json", "--json", "--need", "egress"));
    expect(egress.recommendation).toMatchObject({
      mode: "macvlan",
      care: [expect.stringContaining("masquerade has no meaning there") as string],
    });
    const own = summaryOf(await report("tried.json", "--json", "--need", "pod-pod-across,fragments"));
    expect(own.recommendation?.kept).toEqual({ needs: ["pod-pod-across", "fragments"], cells: 3 });
    const screen = (await report("tried.json")).stdout;
    expect(screen).toMatch(/What works, tried with packets in .*\n.*pods +services +external +egress\n +macvlan +\d+\/\d+ +0\/\d+/);
  });
});

describe("--need services", { skip: !isRoot }, () => {
  const BARE = "flannel-host-gw+no-netfilter";
  const CARRIED = "flannel-host-gw+kube-proxy-iptables:10";
  const TRAP = "flannel-host-gw+notrack-pods+kube-proxy-iptables:10";
  let ended: Ended;
  beforeAll(async () => {
    const modes = ["--modes", [BARE, CARRIED, TRAP].join(",")];
    ended = await program.run(["lab", ...modes, ...SHORT, "--need", "services", "--out", "needy.json"]);
  });

  test("tries the variants that carry Services, and leaves out what fails with what was seen", () => {
    const { conformance, ranking, excluded, recommendation } = summaryOf(ended);
    expect(conformance?.variants.map(({ variant }) => variant)).toEqual([CARRIED, TRAP]);
    expect(modesOf(ranking)).toEqual([CARRIED]);
    expect(recommendation).toMatchObject({ mode: CARRIED, kept: { needs: ["services"] } });
    expect(modesOf(excluded)).toEqual([BARE, TRAP]);
    expect(excluded.find(({ mode }) => mode === BARE)?.why).toMatch(/^services: kube-proxy has no netfilter to write its rules into/);
    expect(excluded.find(({ mode }) => mode === TRAP)?.why).toMatch(
      /^services: clusterip-local, clusterip-across and \d more do not work: .*never translated back \(clusterip-local by tcp: .*silence for \d+ ms.*last seen in/,
    );
  });

  test("is answered in the first line of the screen", async () => {
    const { stdout } = await report("needy.json");
    expect(stdout).toMatch(new RegExp(`^Run ${CARRIED.replaceAll("+", "\\+")}: it keeps all \\d+ cells of services`));
  });

  test("asks for no more than it was tried for: the rest is one clear error", async () => {
    const asked = await report("needy.json", "--need", "services,external");
    expect(asked).toMatchObject({ code: 2, stdout: "" });
    expect(asked.stderr).toMatch(
      /^podwire: --need: needy\.json has no cells of flannel-host-gw\+no-netfilter that tell of external, .*`podwire lab --conformance`.*\n$/,
    );
    expect((await report("needy.json", "--need", "services,policy", "--json")).code).toBe(0);
  });
});
