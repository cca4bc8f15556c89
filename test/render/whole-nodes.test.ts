/**
 * Rendered Ignition configs by ignition-validate 2.24 and Butane 0.23, and cloud-config by coreos-cloudinit 1.14: their own code, built by Go. Their exit codes
 * say nothing of unknown keys, so that any line is a complaint.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { findGo } from "../cluster/go-programs.mjs";
import { ensureNodeDocumentPrograms } from "../cluster/node-programs.mjs";
import { rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument } from "./checked-documents.js";
import { testChecker, wrongAddresses } from "./complaints.js";

const go = await findGo();
const BUILD_MS = 15 * 60_000;

/** What a program prints about a text, whatever its exit code; what it makes of it is not among that. */
const words = (argv: readonly string[], text: string): Promise<{ readonly made: string; readonly said: readonly string[] }> =>
  new Promise((resolve) => {
    const [program = "", ...args] = argv;
    const child = execFile(program, args, (_, stdout, stderr) => {
      resolve({ made: stdout, said: stderr.split("\n").filter((line) => line !== "") });
    });
    child.stdin?.end(text);
  });

interface IgnitionFile {
  readonly path: string;
  readonly mode: number;
  readonly overwrite: boolean;
  readonly contents: { readonly source: string; readonly compression?: string };
}

interface IgnitionConfig {
  readonly storage: { readonly files: readonly IgnitionFile[] };
  readonly systemd: { readonly units: readonly { readonly name: string; readonly enabled: boolean; readonly contents?: string }[] };
}

const config = (): string => textOf(rendered("flannel-host-gw", "ignition"), "node-a/config.ign");

describe.skipIf(typeof go === "string")(`whole nodes (${typeof go === "string" ? go : go.version})`, () => {
  let programs: string;
  beforeAll(async () => {
    programs = await ensureNodeDocumentPrograms(() => undefined);
  }, BUILD_MS);
  const program = (name: string): string => join(programs, name);

  /** Ignition says nothing of what files hold. */
  const addressesIn = (text: string): readonly string[] => {
    const files = (JSON.parse(text) as Partial<IgnitionConfig>).storage?.files ?? [];
    const network = files.filter(({ path }) => path.startsWith("/etc/systemd/network/")).map(({ contents }) => decoded(contents.source));
    return wrongAddresses(network.join("\n"));
  };

  describe("Ignition", () => {
    const complaints = async (text: string): Promise<readonly string[]> => {
      const { made, said } = await words([program("ignition-validate"), "-"], text);
      return [...made.split("\n").filter((line) => line !== ""), ...said, ...addressesIn(text)];
    };
    testChecker(checkedDocument("ignition", "config.ign"), complaints);
    testChecker(checkedDocument("ignition", "config.bu"), async (text) => (await words([program("butane"), "--strict"], text)).said);

    test("a wrong address in what a file holds is refused", async () => {
      const wrong = config().replace(networkSource("198.18.0.11/24"), networkSource("198.18.0.311/24"));
      expect(wrong).not.toBe(config());
      expect(await complaints(wrong)).not.toEqual([]);
    });

    test("Butane makes the config beside it of its document", async () => {
      const { made } = await words([program("butane"), "--strict"], textOf(rendered("flannel-host-gw", "ignition"), "node-a/config.bu"));
      const [own, theirs] = [JSON.parse(config()) as IgnitionConfig, JSON.parse(made) as IgnitionConfig];
      expect(theirs.systemd).toEqual(own.systemd);
      const plain = ({ storage: { files } }: IgnitionConfig): object =>
        files.map(({ path, mode, overwrite, contents }) => ({ path, mode, overwrite, text: unpacked(contents) }));
      expect(plain(theirs)).toEqual(plain(own));
      expect(theirs).toMatchObject({ ignition: { version: "3.4.0" } });
    });

    test("has the network's files, kubelet where Flatcar can have it, and the token for root alone", () => {
      const { storage, systemd } = JSON.parse(config()) as IgnitionConfig;
      const named = new Map(storage.files.map((file) => [file.path, file]));
      expect(decoded(named.get("/etc/systemd/network/10-podwire-eth0.network")?.contents.source ?? "")).toContain("Address=198.18.0.11/24");
      expect(decoded(named.get("/etc/containerd/config.toml")?.contents.source ?? "")).toContain('bin_dir = "/opt/cni/bin"');
      const withToken = storage.files.filter(({ contents }) => decoded(contents.source).includes("abcdef.0123456789abcdef"));
      expect(withToken.map(({ path, mode }) => [path, mode])).toEqual([["/etc/kubernetes/bootstrap-kubelet.conf", 0o600]]);
      expect(systemd.units.map(({ name }) => name)).toEqual([
        "systemd-resolved.service",
        "systemd-networkd.service",
        "containerd.service",
        "kubelet.service",
      ]);
      expect(systemd.units.at(-1)?.contents).toContain("ExecStart=/opt/bin/kubelet ");
    });
  });

  describe("coreos-cloudinit", () => {
    testChecker(checkedDocument("coreos-cloud-config", "user-data"), async (text) => {
      const folder = await mkdtemp(join(tmpdir(), "podwire-cloud-config-"));
      try {
        const file = join(folder, "user-data");
        await writeFile(file, text);
        const { made, said } = await words([program("coreos-cloudinit"), "-validate", "-from-file", file], "");
        return [...made.split("\n").filter((line) => line !== ""), ...said, ...wrongAddresses(text)];
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  });
});

function cloudConfig(): string {
  return textOf(rendered("gce", "coreos-cloud-config"), "node-a/user-data");
}

test("CoreOS's cloud-config has cbr0's units in the order in which they find each other, and the token for root alone", () => {
  const {
    write_files: files,
    coreos,
    hostname,
  } = parse(cloudConfig()) as {
    readonly hostname: string;
    readonly write_files: readonly { readonly path: string; readonly permissions: string; readonly content: string }[];
    readonly coreos: { readonly units: readonly { readonly name: string; readonly command?: string; readonly content?: string }[] };
  };
  expect(hostname).toBe("node-a");
  expect(coreos.units.map(({ name }) => name).filter((name) => name.endsWith(".service"))).toEqual([
    "systemd-modules-load.service",
    "systemd-sysctl.service",
    "kubelet.service",
    "docker.service",
  ]);
  expect(coreos.units.find(({ name }) => name === "kubelet.service")?.content).toContain("--configure-cbr0=true");
  expect(files.find(({ path }) => path === "/opt/podwire/kubelet-wrapper")).toMatchObject({ permissions: "0755" });
  expect(files.find(({ path }) => path === "/opt/podwire/kubelet-wrapper")?.content).toMatch(/^#!\/bin\/sh\n/);
  const withToken = files.filter(({ content }) => content.includes("abcdef.0123456789abcdef"));
  expect(withToken.map(({ path, permissions }) => [path, permissions])).toEqual([["/etc/kubernetes/kubelet.kubeconfig", "0600"]]);
});

/** The source of the card's file, with another address in it. */
function networkSource(address: string): string {
  const { storage } = JSON.parse(config()) as IgnitionConfig;
  const source = storage.files.find(({ path }) => path.endsWith("10-podwire-eth0.network"))?.contents.source ?? "";
  return `data:;base64,${Buffer.from(decoded(source).replace("198.18.0.11/24", address)).toString("base64")}`;
}

const decoded = (source: string): string => {
  const [, base64, data = ""] = /^data:(;base64)?,(.*)$/s.exec(source) ?? [];
  return base64 === undefined ? decodeURIComponent(data) : Buffer.from(data, "base64").toString();
};

/** Butane packs what gets shorter by it. */
function unpacked({ source, compression }: IgnitionFile["contents"]): string {
  if (compression !== "gzip") return decoded(source);
  return gunzipSync(Buffer.from(source.replace(/^data:;base64,/, ""), "base64")).toString();
}
