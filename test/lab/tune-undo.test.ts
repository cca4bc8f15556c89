/** What `podwire tune undo` touches and what it leaves, in a network namespace of the test's own. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { formatRecord, readLine } from "../../src/tuning/journal/record.js";
import { isRoot } from "./built-lab.js";
import { type TunedTestNode, tunedNode } from "./tuned-node.js";

const ALL = ["--max-risk", "high"] as const;
let node: TunedTestNode;

describe.skipIf(!isRoot)("podwire tune undo (needs root)", () => {
  beforeEach(async () => {
    node = await tunedNode();
  });
  afterEach(async () => {
    await node.close();
  });

  const largest = async (name: "tcp_rmem" | "tcp_wmem"): Promise<string> =>
    (await node.run("sysctl", "-n", `net.ipv4.${name}`)).trim().split(/\s+/).at(-1) ?? "";
  const offload = async (feature: string): Promise<string> =>
    new RegExp(`${feature}: (\\w+)`).exec(await node.run("ethtool", "-k", "eth0"))?.[1] ?? "";

  test("a second time leaves what the first has restored, whoever has set it since", async () => {
    await node.run("sysctl", "-qw", "net.ipv4.tcp_rmem=4096 8192 8192", "net.ipv4.tcp_wmem=4096 4096 4096");
    expect((await node.tune(["apply", "--only", "tcp-buffers"])).code).toBe(0);
    await node.run("sysctl", "-qw", "net.ipv4.tcp_rmem=4096 8192 99999");
    expect((await node.tune(["undo"])).code).toBe(1);
    expect([await largest("tcp_rmem"), await largest("tcp_wmem")]).toEqual(["99999", "4096"]);
    // Someone else sets by hand what podwire had set.
    await node.run("sysctl", "-qw", "net.ipv4.tcp_wmem=4096 4096 4194304");
    expect((await node.tune(["undo"])).stdout).toMatch(
      /^tcp-buffers: undone but for\n {2}net\.ipv4\.tcp_rmem is 4096 8192 99999: someone else/,
    );
    expect((await node.tune(["undo", "--json"])).stderr).toMatch(
      /^podwire: tcp-buffers: net\.ipv4\.tcp_rmem is 4096 8192 99999: someone else/,
    );
    expect((await node.tune(["undo", "--force"])).code).toBe(0);
    expect([await largest("tcp_rmem"), await largest("tcp_wmem")]).toEqual(["8192", "4194304"]);
  });

  test("a feature that the change has not moved is no matter of it, not by force either", async () => {
    await node.run("ethtool", "-K", "eth0", "tso", "off");
    expect((await node.tune(["apply", "--only", "offload-tso"])).code).toBe(0);
    const other = (await offload("rx-gro-list")) === "on" ? "off" : "on";
    await node.run("ethtool", "-K", "eth0", "rx-gro-list", other);
    expect(await node.tune(["undo", "--force"])).toEqual({ code: 0, stdout: "offload-tso: undone\n", stderr: "" });
    expect([await offload("tx-tcp-segmentation"), await offload("rx-gro-list")]).toEqual(["off", other]);
  });

  test("a device on another one is left to follow it: its own offloads could not be given back", async () => {
    await node.run("ip", "link", "add", "child", "link", "eth0", "type", "macvlan");
    await node.run("ip", "link", "set", "child", "up");
    await node.run("ethtool", "-K", "child", "gro", "off");
    const before = await node.dump();
    const { changes } = await node.plan("--only", "offload-gro");
    expect(changes.flatMap(({ steps }) => steps.map(({ what }) => what))).not.toContain("generic-receive-offload of child");
    expect((await node.tune(["apply", "--only", "offload-gro"])).code).toBe(0);
    expect((await node.tune(["undo"])).code).toBe(0);
    expect(await node.dump()).toBe(before);
  });

  test("a disk that is full in the middle of apply: what was made is taken back by what stands in the journal", async () => {
    await node.run("sysctl", "-qw", "net.core.somaxconn=128", "net.ipv4.tcp_rmem=4096 8192 8192");
    await node.run("ethtool", "-K", "eth0", "tso", "off", "gso", "off");
    const before = await node.dump();
    // Pages of the folder, of one who came second, and of a journal of a few records.
    const full = `mount -t tmpfs -o size=16k none ${node.state} && exec "$@"`;
    const { code, stderr } = await node.tune(["apply", ...ALL], { through: ["unshare", "--mount", "sh", "-c", full, "sh"] });
    expect(code).toBe(1);
    expect(stderr).toMatch(/ENOSPC/);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(await node.dump()).toBe(before);
  });

  test("a namespace that got the number of one that is gone is another one: told, and never undone into", async () => {
    await node.run("sysctl", "-qw", "net.core.somaxconn=128");
    await node.tune(["apply", "--only", "somaxconn"]);
    const inode = async (): Promise<string> => /\d+/.exec(await node.run("readlink", "/proc/self/ns/net"))?.[0] ?? "";
    const gone = { path: node.journal(), inode: await inode() };
    await node.machine.run(["ip", "netns", "delete", node.name]);
    await node.machine.run(["ip", "netns", "add", node.name]);
    // The kernel mostly gives the number again by itself; with tests beside this one it may have gone to one of theirs.
    const now = await inode();
    const given = gone.path.replace(gone.inode, now);
    const lines = readFileSync(gone.path, "utf8").trimEnd().split("\n").map(readLine);
    const records = lines.flatMap((line) => ("record" in line ? [line.record] : []));
    rmSync(gone.path);
    writeFileSync(given, records.map((one) => formatRecord(one.record === "apply" ? { ...one, namespace: now } : one)).join(""));

    // It has the value that was made in the other one, as the kernel gives it.
    await node.run("sysctl", "-qw", "net.core.somaxconn=4096");
    const told = [{ state: "other namespace", values: [{ what: "net.core.somaxconn", before: "128", wanted: "4096" }] }];
    expect((await node.status()).entries).toMatchObject(told);
    expect((await node.status()).entries[0]?.values[0]).not.toHaveProperty("now");
    expect((await node.tune(["verify"])).code).toBe(1);
    expect(await node.tune(["undo"])).toEqual({
      code: 0,
      stdout: "somaxconn: nothing to undo: its values went with their boot or their namespace\n",
      stderr: "",
    });
    expect((await node.run("sysctl", "-n", "net.core.somaxconn")).trim()).toBe("4096");
  });

  test("what was written without a word on its namespace's lo is taken back by force alone", async () => {
    await node.run("sysctl", "-qw", "net.core.somaxconn=128");
    await node.tune(["apply", "--only", "somaxconn"]);
    const lines = readFileSync(node.journal(), "utf8").trimEnd().split("\n").map(readLine);
    const records = lines.flatMap((line) => ("record" in line ? [line.record] : []));
    writeFileSync(
      node.journal(),
      records.map((one) => formatRecord(one.record === "apply" ? { ...one, loopback: undefined } : one)).join(""),
    );
    const why =
      "somaxconn: not undone: it cannot be told whether it was made in this network namespace or in an earlier one of the same number: " +
      "an older podwire wrote it, or no sysfs could be mounted then or can be now (--force takes it back)\n";
    expect(await node.tune(["undo"])).toEqual({ code: 1, stdout: why, stderr: "" });
    const { stdout, ...rest } = await node.tune(["undo", "--json"]);
    expect(rest).toEqual({ code: 1, stderr: `podwire: ${why}` });
    expect(JSON.parse(stdout)).toMatchObject({ entries: [{ change: "somaxconn", state: "made" }] });
    expect((await node.run("sysctl", "-n", "net.core.somaxconn")).trim()).toBe("4096");
    expect((await node.tune(["undo", "--force"])).code).toBe(0);
    expect((await node.run("sysctl", "-n", "net.core.somaxconn")).trim()).toBe("128");
  });

  test("verify asks no more of what went with an earlier boot once the change was made anew", async () => {
    await node.run("sysctl", "-qw", "net.core.somaxconn=128");
    await node.tune(["apply", "--only", "somaxconn"]);
    const lines = readFileSync(node.journal(), "utf8").trimEnd().split("\n").map(readLine);
    const records = lines.flatMap((line) => ("record" in line ? [line.record] : []));
    const earlier = records.map((record) => (record.record === "apply" ? { ...record, boot: "an earlier one" } : record));
    writeFileSync(node.journal(), earlier.map(formatRecord).join(""));
    await node.run("sysctl", "-qw", "net.core.somaxconn=128");
    expect((await node.tune(["verify"])).code).toBe(1);
    await node.tune(["apply", "--only", "somaxconn"]);
    expect(await node.tune(["verify"])).toMatchObject({ code: 0, stderr: "" });
    expect((await node.status()).entries.map(({ state }) => state)).toEqual(["other boot", "made"]);
    expect((await node.tune(["undo"])).code).toBe(0);
    expect((await node.run("sysctl", "-n", "net.core.somaxconn")).trim()).toBe("128");
  });
});
