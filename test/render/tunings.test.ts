/** Files that make what a closed loop kept permanent, and those that leave netfilter: read by sysctl and nft in a namespace, by systemd and by kmod. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { locate } from "../../scripts/setup/programs.mjs";
import { RenderError } from "../../src/render/errors.js";
import { readTuning } from "../../src/render/inputs/tuning-file.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { rendered, textOf } from "../synthetic/rendered.js";
import { TUNING, WITH_MODULE } from "../synthetic/tuning.js";
import { checkedDocument } from "./checked-documents.js";
import { testChecker } from "./complaints.js";
import { bareNodes, spaceOf } from "./lab-machine.js";

const execute = promisify(execFile);
const isRoot = process.getuid?.() === 0;

async function inFolder(work: (folder: string) => Promise<readonly string[]>): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "podwire-tunings-"));
  try {
    return await work(folder);
  } catch (error) {
    return [String(error)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

describe.runIf(isRoot)("in a namespace of a node", () => {
  let machine: PrivateMachine;
  beforeAll(async () => {
    machine = await privateMachine();
    await bareNodes(machine, "flannel-host-gw");
  });
  afterAll(() => machine.close());

  const reads =
    (...argv: readonly [string, ...string[]]) =>
    (text: string): Promise<readonly string[]> =>
      machine.run(argv, { in: spaceOf("node-a"), stdin: text }).then(linesOf, (error: unknown) => [String(error)]);

  testChecker(checkedDocument("tunings", "sysctl.d"), reads("sysctl", "-q", "-p", "-"));
  testChecker(checkedDocument("tunings", "podwire's own table"), reads("nft", "-c", "-f", "-"));

  test("what sysctl took stands there", async () => {
    const document = checkedDocument("tunings", "sysctl.d");
    await reads("sysctl", "-q", "-p", "-")(textOf(rendered(document.variant, "tunings", document.asked), document.path));
    const shown = await machine.run(["sysctl", "-n", "net.ipv4.tcp_rmem"], { in: spaceOf("node-a") });
    expect(shown.trim().split(/\s+/)).toEqual(["4096", "131072", "6291456"]);
  });
});

/** systemd 252 has no `udevadm verify`, and `udevadm test` writes to the machine: keys with their signs, and programs by their whole path. */
function udevComplaints(text: string): readonly string[] {
  return linesOf(text)
    .filter((line) => !line.startsWith("#"))
    .flatMap((line) =>
      line
        .split(/, (?=[A-Z])/)
        .filter((part) => !/^(?:(?:ACTION|SUBSYSTEM|KERNEL)=="[^"]+"|ATTR\{[\w/]+\}="[^"]*"|RUN\+="\/[^"]+")$/.test(part)),
    );
}

describe("a udev rule", () => {
  testChecker(checkedDocument("tunings", "a udev rule"), (text) => Promise.resolve(udevComplaints(text)));

  test("is of the node's own card", () => {
    const asked = { tuning: TUNING, nodes: "[{name: a, address: 10.0.0.1, interface: ens3}]" };
    const files = rendered(TUNING.variant, "tunings", asked);
    expect(textOf(files, "a/etc/udev/rules.d/90-podwire-offload-tso.rules")).toContain('KERNEL=="ens3"');
    expect(textOf(files, "a/etc/sysctl.d/90-podwire-tcp-buffers.conf")).toContain("net.ipv4.conf.ens3.forwarding = 1");
  });
});

const withoutKmod = locate("modprobe") === undefined;
describe.skipIf(withoutKmod)(`kmod${withoutKmod ? " (is not on this machine)" : ""}`, () => {
  /** It ends with 0 whatever it thinks of a line. */
  const complaints = (text: string): Promise<readonly string[]> =>
    inFolder(async (folder) => {
      await writeFile(join(folder, "podwire.conf"), text);
      const { stdout, stderr } = await execute("modprobe", ["--config", folder, "--showconfig"]);
      const wanted = ["install nf_conntrack /bin/false", "install br_netfilter /bin/false"];
      return [...linesOf(stderr), ...wanted.filter((line) => !linesOf(stdout).includes(line))];
    });
  testChecker(checkedDocument("tunings", "modprobe.d"), complaints);
});

describe("systemd", () => {
  /** It looks whether programs are there, and ends with 0 whatever it thinks of a key. */
  const complaints = (text: string): Promise<readonly string[]> =>
    inFolder(async (folder) => {
      await mkdir(join(folder, "units"));
      const file = join(folder, "units/podwire-unload-netfilter.service");
      await writeFile(file, text.replaceAll("/sbin/modprobe", "/bin/true"));
      const { stdout, stderr } = await execute("systemd-analyze", ["verify", "--man=no", file]);
      return linesOf(`${stdout}${stderr}`).filter((line) => line.includes("podwire-unload-netfilter"));
    });
  testChecker(checkedDocument("tunings", "the unit that unloads"), complaints);
});

describe("what is kept and what is not", () => {
  test("goes to each node, into pods' specs beside them, and the way out of netfilter into a folder of its own, which is not copied along", () => {
    const paths = [...rendered(TUNING.variant, "tunings", { tuning: TUNING }).keys()];
    expect(paths.filter((path) => path.startsWith("node-a/"))).toEqual([
      "node-a/etc/sysctl.d/90-podwire-tcp-buffers.conf",
      "node-a/etc/nftables.d/podwire-notrack-tunnel.nft",
      "node-a/etc/udev/rules.d/90-podwire-offload-tso.rules",
    ]);
    expect(paths.filter((path) => path.startsWith("cluster/") && !path.startsWith("cluster/out-of-netfilter/"))).toEqual([
      "cluster/somaxconn.yaml",
      "cluster/somaxconn.json",
      "cluster/somaxconn.json.txt",
    ]);
    expect(paths).toContain("cluster/out-of-netfilter/etc/modprobe.d/podwire-no-conntrack.conf");
  });

  test("has a module loaded before the values that come with it, on each node", () => {
    const tuning = readTuning(JSON.stringify({ ...TUNING, permanent: WITH_MODULE }), "t.json");
    const files = rendered(TUNING.variant, "tunings", { tuning });
    for (const node of ["node-a", "node-b"]) {
      expect(textOf(files, `${node}/etc/modules-load.d/90-podwire-bridge-nf-call.conf`)).toMatch(/^# .*\nbr_netfilter\n$/s);
      expect(textOf(files, `${node}/etc/sysctl.d/90-podwire-bridge-nf-call.conf`)).toContain("net.bridge.bridge-nf-call-iptables = 0\n");
    }
  });

  test("of MODE+no-netfilter are docker without rules and conntrack never loaded, on each node", () => {
    const files = rendered("flannel-host-gw+no-netfilter", "tunings");
    expect(JSON.parse(textOf(files, "node-b/etc/docker/daemon.json"))).toEqual({ iptables: false, "ip-masq": false });
    expect(textOf(files, "node-a/etc/systemd/system/podwire-unload-netfilter.service")).toContain(
      "ConditionPathExists=/sys/module/nf_conntrack/initstate",
    );
  });

  const [form] = TUNING.permanent;
  test.each([
    ["is no result", JSON.stringify({ schema: "podwire/run@1" }), /^t\.json: is no result of `podwire tune auto --json`: schema: /],
    ["is no JSON", "{", /^t\.json: is not YAML/],
    ...["/etc/../root/x", "/root/.profile", "/etc/x\n/y", "etc/x", "/etc/sysctl.d/../passwd", "/etc/systemd/system/x.service"].map(
      (path) =>
        [
          `has the place ${JSON.stringify(path)}`,
          JSON.stringify({ ...TUNING, permanent: [{ ...form, path }] }),
          /has a place that is none of \/etc\/sysctl\.d, \/etc\/modules-load\.d, \/etc\/udev\/rules\.d or \/etc\/nftables\.d: /,
        ] as const,
    ),
  ] as const)("a file that %s is refused", (_, text, words) => {
    expect(() => readTuning(text, "t.json")).toThrow(words);
    expect(() => readTuning(text, "t.json")).toThrow(RenderError);
  });

  test("nothing is an error, and so is another target", () => {
    const none = { tuning: { ...TUNING, permanent: [] } };
    expect(() => rendered(TUNING.variant, "tunings", none)).toThrow("nothing was kept on flannel-vxlan+fault.offloads-off");
    expect(() => rendered(TUNING.variant, "cni", { tuning: TUNING })).toThrow(
      "cni renders no result of a closed loop; tunings, cloud-init, ignition and coreos-cloud-config do",
    );
    expect(() => rendered("flannel-host-gw", "tunings")).toThrow("flannel-host-gw+no-netfilter");
  });

  test("a pod's part is YAML", () => {
    expect(parse(textOf(rendered(TUNING.variant, "tunings", { tuning: TUNING }), "cluster/somaxconn.yaml"))).toEqual({
      securityContext: { sysctls: [{ name: "net.core.somaxconn", value: "4096" }] },
    });
  });

  test("or an entry of CNI's plugins, which is JSON and has its head beside it", () => {
    const files = rendered(TUNING.variant, "tunings", { tuning: TUNING });
    expect(JSON.parse(textOf(files, "cluster/somaxconn.json"))).toEqual({ type: "tuning", sysctl: { "net.core.somaxconn": "4096" } });
    const head = textOf(files, "cluster/somaxconn.json.txt").replaceAll(/\s+/g, " ");
    expect(head).toContain("a place in `plugins` of the node's list in /etc/cni/net.d");
    expect(head).toContain("Back: take the entry out of the list of plugins again");
  });
});
