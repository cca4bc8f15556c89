/** Queues and workers in the lab: what a layer says of CPUs is what the kernel is told, and the experiment has every combination. */
import { afterAll, describe, expect, test } from "vitest";
import { irqExperimentSchema } from "../../src/model/irq-experiment.js";
import { isRoot } from "./built-lab.js";
import { copyProgram } from "./program.js";

const program = copyProgram();
afterAll(program.remove);

describe.runIf(isRoot)("layers", () => {
  /** What a command prints in a node, whose own devices its /sys shows. */
  const inNode = async (variant: string, script: string): Promise<string> => {
    const where = `${variant}.open.node-b`;
    const ended = await program.run(["lab", "shell", variant, "node-b", "--", "ip", "netns", "exec", where, "sh", "-c", script]);
    expect(ended.code, ended.stderr).toBe(0);
    return ended.stdout;
  };

  test("rps sets the CPUs of both ends of the cable, and of nothing else", async () => {
    const text = await inNode(
      "flannel-host-gw+rps:2",
      "cat /sys/class/net/eth0/queues/rx-*/rps_cpus /sys/class/net/vethpodb/queues/rx-0/rps_cpus",
    );
    expect(
      text
        .trim()
        .split("\n")
        .map((mask) => Number.parseInt(mask, 16)),
    ).toEqual([2, 0]);
  });

  test("queues have their CPUs in turn", async () => {
    const text = await inNode("macvlan+queues:2", "cat /sys/class/net/eth0/queues/rx-*/rps_cpus");
    expect(
      text
        .trim()
        .split("\n")
        .map((mask) => Number.parseInt(mask, 16)),
    ).toEqual([1, 2, 2, 1]);
  });
});

describe("the experiment", () => {
  test("has a cell for every combination, each with a figure or its cause", { skip: !isRoot }, async () => {
    const words = ["--queues", "one,rps", "--workers", "1,2", "--modes", "gce", "--budget", "6s", "--seed", "1", "--json"];
    const ended = await program.run(["experiment", "irq", ...words]);
    const found = irqExperimentSchema.parse(JSON.parse(ended.stdout));
    expect(found.cells.map(({ queues, workers }) => [queues, workers])).toEqual([
      ["one", 1],
      ["one", 2],
      ["rps", 1],
      ["rps", 2],
    ]);
    for (const cell of found.cells) {
      expect(cell.status === "measured" || (cell.reason ?? "") !== "", JSON.stringify(cell)).toBe(true);
      if (cell.status === "measured") expect(cell.trial ?? cell.trialError).toBeDefined();
      for (const { busy, softirqs } of cell.trial?.cpus ?? []) expect([busy > 0, softirqs["NET_RX"]]).toEqual([true, expect.any(Number)]);
    }
    expect(found.says).toHaveLength(1);
    expect(found.says[0]).toMatch(/^gce[,:] /);
    expect(ended.code).toBe(found.cells.some(({ status }) => status === "failed") ? 1 : 0);
    const run = await program.shell("ls podwire-runs/*.json | wc -l");
    expect(run.stdout.trim()).toBe("1");
  });

  test("without root it is unsupported, with the cause", async () => {
    const ended = await program.run(
      ["experiment", "irq", "--queues", "rps", "--workers", "1", "--budget", "1s", "--out", "own.json", "--json"],
      {
        user: "ordinary user",
      },
    );
    const { cells } = irqExperimentSchema.parse(JSON.parse(ended.stdout));
    expect(cells).toEqual([expect.objectContaining({ status: "unsupported", reason: expect.stringContaining("needs root") as string })]);
    expect(ended.code, ended.stderr).toBe(0);
  });

  test.each([
    [["--queues", "two"], "--queues: no setting is called two."],
    [["--queues", "one,one"], "--queues: one is named twice"],
    [["--workers", "0"], "--workers: 0 is not a whole number from 1 to 64"],
    [["--modes", "macvlam"], "Did you mean macvlan?"],
    [["--modes", "host"], "the host is what everything is compared with"],
    [["--budget", "0s"], "must be longer than 0"],
    [["--modes", "gce+kube-proxy-iptables-nft:30000"], "gce+kube-proxy-iptables-nft:30000+rps:1: loading its rules would take about"],
    [["--modes", "gce+kube-proxy-nftables:10000", "--load-limit", "1s"], "the limit is 1 s; --load-limit"],
    [["--load-limit", "soon"], '--load-limit: "soon" is not a time'],
  ])("%j is a usage error", async (flags, words) => {
    const ended = await program.run(["experiment", "irq", ...flags]);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(2);
  });
});
