/** `podwire render` as it is called: files with their permissions, what is refused, and that nothing is left half written. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, describe, expect, test } from "vitest";
import { renderDiffSchema } from "../../src/model/render-diff.js";
import { targetListSchema } from "../../src/model/render-targets.js";
import { TARGETS } from "../../src/render/targets/index.js";
import { TUNING } from "../synthetic/tuning.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "podwire-render-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const place = (name: string): string => join(folder, name);
const file = (name: string, text: string): string => {
  writeFileSync(place(name), text);
  return place(name);
};
const NODES = file("nodes.yaml", "- {name: worker-1, address: 10.0.0.11/24}\n- {name: worker-2, address: 10.0.0.12/24}\n");
const CLUSTER = file("cluster.yaml", "podCIDRs: [10.244.0.0/16]\nserviceCIDRs: [10.96.0.0/16]\ndns: 10.96.0.10\n");
const TOKEN_SECRET = "0123456789abcdef";
/** What a whole node needs beside that. */
const WHOLE = file(
  "whole.yaml",
  [
    readFileSync(CLUSTER, "utf8").trimEnd(),
    'apiServer: "https://10.0.0.1:6443"',
    `bootstrapToken: abcdef.${TOKEN_SECRET}`,
    'caCert: "-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n"',
    "",
  ].join("\n"),
);

async function podwire(args: readonly string[], input?: string): Promise<{ code: number | undefined; out: string; err: string }> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [join(ROOT, "bin/podwire"), ...args], {
    reject: false,
    stripFinalNewline: false,
    extendEnv: false,
    env: { PATH: process.env["PATH"], NO_COLOR: "1" },
    ...(input === undefined ? {} : { input }),
  });
  return { code: exitCode, out: stdout, err: stderr };
}

const given = ["--nodes", NODES, "--cluster", CLUSTER] as const;

describe("podwire render --list", () => {
  test("names each target, its variants and how its documents were checked", async () => {
    const { code, out } = await podwire(["render", "--list", "--json"]);
    expect(code).toBe(0);
    const { targets } = targetListSchema.parse(JSON.parse(out));
    expect(targets.map(({ target }) => target)).toEqual(TARGETS.map(({ name }) => name));
    expect(targets.find(({ target }) => target === "flannel")?.variants).toEqual([
      "flannel-vxlan",
      "flannel-ipip",
      "flannel-host-gw",
      "flannel-udp",
      "wireguard",
    ]);
    for (const { checked, why } of targets) if (checked === "not here") expect(why).toBeDefined();
    expect((await podwire(["render", "--list"])).out).toContain("flannel: flannel 0.28");
  });
});

describe("podwire render VARIANT", () => {
  test("writes a folder for each node and names each file", async () => {
    const out = place("network");
    const written = await podwire(["render", "flannel-vxlan", "--for", "networkd", ...given, "--out", out]);
    expect([written.code, written.err]).toEqual([0, ""]);
    const named = written.out.trimEnd().split("\n");
    expect(named).toContain(join(out, "worker-1/etc/systemd/network/10-podwire-flannel.1.netdev"));
    expect(named.filter((path) => statSync(path).isFile())).toEqual(named);
    expect(readdirSync(out).sort()).toEqual([".podwire-render.json", "worker-1", "worker-2"]);
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  test("overwrites nothing unless it is told to, and leaves what was there", async () => {
    const out = place("kept");
    const asked = ["render", "gce", "--for", "iproute2", ...given, "--out", out];
    expect((await podwire(asked)).code).toBe(0);
    const script = join(out, "router/podwire-routes.sh");
    expect(statSync(script).mode & 0o777).toBe(0o755);
    writeFileSync(script, "mine\n");
    rmSync(join(out, "worker-1"), { recursive: true });
    const again = await podwire(asked);
    expect(again).toMatchObject({ code: 2, out: "" });
    expect(again.err).toMatch(/^podwire: --out: \S+ is there already; --force overwrites it\n$/);
    expect(readFileSync(script, "utf8")).toBe("mine\n");
    expect(readdirSync(out).sort()).toEqual([".podwire-render.json", "router", "worker-2"]);
    mkdirSync(join(out, "other"));
    expect((await podwire([...asked, "--force"])).code).toBe(0);
    expect(readFileSync(script, "utf8")).toContain("route replace 10.244.0.0/24 via 10.0.0.11");
    expect(readdirSync(out).sort()).toEqual([".podwire-render.json", "other", "router", "worker-1", "worker-2"]);
  });

  describe("another variant into the folder of an earlier one", () => {
    const asked = (variant: string, target: string, out: string): readonly string[] => [
      "render",
      variant,
      "--for",
      target,
      ...given,
      "--out",
      out,
    ];
    const inNode = (out: string, node: string): string => join(out, node, "etc/systemd/network");
    const TUNNEL = ["10-podwire-flannel.1.netdev", "10-podwire-flannel.1.network"];

    test("removes what this target wrote for it, and nothing that podwire did not write or that was edited since", async () => {
      const out = place("switched");
      await podwire(asked("flannel-vxlan", "networkd", out));
      await podwire(asked("flannel-vxlan", "cni", out));
      writeFileSync(join(inNode(out, "worker-1"), "mine.network"), "[Match]\nName=eth9\n");
      const edited = join(inNode(out, "worker-2"), "10-podwire-flannel.1.network");
      writeFileSync(edited, "mine now\n");
      const { code, err } = await podwire([...asked("flannel-host-gw", "networkd", out), "--force"]);
      expect(code).toBe(0);
      expect(err).toBe(`podwire: ${edited} is from flannel-vxlan by networkd and was edited since: it is left alone\n`);
      expect(readdirSync(inNode(out, "worker-1")).sort()).toEqual(["05-podwire-pods.network", "10-podwire-eth0.network", "mine.network"]);
      expect(readdirSync(inNode(out, "worker-2"))).toContain("10-podwire-flannel.1.network");
      expect(readFileSync(edited, "utf8")).toBe("mine now\n");
      expect(readdirSync(join(out, "worker-1/etc/cni/net.d"))).toContain("10-podwire.conflist");
    });

    test("removes a node's folder with its last file, and is refused without --force", async () => {
      const out = place("fewer");
      await podwire(asked("gce", "frr", out));
      const refused = await podwire(asked("flannel-host-gw", "frr", out));
      expect(refused).toEqual({
        code: 2,
        out: "",
        err: `podwire: --out: ${join(out, "router/frr.conf")} is there from gce by frr; --force removes it\n`,
      });
      expect(readdirSync(out).sort()).toEqual([".podwire-render.json", "router"]);
      const forced = await podwire([...asked("flannel-host-gw", "frr", out), "--force"]);
      expect([forced.code, forced.err]).toEqual([0, ""]);
      expect(readdirSync(out).sort()).toEqual([".podwire-render.json", "worker-1", "worker-2"]);
      const one = file("one.yaml", "- {name: worker-1, address: 10.0.0.11/24}\n");
      expect(
        (await podwire(["render", "flannel-host-gw", "--for", "frr", "--nodes", one, "--cluster", CLUSTER, "--out", out, "--force"])).code,
      ).toBe(0);
      expect(readdirSync(out).sort()).toEqual([".podwire-render.json", "worker-1"]);
    });

    test("with a damaged note of what was written is refused, and leaves all of it", async () => {
      const out = place("damaged");
      await podwire(asked("flannel-vxlan", "networkd", out));
      writeFileSync(join(out, ".podwire-render.json"), readFileSync(join(out, ".podwire-render.json"), "utf8").replace("worker-1/", "../"));
      const failed = await podwire([...asked("flannel-host-gw", "networkd", out), "--force"]);
      expect(failed).toMatchObject({ code: 1, out: "" });
      expect(failed.err).toMatch(/^podwire: \S+\.podwire-render\.json: is damaged [^\n]*\n$/);
      expect(readdirSync(inNode(out, "worker-1"))).toEqual(expect.arrayContaining(TUNNEL));
    });

    test("--diff says what would change and in which order, and changes nothing", async () => {
      const out = place("diffed");
      await podwire(asked("flannel-vxlan", "networkd", out));
      const before = execFileSync("find", [out, "-type", "f", "-exec", "sha256sum", "{}", "+"], { encoding: "utf8" });
      const text = await podwire([...asked("flannel-host-gw", "networkd", out), "--diff"]);
      expect([text.code, text.err]).toEqual([0, ""]);
      expect(text.out).toMatch(/^[1-9]\d* of [1-9]\d* documents would change\.\n/);
      expect(text.out.replaceAll(/\s+/g, " ")).toContain(`flannel-host-gw by networkd, against ${out}, which has flannel-vxlan `);
      expect(text.out).toMatch(/^gone {7}worker-1\/etc\/systemd\/network\/10-podwire-flannel\.1\.netdev$/m);
      expect(text.out).toMatch(/^ {4}-VXLAN=flannel\.1$/m);
      expect(text.out).toContain("     ip route flush root 10.244.0.0/16 dev flannel.1\n");
      const json = await podwire([...asked("flannel-host-gw", "networkd", out), "--diff", "--json"]);
      const diff = renderDiffSchema.parse(JSON.parse(json.out));
      expect(diff).toMatchObject({
        target: "networkd",
        variant: "flannel-host-gw",
        before: "flannel-vxlan",
        against: { kind: "folder", name: out },
      });
      expect(diff.order[0]?.step).toContain("drain");
      expect(diff.documents.filter(({ change }) => change === "gone").map(({ what }) => what.split("/").at(-1))).toEqual([
        ...TUNNEL,
        ...TUNNEL,
      ]);
      expect(execFileSync("find", [out, "-type", "f", "-exec", "sha256sum", "{}", "+"], { encoding: "utf8" })).toBe(before);
      const masked = await podwire([...asked("flannel-host-gw", "networkd", out), "--diff", "--anonymize"]);
      expect(masked.out).toMatch(/^gone {7}name-\d\/etc\/systemd\/network\/10-podwire-flannel\.1\.netdev$/m);
      expect(masked.out).not.toMatch(/worker-[12]|10\.244\./);
      const same = await podwire([...asked("flannel-vxlan", "networkd", out), "--diff"]);
      expect(same.out).toMatch(/^Nothing would change\.\n/);
    });

    test("--diff has the Node deleted and made anew whose PodCIDR becomes another", async () => {
      const out = place("moved");
      await podwire(["render", "gce", "--for", "nodes", ...given, "--out", out]);
      const swapped = file("swapped.yaml", "- {name: worker-2, address: 10.0.0.12/24}\n- {name: worker-1, address: 10.0.0.11/24}\n");
      const { out: text } = await podwire([
        "render",
        "gce",
        "--for",
        "nodes",
        "--nodes",
        swapped,
        "--cluster",
        CLUSTER,
        "--out",
        out,
        "--diff",
      ]);
      expect(text).toContain("delete the Nodes of worker-2 and worker-1, and create them again with the other PodCIDR");
      expect(text).toContain("a Node's PodCIDR can be set once and never changed");
    });
  });

  test("of what a closed loop kept writes files for each node", async () => {
    const tuning = file("tuning.json", JSON.stringify(TUNING));
    const out = place("tuned");
    const { code, out: named, err } = await podwire(["render", tuning, "--for", "tunings", "--nodes", NODES, "--out", out]);
    expect([code, err]).toEqual([0, ""]);
    expect(named).toContain(join(out, "worker-2/etc/sysctl.d/90-podwire-tcp-buffers.conf\n"));
    const other = await podwire(["render", tuning, "--for", "cni", "--nodes", NODES]);
    expect(other).toMatchObject({ code: 2, out: "" });
    expect(other.err).toMatch(
      /is what `tune auto --json` printed, not a run file; `podwire render FILE --for tunings` makes it permanent\n$/,
    );
  });

  test("puts what a closed loop kept into a whole node, beside its variant", async () => {
    const tuning = file("kept.json", JSON.stringify(TUNING));
    const out = place("whole");
    const inputs = ["--nodes", NODES, "--cluster", WHOLE, "--tuning", tuning];
    const { code, err } = await podwire(["render", "flannel-vxlan", "--for", "cloud-init", ...inputs, "--out", out]);
    expect([code, err]).toEqual([0, ""]);
    expect(readFileSync(join(out, "worker-1/seed/user-data"), "utf8")).toContain("path: /etc/sysctl.d/90-podwire-tcp-buffers.conf");
    expect(statSync(join(out, "worker-1/seed/user-data")).mode & 0o777).toBe(0o600);
    const other = await podwire(["render", "gce", "--for", "cloud-init", ...inputs]);
    expect(other).toMatchObject({ code: 2, out: "" });
    expect(other.err).toBe(
      "podwire: the closed loop's result was found on flannel-vxlan, and says nothing of gce, which is to be rendered.\n",
    );
    const alone = await podwire(["render", "flannel-vxlan+no-netfilter", "--for", "tunings", ...inputs]);
    expect(alone.err).toBe(`podwire: --tuning: tunings takes the file in place of VARIANT: \`podwire render ${tuning} --for tunings\`.\n`);
  });

  test("prints documents where no folder is named, one of them alone as it is", async () => {
    const nodes = await podwire(["render", "gce", "--for", "nodes", ...given]);
    expect(nodes.out).toMatch(/^# gce by nodes: nodes\.yaml\./);
    const several = await podwire(["render", "flannel-udp", "--for", "flannel", "--cluster", CLUSTER]);
    expect(several.out).toMatch(/^==> cluster\/net-conf\.json <==\n\{/);
  });

  test("prints what has narrow permissions but no secret", async () => {
    const netplan = await podwire(["render", "flannel-host-gw", "--for", "netplan", ...given]);
    expect(netplan.out).not.toContain("holds a secret");
    expect(netplan.out).toContain("renderer: networkd");
  });

  test.each([
    ["cloud-init", "flannel-host-gw", ["seed/user-data"]],
    ["ignition", "flannel-host-gw", ["config.bu", "config.ign"]],
    ["coreos-cloud-config", "gce", ["user-data"]],
  ])("never prints what holds a secret, and writes it for its owner alone: %s", async (target, variant, secrets) => {
    const asked = ["render", variant, "--for", target, "--nodes", NODES, "--cluster", WHOLE];
    const printed = await podwire(asked);
    expect([printed.code, printed.err]).toEqual([0, ""]);
    expect(printed.out).not.toContain(TOKEN_SECRET);
    const out = place(`secret-${target}`);
    const { code, out: named } = await podwire([...asked, "--out", out]);
    expect(code).toBe(0);
    const own = named.split("\n").filter((path) => path.startsWith(join(out, "worker-1")));
    const narrow = own.filter((path) => (statSync(path).mode & 0o777) === 0o600);
    expect(narrow.sort()).toEqual(secrets.map((name) => join(out, "worker-1", name)));
    for (const name of secrets) {
      expect(printed.out).toContain(`==> worker-1/${name} <== holds a secret: --out DIR writes it with mode 0600\n`);
      const lines = readFileSync(join(out, "worker-1", name), "utf8").split("\n");
      // In whatever form the token stands in it: its head is that of documents which are printed.
      expect(lines.filter((line) => /^[^#].{40}/.test(line) && printed.out.includes(line))).toEqual([]);
    }
  });

  test("reads the nodes of a cluster from standard input, and once from a pipe", async () => {
    const list = JSON.stringify({
      kind: "List",
      items: [
        {
          kind: "Node",
          metadata: { name: "n" },
          spec: { podCIDR: "10.9.1.0/24" },
          status: { addresses: [{ type: "InternalIP", address: "10.0.0.1" }] },
        },
      ],
    });
    const printed = await podwire(["render", "kindnet", "--for", "cni", "--nodes", "-"], list);
    expect([printed.code, printed.err]).toEqual([0, ""]);
    expect(printed.out).toContain('"subnet": "10.9.1.0/24"');
    const fifo = place("fifo");
    execFileSync("mkfifo", [fifo]);
    const [piped] = await Promise.all([
      podwire(["render", "kindnet", "--for", "cni", "--nodes", fifo]),
      execa("tee", [fifo], { input: list }),
    ]);
    expect(piped.out).toBe(printed.out);
  });

  test("names a folder that cannot be written, and leaves nothing", async () => {
    const taken = file("taken", "a file\n");
    const failed = await podwire(["render", "gce", "--for", "nodes", ...given, "--out", join(taken, "below")]);
    expect([failed.code, failed.out]).toEqual([1, ""]);
    expect(failed.err).toMatch(/^podwire: --out: \S+ cannot be written: .*\n$/);
    expect(readFileSync(taken, "utf8")).toBe("a file\n");
  });

  test.runIf(process.getuid?.() === 0)("a disk that is full in the middle of it has none of the documents", async () => {
    const disk = place("disk");
    mkdirSync(disk);
    const asked = ["render", "flannel-vxlan", "--for", "networkd", ...given, "--out", join(disk, "network")];
    // Pages of folders and of a few documents. The disk is there only as long as this shell.
    const full = 'mount -t tmpfs -o size=24k none "$0" || exit 99; "$@"; code=$?; find "$0" -mindepth 1; exit $code';
    const words = ["--mount", "sh", "-c", full, disk, process.execPath, join(ROOT, "bin/podwire"), ...asked];
    const { exitCode, stdout, stderr } = await execa("unshare", words, { reject: false, env: { NO_COLOR: "1" } });
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^podwire: --out: \S+ cannot be written: ENOSPC[^\n]*$/);
  });

  const small = file("small.yaml", "podCIDRs: [10.244.0.0/28]\n");
  const forty = file(
    "forty.yaml",
    Array.from({ length: 40 }, (_, index) => `- {name: w${String(index)}, address: 10.0.0.${String(index + 1)}}\n`).join(""),
  );
  const twice = file("twice.yaml", "- {name: a, address: 10.0.0.1}\n- {name: a, address: 10.0.0.2}\n");
  const crossing = file("crossing.yaml", "podCIDRs: [10.244.0.0/16]\nserviceCIDRs: [10.244.0.0/20]\n");
  test.each([
    [["flannel-vxlan"], "--for TARGET is missing: flannel, cni, iproute2"],
    [["flannel-vxlan", "--for", "flanel"], "--for: no target is called flanel. Did you mean flannel? Known are flannel, cni"],
    [["flanel-vxlan", "--for", "flannel"], "no mode is called flanel-vxlan. Did you mean flannel-vxlan?"],
    [["flannel-vxlan", "--for", "eks"], "--for eks: on EKS the flags of kube-controller-manager cannot be set"],
    [["flannel-vxlan", "--for", "gke"], "--for gke: on GKE the pod network is chosen when the cluster is made"],
    [["flannel-vxlan", "--for", "aks"], "--for aks: on AKS the pod network is chosen when the cluster is made"],
    [
      ["gce", "--for", "nodes", "--kubernetes", "1.35", ...given],
      "--kubernetes: documents are rendered for 1.2, 1.29, 1.30, 1.31, 1.32, 1.33 or 1.34, and not for 1.35",
    ],
    [
      ["gce", "--for", "nodes", "--kubernetes", "1.2", ...given],
      "nodes has no documents for Kubernetes 1.2; configure-cbr0 and coreos-cloud-config have.",
    ],
    [
      ["gce", "--for", "configure-cbr0", "--kubernetes", "1.34", ...given],
      "configure-cbr0 has documents for Kubernetes 1.2 and not for 1.34.",
    ],
    [
      ["gce", "--for", "nodes", "--nodes", forty, "--cluster", small],
      "40 nodes need 40 blocks of /24, and podCIDRs 10.244.0.0/28 has room for 0.",
    ],
    [["gce", "--for", "nodes", "--nodes", twice, "--cluster", CLUSTER], "twice.yaml: a is there twice."],
    [["gce", "--for", "nodes", "--nodes", NODES, "--cluster", crossing], "podCIDRs 10.244.0.0/16 and serviceCIDRs 10.244.0.0/20 overlap."],
    [["macvlan", "--for", "flannel", ...given], "flannel cannot express macvlan; cni"],
    [["gce", "--for", "nodes", "--nodes", "-", "--cluster", "-"], "standard input can be only one of them"],
    [["gce", "--for", "nodes", "--nodes", "/nowhere.yaml"], "--nodes: /nowhere.yaml cannot be read: "],
    [["gce", "--for", "nodes", "--json", ...given], "--json and -o are for --list and --diff"],
    [
      ["gce", "--for", "nodes", "--diff", "--force", "--out", "x", ...given],
      "--diff writes nothing, so that --force has nothing to overwrite",
    ],
    [["gce", "--for", "nodes", "--context", "x", ...given], "--kubeconfig and --context are for --diff"],
    [["gce", "--for", "nodes", "--anonymize", ...given], "--anonymize is for --diff"],
    [["gce", "--for", "nodes", "--diff", "--out", "x", "--context", "y", ...given], "held against one of them"],
    [["gce", "--for", "nodes", "--out", "", ...given], "--out: names no folder"],
    [
      ["flannel-host-gw", "--for", "tunings", ...given],
      "tunings renders layers, and flannel-host-gw has none of them: flannel-host-gw+no-netfilter.",
    ],
    [[], "no variant and no run file was named"],
    [["/nowhere/run.json", "--for", "cni"], "/nowhere/run.json: there is no such file"],
  ])("%j is refused in one line", async (args, words) => {
    const { code, out, err } = await podwire(["render", ...args]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(words);
    expect(err).toMatch(/^podwire: [^\n]*\n$/);
  });
});

describe("podwire render RUN", () => {
  const run = (name: string): string => join(ROOT, "test/captured/runs", name);
  const render = (path: string): ReturnType<typeof podwire> => podwire(["render", path, "--for", "cni", ...given]);

  test("renders what the run recommends", async () => {
    const { code, out, err } = await render(run("lab-quick.json"));
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^# flannel-vxlan by cni: /m);
  });

  test("does not guess where two modes tie: it names both", async () => {
    const path = run("lab-duet.json");
    expect(await render(path)).toEqual({
      code: 1,
      out: "",
      err: `podwire: ${path} recommends macvlan and gce alike: name one of them, \`podwire render macvlan --for TARGET\`\n`,
    });
  });

  test("says why a run recommends nothing: one that was ended before any mode was measured", async () => {
    const text = readFileSync(run("lab-quick.json"), "utf8");
    const whole = JSON.parse(text) as { readonly observations: readonly { readonly mode: string }[] };
    const observations = whole.observations.filter(({ mode }) => mode === "host");
    const path = file("host-alone.json", JSON.stringify({ ...whole, observations }));
    const { code, out, err } = await render(path);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/^podwire: \S+host-alone\.json recommends nothing that could be rendered: [A-Z][^\n]+\n$/);
  });
});
