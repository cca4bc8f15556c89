/** What `podwire tune` refuses, in a network namespace of the test's own with real tools: one clear error each, and nothing is half made. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tuningPlanSchema } from "../../src/model/tuning.js";
import { formatRecord } from "../../src/tuning/journal/record.js";
import { isRoot } from "./built-lab.js";
import { PODWIRE, type TunedTestNode, tunedNode } from "./tuned-node.js";

let node: TunedTestNode;

describe.skipIf(!isRoot)("what cannot be is one clear error, and nothing is half made (needs root)", () => {
  beforeEach(async () => {
    node = await tunedNode();
  });
  afterEach(async () => {
    await node.close();
  });

  const somaxconn = async (): Promise<string> => (await node.run("sysctl", "-n", "net.core.somaxconn")).trim();
  const fault = async (): Promise<string> => node.run("sysctl", "-qw", "net.core.somaxconn=128");
  const unchanged = async (args: readonly string[], through: readonly string[] = []): Promise<string> => {
    const before = await node.dump();
    const { code, stderr } = await node.tune(args, { through });
    expect(code).not.toBe(0);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(await node.dump()).toBe(before);
    return stderr;
  };
  const within = (mounts: string): readonly string[] => ["unshare", "--mount", "sh", "-c", `${mounts} && exec "$@"`, "sh"];

  test("a change or a sysctl that there is not", async () => {
    expect(await unchanged(["plan", "--only", "somaxcon"])).toContain("--only: no change is called somaxcon. Did you mean somaxconn?");
    expect(await unchanged(["apply", "--only", "net.core.somaxcon"])).toContain(
      "no change sets net.core.somaxcon. Did you mean net.core.somaxconn?",
    );
    expect(await unchanged(["plan", "--max-risk", "lots"])).toMatch(/Allowed choices are low, medium, high/);
  });

  test("a read-only /proc/sys", async () => {
    await fault();
    const stderr = await unchanged(
      ["apply", "--only", "somaxconn"],
      within("mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys"),
    );
    expect(stderr).toMatch(
      /net\.core\.somaxconn cannot be set: .*\/proc and \/sys that are not mounted read-only, as they are in a container/,
    );
  });

  test("a read-only /sys, with the namespace's own devices", async () => {
    const readOnly = within(
      "umount -R /run/netns 2>/dev/null; mount -t tmpfs none /run/netns && mount -t sysfs none /sys && mount -o remount,bind,ro /sys",
    );
    const stderr = await unchanged(["apply", "--only", "rps"], readOnly);
    expect(stderr).toMatch(/rps_cpus of \S+ cannot be set: .*Read-only file system.*as in a container: run podwire on the node itself/);
  });

  test("a container on the machine's network that does not see the machine's processes", () => {
    const among = spawnSync(
      "unshare",
      ["--pid", "--fork", "--mount-proc", process.execPath, PODWIRE, "tune", "plan", "--max-risk", "high", "--json"],
      {
        encoding: "utf8",
      },
    );
    const { node: seen, changes, refused } = tuningPlanSchema.parse(JSON.parse(among.stdout));
    // Where these tests themselves run in a namespace of their own, nothing of the machine could be changed anyway.
    if (!seen.firstNamespace) return;
    expect(changes).toEqual([]);
    for (const { because } of refused) expect(because).toMatch(/cannot be seen from this container|its risk is/);
  });

  test("a missing tool", async () => {
    await node.run("ethtool", "-K", "eth0", "tso", "off");
    const hidden = within("for tool in /usr/sbin/ethtool /sbin/ethtool; do [ ! -f $tool ] || mount --bind /dev/null $tool; done");
    expect(await unchanged(["apply", "--only", "offload-tso"], hidden)).toContain("offload-tso: ethtool is not installed");
  });

  test("a feature that the kernel refuses without another one: what was made before is taken back", async () => {
    await node.run("ip", "link", "set", "dev", "eth0", "mtu", "1400");
    await node.run("ethtool", "-K", "eth0", "tx", "off");
    const stderr = await unchanged(["apply", "--max-risk", "medium", "--only", "mtu,offload-tso"]);
    expect(stderr).toMatch(/^podwire: offload-tso: .*Could not change any device features.*It is taken back\. mtu: taken back too\.\n$/);
  });

  test("a driver that refuses: what was made before is taken back", async () => {
    await fault();
    await node.run("ip", "link", "set", "dev", "eth0", "gso_max_size", "1500");
    const fake = within(
      `cp -L "$(command -v ip)" ${node.state}/real-ip && printf '#!/bin/sh\\ncase "$*" in "link set"*) echo "RTNETLINK answers: Operation not supported" >&2; exit 2;; esac\\nexec ${node.state}/real-ip "$@"\\n' > ${node.state}/fake-ip && chmod +x ${node.state}/fake-ip && for tool in /usr/bin/ip /usr/sbin/ip; do [ ! -e $tool ] || mount --bind ${node.state}/fake-ip $(readlink -f $tool); done`,
    );
    const stderr = await unchanged(["apply", "--max-risk", "medium", "--only", "gso-max-size,somaxconn"], fake);
    expect(stderr).toMatch(/gso_max_size of eth0 cannot be set: .*Operation not supported.*The driver or the kernel refuses it/);
  });

  test("no right to write, and no root", async () => {
    await fault();
    const stderr = await unchanged(["apply"], ["setpriv", "--reuid", "61357", "--regid", "61357", "--clear-groups", "--"]);
    expect(stderr).toBe("podwire: tune apply needs root: it changes the node; `podwire tune plan` shows what it would do\n");
    const read = await node.tune(["plan"], { through: ["setpriv", "--reuid", "61357", "--regid", "61357", "--clear-groups", "--"] });
    expect(read.stdout).toContain("net.core.somaxconn: 128 -> 4096");
  });

  test("a state folder that cannot be written", async () => {
    await fault();
    const { code, stderr } = await node.tune(["apply"], { state: "/proc/podwire" });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^podwire: the journal cannot be written \(.*\), and nothing is changed without it\. Name a folder with --state\.\n$/,
    );
    expect(await somaxconn()).toBe("128");
  });

  test("a sysfs of another namespace is never written to", async () => {
    const foreign = [
      "unshare",
      "--mount",
      "sh",
      "-c",
      'umount -R /run/netns 2>/dev/null; mount -t tmpfs none /run/netns && exec "$@"',
      "sh",
    ];
    expect(await unchanged(["apply", "--only", "rps"], foreign)).toContain("rps: the mounted sysfs is of another network namespace");
  });

  test("a journal of a newer version", async () => {
    await fault();
    await node.tune(["apply", "--only", "somaxconn"]);
    const at = "2026-01-01T00:00:00.000Z";
    writeFileSync(node.journal(), formatRecord({ record: "journal", journal: "podwire/tune-journal@2", at } as never));
    for (const command of ["status", "undo", "verify"])
      expect(await unchanged([command])).toMatch(/the journal is of another version \(podwire\/tune-journal@2;/);
  });
});
