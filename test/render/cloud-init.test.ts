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
import { rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument } from "./checked-documents.js";
import { testChecker } from "./complaints.js";

const execute = promisify(execFile);

interface UserData {
  readonly write_files: readonly { readonly path: string; readonly permissions: string; readonly content: string }[];
  readonly runcmd: readonly (readonly string[])[];
}

const userData = (variant = "flannel-host-gw"): string => textOf(rendered(variant, "cloud-init"), "node-a/seed/user-data");
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

/** cloud-init knows its own by the first line. */
const complaints = (text: string): readonly string[] => {
  if (!text.startsWith("#cloud-config\n")) return ["the first line"];
  return isCloudConfig(parse(text))
    ? []
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

  test("systemd has nothing against the unit", () =>
    inFolder(async (folder) => {
      const unit = filesOf(userData()).find(({ path }) => path.endsWith("kubelet.service"));
      const root = join(folder, "etc/systemd/system/kubelet.service");
      await mkdir(dirname(root), { recursive: true });
      // systemd looks whether the program is there.
      await writeFile(root, (unit?.content ?? "").replace("/usr/bin/kubelet", "/bin/true"));
      const { stdout, stderr } = await execute("systemd-analyze", ["verify", "--man=no", root]);
      expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes("kubelet.service"))).toEqual([]);
    }));
});

describe("cloud-init's schema", () => {
  testChecker(checkedDocument("cloud-init", "user-data"), (text) => Promise.resolve(complaints(text)));
});
