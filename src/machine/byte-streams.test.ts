import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { realByteStreams } from "./byte-streams.js";

const folder = mkdtempSync(join(tmpdir(), "podwire-bytes-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("what stands in the way of reading", async () => {
  writeFileSync(join(folder, "empty"), "");
  writeFileSync(join(folder, "full"), "x");
  execFileSync("mkfifo", [join(folder, "pipe")]);
  const kinds = await Promise.all(
    [
      folder,
      join(folder, "none"),
      join(folder, "full", "below"),
      join(folder, "empty"),
      join(folder, "full"),
      join(folder, "pipe"),
      "/dev/zero",
      "/proc/self/status",
      "-",
    ].map(async (path) => (await realByteStreams.obstacle(path))?.kind),
  );
  expect(kinds).toEqual(["folder", "missing", "missing", "empty", undefined, undefined, "not a file", undefined, undefined]);
});

test("the bytes come whole, in pieces", async () => {
  const path = join(folder, "large");
  writeFileSync(path, Buffer.alloc(1_000_000, "abc"));
  const pieces: Uint8Array[] = [];
  for await (const piece of realByteStreams.open(path)) pieces.push(piece);
  expect(pieces.length).toBeGreaterThan(1);
  expect(Buffer.concat(pieces).equals(Buffer.alloc(1_000_000, "abc"))).toBe(true);
});
