/** Rendered user-data by the schema of cloud-init 22.4.2, whose top level is closed here, since cloud-init's own is open; and the unit in it by systemd. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Asked, LAB_CLUSTER, LAB_SEGMENT, rendered, textOf } from "../synthetic/rendered.js";
import { TUNING, WITH_MODULE } from "../synthetic/tuning.js";
import { checkedDocument } from "./checked-documents.js";
import { testChecker, wrongAddresses } from "./complaints.js";

const execute = promisify(execFile);

interface UserData {
  readonly write_files: readonly { readonly path: string; readonly permissions: string; readonly content: string }[];
  readonly runcmd: readonly (readonly string[])[];
}

const userData = (variant = "flannel-host-gw", asked: Asked = {}): string =>
  textOf(rendered(variant, "cloud-init", asked), "node-a/seed/user-data");
const filesOf = (text: string): UserData["write_files"] => (parse(text) as UserData).write_files;

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "podwire-cloud-init-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Definition = Readonly<Record<"cc_write_files" | "cc_runcmd", { readonly properties: Readonly<Record<string, object>> }>>;
const { cc_write_files: files, cc_runcmd: commands } = JSON.parse(
  readFileSync(new URL("../captured/cloud-init/schema-22.4.2.json", import.meta.url), "utf8"),
) as Definition;
const isCloudConfig = new Ajv({ strict: false }).compile({
  type: "object",
  properties: { ...files.properties, ...commands.properties },
  additionalProperties: false,
});

/** cloud-init knows its own by the first line, and looks into no file that it writes. */
const complaints = (text: string): readonly string[] => {
  if (!text.startsWith("#cloud-config\n")) return ["the first line"];
  return isCloudConfig(parse(text))
    ? wrongAddresses(text)
    : (isCloudConfig.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
};

describe("a whole node's files", () => {
  test("are the network's, the plugins', containerd's and kubelet's, the token for root alone, and commands that only begin units", () => {
    const files = filesOf(userData());
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        "/etc/systemd/network/10-podwire-eth0.network",
        "/etc/sysctl.d/90-podwire.conf",
        "/etc/cni/net.d/10-podwire.conflist",
        "/etc/containerd/config.toml",
        "/etc/kubernetes/pki/ca.crt",
        "/etc/systemd/system/kubelet.service",
      ]),
    );
    expect(
      files.filter(({ content }) => content.includes("abcdef.0123456789abcdef")).map(({ path, permissions }) => [path, permissions]),
    ).toEqual([["/etc/kubernetes/bootstrap-kubelet.conf", "0600"]]);
    for (const words of (parse(userData()) as UserData).runcmd) expect(words[0]).toBe("systemctl");
  });

  test("have another instance-id when they are rendered otherwise, and the same when not", () => {
    const id = (variant: string): string =>
      (parse(textOf(rendered(variant, "cloud-init"), "node-a/seed/meta-data")) as Record<string, string>)["instance-id"] ?? "";
    expect(id("flannel-host-gw")).toBe(id("flannel-host-gw"));
    expect(id("flannel-host-gw")).not.toBe(id("kindnet"));
  });

  test("systemd has nothing against the units", () =>
    inFolder(async (folder) => {
      const units = filesOf(userData("flannel-vxlan", { tuning: TUNING })).filter(({ path }) => path.startsWith("/etc/systemd/system/"));
      expect(units.map(({ path }) => path.split("/").at(-1))).toEqual(["kubelet.service", "podwire-tunings.service"]);
      for (const { path, content } of units) {
        const file = join(folder, path);
        await mkdir(dirname(file), { recursive: true });
        // systemd looks whether the program is there.
        await writeFile(file, content.replaceAll(/(?<=^Exec\w+=-?)\/usr\/\S+/gm, "/bin/true"));
        const { stdout, stderr } = await execute("systemd-analyze", ["verify", "--man=no", file]);
        expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes(path.split("/").at(-1) ?? ""))).toEqual([]);
      }
    }));
});

describe("what a closed loop kept, in a whole node", () => {
  const tuned = { tuning: TUNING };
  const FILES = [
    "/etc/sysctl.d/90-podwire-tcp-buffers.conf",
    "/etc/nftables.d/podwire-notrack-tunnel.nft",
    "/etc/udev/rules.d/90-podwire-offload-tso.rules",
  ];

  test("is among its files, of its own card, and a unit that runs puts into force what systemd does not", () => {
    const nodes = "[{name: node-a, address: 198.18.0.11/24, interface: ens3}]";
    const text = userData("flannel-vxlan", { ...tuned, nodes });
    expect(complaints(text)).toEqual([]);
    const files = new Map(filesOf(text).map(({ path, content }) => [path, content]));
    expect([...files.keys()]).toEqual(expect.arrayContaining(FILES));
    expect(files.get("/etc/udev/rules.d/90-podwire-offload-tso.rules")).toContain('KERNEL=="ens3"');
    expect(
      files
        .get("/etc/systemd/system/podwire-tunings.service")
        ?.split("\n")
        .filter((line) => line.startsWith("Exec")),
    ).toEqual([
      "ExecStart=/usr/sbin/nft -f /etc/nftables.d/podwire-notrack-tunnel.nft",
      "ExecStart=/usr/bin/udevadm control --reload",
      "ExecStart=/usr/bin/udevadm trigger --action=add --subsystem-match=net",
      "ExecStop=-/usr/sbin/nft delete table inet podwire",
    ]);
    for (const words of (parse(text) as UserData).runcmd.slice(-2)) expect(words.at(-1)).toBe("podwire-tunings.service");
    expect(text).toContain("tcp-buffers, notrack-tunnel, offload-tso");
  });

  test("that systemd reads by itself needs no unit, and what is kept in pods lies beside the nodes", () => {
    const [sysctls, , , pods] = TUNING.permanent;
    const permanent = [sysctls, pods].filter((form) => form !== undefined);
    const files = rendered("flannel-vxlan", "cloud-init", { tuning: { ...TUNING, permanent } });
    expect(textOf(files, "node-a/seed/user-data")).toContain(FILES[0]);
    expect(textOf(files, "node-a/seed/user-data")).not.toContain("podwire-tunings.service");
    expect(textOf(files, "cluster/somaxconn.yaml")).toContain("net.core.somaxconn");
  });

  test("has the module that its values come with, read at the first boot too, and says which of them the mode itself overrules", () => {
    const text = (mode: string): string =>
      userData(mode, {
        tuning: { ...TUNING, variant: mode, permanent: WITH_MODULE },
        ...(mode === "l2-bridge" ? { cluster: LAB_SEGMENT } : {}),
      });
    const files = new Map(filesOf(text("l2-bridge")).map(({ path, content }) => [path, content]));
    expect(files.get("/etc/modules-load.d/90-podwire-bridge-nf-call.conf")).toBe("br_netfilter\n");
    expect((parse(text("l2-bridge")) as UserData).runcmd).toContainEqual([
      "systemctl",
      "restart",
      "systemd-modules-load.service",
      "systemd-sysctl.service",
    ]);
    const said = (mode: string): string => text(mode).replaceAll(/\n#\s+/g, " ");
    expect(said("flannel-vxlan")).toContain(
      "net.bridge.bridge-nf-call-iptables = 0 is not in force: the mode's own /etc/sysctl.d/90-podwire.conf is read later and says 1.",
    );
    expect(said("l2-bridge")).not.toContain("is not in force");
  });

  test("makes another instance of the node", () => {
    const id = (asked: Asked): string => textOf(rendered("flannel-vxlan", "cloud-init", asked), "node-a/seed/meta-data");
    expect(id(tuned)).not.toBe(id({}));
  });

  test("is in Ignition's config and in CoreOS's cloud-config too", () => {
    const text = textOf(rendered("flannel-vxlan", "ignition", tuned), "node-a/config.ign");
    const { storage, systemd } = JSON.parse(text) as {
      storage: { files: { path: string }[] };
      systemd: { units: { name: string; enabled: boolean }[] };
    };
    expect(storage.files.map(({ path }) => path)).toEqual(expect.arrayContaining(FILES));
    expect(systemd.units.at(-1)).toMatchObject({ name: "podwire-tunings.service", enabled: true });
    const ofGce = { tuning: { ...TUNING, variant: "gce" } };
    const coreos = parse(textOf(rendered("gce", "coreos-cloud-config", ofGce), "node-a/user-data")) as UserData & {
      readonly coreos: { readonly units: readonly { readonly name: string; readonly command?: string; readonly enable?: boolean }[] };
    };
    expect(coreos.write_files.map(({ path }) => path)).toEqual(expect.arrayContaining(FILES));
    expect(coreos.coreos.units.at(-1)).toMatchObject({ name: "podwire-tunings.service", enable: true, command: "restart" });
  });

  const [form] = TUNING.permanent;
  test.each([
    [
      "of another mode",
      "gce",
      TUNING,
      "the closed loop's result was found on flannel-vxlan, and says nothing of gce, which is to be rendered",
    ],
    ["of nothing", "flannel-vxlan", { ...TUNING, permanent: [] }, "nothing was kept on flannel-vxlan+fault.offloads-off"],
    [
      "in the place of the node's own",
      "flannel-vxlan",
      { ...TUNING, permanent: form === undefined ? [] : [{ ...form, path: "/etc/sysctl.d/90-podwire.conf" }] },
      "has a file in the place of one of the node's own: /etc/sysctl.d/90-podwire.conf",
    ],
  ])("%s is refused", (_, variant, tuning, words) => {
    expect(() => rendered(variant, "cloud-init", { cluster: LAB_CLUSTER, tuning })).toThrow(words);
  });
});

describe("cloud-init's schema", () => {
  testChecker(checkedDocument("cloud-init", "user-data"), (text) => Promise.resolve(complaints(text)));
});
