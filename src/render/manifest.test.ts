import { describe, expect, test } from "vitest";
import { RenderError } from "./errors.js";
import { entryOf, type Manifest, type ManifestEntry, manifestText, readManifest, staleFiles } from "./manifest.js";

const SUM = "0".repeat(64);
const entry = (target: string, variant: string, ...paths: readonly string[]): ManifestEntry => ({
  target,
  variant,
  files: paths.map((path) => ({ path, sha256: SUM })),
});
const BEFORE: Manifest = [
  entry("networkd", "flannel-vxlan", "a/etc/x.network", "a/etc/flannel.1.netdev", "b/etc/x.network"),
  entry("cloud-init", "flannel-vxlan", "a/seed/user-data", "cluster/nodes.yaml"),
  entry("nodes", "gce", "cluster/nodes.yaml"),
];

test("a manifest that was written is read as it was, with a target's new entry in the place of its old one", () => {
  const now = entry("networkd", "flannel-host-gw", "a/etc/x.network");
  const read = readManifest(manifestText(BEFORE, now), "m");
  expect(entryOf(read, "networkd")).toEqual(now);
  expect(entryOf(read, "nodes")).toEqual(BEFORE[2]);
  expect(read).toHaveLength(3);
});

describe("stale", () => {
  test("is what the target wrote last and does not write now", () => {
    expect(staleFiles(BEFORE, "networkd", ["a/etc/x.network"]).map(({ path }) => path)).toEqual([
      "a/etc/flannel.1.netdev",
      "b/etc/x.network",
    ]);
  });
  test("is never what another target wrote too, nor anything of a target that wrote nothing", () => {
    expect(staleFiles(BEFORE, "nodes", [])).toEqual([]);
    expect(staleFiles(BEFORE, "cloud-init", []).map(({ path }) => path)).toEqual(["a/seed/user-data"]);
    expect(staleFiles(BEFORE, "frr", [])).toEqual([]);
  });
});

describe("a manifest that was not written by podwire", () => {
  const withPath = (path: string): string => manifestText([], { ...entry("networkd", "gce"), files: [{ path, sha256: SUM }] });
  test.each<readonly [string, string, string]>([
    ["no JSON", "{", "is not JSON"],
    ["another schema", '{"schema":"podwire/rendered@9","rendered":[]}', "is damaged (schema: "],
    ...["../x", "a/../../x", "/etc/passwd", "a/./b", "nodes.yaml", "a//b", ""].map(
      (path) => [`the path ${path}`, withPath(path), "is no path of a document"] as const,
    ),
  ])("with %s is refused", (_, text, words) => {
    expect(() => readManifest(text, "m")).toThrow(words);
    expect(() => readManifest(text, "m")).toThrow(RenderError);
  });
  test("names of hidden files and of dots inside are paths", () => {
    expect(readManifest(withPath("a/etc/.x/..y/z..conf"), "m")).toHaveLength(1);
  });
});
