import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realArchives } from "../../src/machine/archives.js";
import { agentLayer, type BuiltFile, followImports } from "../../src/venues/cluster/image/agent-layer.js";
import { type ImageParts, imageArchive } from "../../src/venues/cluster/image/image-archive.js";
import { PACKAGES, rootFileSystemCommand } from "../../src/venues/cluster/image/root-file-system.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "podwire-image-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const sha256 = (text: string | Buffer): string => createHash("sha256").update(text).digest("hex");
const listing = (tar: string): string => execFileSync("tar", ["-tvf", tar, "--full-time", "--numeric-owner"], { encoding: "utf8" });

let files: readonly BuiltFile[];
beforeAll(async () => {
  files = await followImports(async (path) => Promise.resolve(readFileSync(join(ROOT, "dist", path), "utf8")));
});

describe("the agent's files", () => {
  test("are the whole programs and what they import of ours", () => {
    const program = readdirSync(join(ROOT, "src/venues/agent/program"))
      .filter((name) => !name.endsWith(".test.ts") && !["sandbox.ts", "isolation.ts", "launch-settings.ts"].includes(name))
      .map((name) => `venues/agent/program/${name.replace(".ts", ".js")}`);
    expect(files.map(({ path }) => path)).toEqual(
      ["machine/line-splitter.js", "units/quantity.js", ...program, "venues/agent/protocol.js"].sort(),
    );
  });

  test("run where they are unpacked, with nothing else around", async () => {
    const tar = join(folder, "agent.tar");
    const root = mkdtempSync(join(folder, "root-"));
    await realArchives.write(tar, agentLayer(files, "1.2.3"));
    execFileSync("tar", ["-xf", tar, "-C", root, "--no-same-owner"]);
    const program = join(root, "opt/podwire/agent/pod.js");
    const input = `${JSON.stringify({ id: 7, order: { kind: "clock" } })}\n`;
    // The input stays open until the answer is there: its end would end the agent.
    const script = `{ printf '%s' "$1"; sleep 1; } | "$2" "$3" | cat`;
    const env = { ...process.env, PODWIRE_SCRATCH: root };
    const said = execFileSync("sh", ["-c", script, "sh", input, process.execPath, program], { encoding: "utf8", env }).trim().split("\n");
    expect(said.map((line) => JSON.parse(line) as unknown)).toEqual([
      { type: "ready", version: expect.any(Number) as unknown, podwire: "1.2.3", node: process.version },
      { type: "answer", id: 7, value: { clock: expect.any(Number) as unknown } },
    ]);
  });
});

describe("an archive", () => {
  test("gives back through tar what was put into it", async () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,60}$/);
    const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join("/"));
    await fc.assert(
      fc.asyncProperty(path, fc.string({ maxLength: 3_000 }), async (name, text) => {
        const tar = join(folder, "one.tar");
        await realArchives.write(tar, [{ path: name, mode: 0o640, text }]);
        expect(execFileSync("tar", ["-xOf", tar, name], { encoding: "utf8" })).toBe(text);
      }),
      { numRuns: 25 },
    );
  });

  test("has folders, links and copies, all of root and of one time", async () => {
    const copied = join(folder, "copied");
    writeFileSync(copied, "x".repeat(1_000));
    const tar = join(folder, "kinds.tar");
    await realArchives.write(tar, [
      { path: "tmp", mode: 0o1777 },
      { path: "tmp/link", target: "../elsewhere" },
      { path: "tmp/copy", mode: 0o600, copyOf: copied },
    ]);
    expect(
      listing(tar)
        .trim()
        .split("\n")
        .map((line) => line.replaceAll(/\s+/g, " ")),
    ).toEqual([
      expect.stringMatching(/^drwxrwxrwt 0\/0 0 1970-01-01 \S+ tmp\/$/),
      expect.stringMatching(/^lrwxrwxrwx 0\/0 0 1970-01-01 \S+ tmp\/link -> ..\/elsewhere$/),
      expect.stringMatching(/^-rw------- 0\/0 1000 1970-01-01 \S+ tmp\/copy$/),
    ]);
  });

  test("that cannot be written leaves nothing behind", async () => {
    const place = mkdtempSync(join(folder, "place-"));
    await expect(realArchives.write(join(place, "a.tar"), [{ path: "a", mode: 0o644, copyOf: "/nowhere" }])).rejects.toThrow("/nowhere");
    expect(readdirSync(place)).toEqual([]);
  });

  test("a path that the format has no room for is an error that names it", async () => {
    await expect(realArchives.write(join(folder, "long.tar"), [{ path: "x".repeat(101), mode: 0o644, text: "" }])).rejects.toThrow(
      "too long",
    );
  });

  test("compressing says the digests of both sides", async () => {
    const [from, to] = [join(folder, "plain"), join(folder, "plain.gz")];
    writeFileSync(from, "a".repeat(100_000));
    const compressed = await realArchives.compress(from, to);
    expect(gunzipSync(readFileSync(to)).length).toBe(100_000);
    expect(compressed).toEqual({ contentDigest: sha256("a".repeat(100_000)), digest: sha256(readFileSync(to)), size: statSync(to).size });
  });
});

describe("the image", () => {
  const layer = { path: "/layer", reason: "r", contentDigest: "c".repeat(64), digest: "d".repeat(64), size: 10 };
  const parts: ImageParts = { reference: "example.test/agent:1", version: "1", architecture: "arm64", layers: [layer], digestOf: sha256 };
  const textOf = (path: string): string => {
    const member = imageArchive(parts).find((one) => one.path === path);
    if (member === undefined || !("text" in member)) throw new Error(`no ${path}`);
    return member.text;
  };

  test("is named in both ways, and every digest and size is that of what it names", () => {
    const index = JSON.parse(textOf("index.json")) as {
      manifests: { digest: string; size: number; annotations: Record<string, string> }[];
    };
    const [named] = index.manifests;
    expect(named?.annotations["io.containerd.image.name"]).toBe("example.test/agent:1");
    const manifestText = textOf(`blobs/sha256/${named?.digest.replace("sha256:", "") ?? ""}`);
    expect([`sha256:${sha256(manifestText)}`, manifestText.length]).toEqual([named?.digest, named?.size]);
    const manifest = JSON.parse(manifestText) as { config: { digest: string; size: number }; layers: { digest: string; size: number }[] };
    const configText = textOf(`blobs/sha256/${manifest.config.digest.replace("sha256:", "")}`);
    expect([`sha256:${sha256(configText)}`, configText.length]).toEqual([manifest.config.digest, manifest.config.size]);
    expect(manifest.layers).toMatchObject([{ digest: `sha256:${layer.digest}`, size: 10 }]);
    expect(JSON.parse(configText)).toMatchObject({ architecture: "arm64", rootfs: { diff_ids: [`sha256:${layer.contentDigest}`] } });
    const [docker] = JSON.parse(textOf("manifest.json")) as [{ Config: string; RepoTags: string[]; Layers: string[] }];
    expect(docker.RepoTags).toEqual(["example.test/agent:1"]);
    expect(textOf(docker.Config)).toBe(configText);
  });

  test("is the same image when it is made again", () => {
    expect(imageArchive(parts)).toEqual(imageArchive(parts));
  });

  test("its packages come from the mirror that is asked for", () => {
    const words = rootFileSystemCommand({ architecture: "arm64", to: "/out", root: true, mirror: "http://mirror.test/debian" });
    expect(words).toContain("--architectures=arm64");
    expect(words).not.toContain("--mode=chrootless");
    expect(rootFileSystemCommand({ architecture: "amd64", to: "/out", root: false })).toContain("--mode=chrootless");
    expect(words.slice(-3)).toEqual(["bookworm", "/out", "http://mirror.test/debian"]);
  });
});

describe("the Dockerfile", () => {
  const dockerfile = readFileSync(join(ROOT, "images/agent/Dockerfile"), "utf8");

  test("installs the same packages", () => {
    const [, words = ""] = /--no-install-recommends \\\n([\s\S]*?)\n && /.exec(dockerfile) ?? [];
    expect(
      words
        .split(/[\s\\]+/)
        .filter((word) => word !== "")
        .sort(),
    ).toEqual(Object.keys(PACKAGES).sort());
  });

  test("copies the same files", () => {
    const copied = [...dockerfile.matchAll(/^COPY dist\/(\S+)/gm)].map((match) => match[1] ?? "");
    const covers = (path: string): boolean =>
      copied.some((pattern) => (pattern.endsWith("*.js") ? path.startsWith(pattern.slice(0, -4)) : path === pattern));
    expect(files.map(({ path }) => path).filter((path) => !covers(path))).toEqual([]);
  });

  test("runs the same way", () => {
    const config = imageArchive({ reference: "r", version: "1", architecture: "amd64", layers: [], digestOf: sha256 })
      .flatMap((member) =>
        "text" in member && member.text.includes("Entrypoint") ? [JSON.parse(member.text) as { config: Record<string, unknown> }] : [],
      )
      .at(0)?.config;
    const line = (word: string): unknown => JSON.parse(new RegExp(`^${word} (.*)$`, "m").exec(dockerfile)?.[1] ?? "null");
    expect([line("ENTRYPOINT"), line("CMD")]).toEqual([config?.["Entrypoint"], config?.["Cmd"]]);
    expect(dockerfile).toContain(`USER ${String(config?.["User"])}\n`);
  });
});
