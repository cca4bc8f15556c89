/** The real pprof reads what podwire writes for it. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";
import { pprofOf } from "../../src/explain/profile/pprof.js";
import { realArchives } from "../../src/machine/archives.js";
import { goEnvironment } from "../cluster/go-programs.mjs";

const GO = ["/usr/local/go/bin/go", "/usr/bin/go"].find((path) => existsSync(path));
const folder = mkdtempSync(join(tmpdir(), "podwire-pprof-test-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(GO === undefined)(`go tool pprof sees every stack${GO === undefined ? " (Go is not installed)" : ""}`, async () => {
  const file = join(folder, "profile.pb.gz");
  const stacks = [
    { stack: ["softirq", "net_rx_action", "vxlan_rcv"], weight: 3_009_027 },
    { stack: ["ab", "tcp_sendmsg"], weight: 1_003_009 },
  ];
  await realArchives.writeCompressed(file, pprofOf(stacks, { hertz: 997, title: "a title" }));
  // From Go 1.25 on pprof is compiled when it is asked for, into Go's own cache.
  const env = { ...goEnvironment(), PPROF_TMPDIR: folder, GOTOOLCHAIN: "local" };
  const { stdout } = await execa(GO ?? "", ["tool", "pprof", "-raw", file], { env, timeout: 100_000 });
  expect(stdout).toContain("samples/count cpu/nanoseconds");
  expect(stdout).toMatch(/3\s+3009027: 1 2 3/);
  expect(stdout).toMatch(/1\s+1003009: 4 5/);
  for (const name of ["softirq", "net_rx_action", "vxlan_rcv", "ab", "tcp_sendmsg"]) expect(stdout).toContain(name);
});
