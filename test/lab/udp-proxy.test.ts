/**
 * flannel-udp's proxy costs what flannel's own does: each packet takes one read and one write, and poll is asked only once nothing is left. Its calls are
 * counted by a library beside it, in a network namespace of the test's own.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isRoot } from "./built-lab.js";
import { locate } from "./program.js";

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "podwire-udp-proxy-"));
const PATIENCE_MS = 90_000;

/** Calls while packets were handed over, and what came out. */
interface Seen<Of> {
  readonly calls: Readonly<Record<"reads" | "emptyReads" | "receives" | "emptyReceives" | "sends" | "writes" | "polls", number>>;
  readonly texts: Of;
}
interface Packet {
  readonly length: boolean;
  readonly ttl: number;
  readonly checksum: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
}
interface Report {
  readonly texts: readonly string[];
  readonly outward: Pick<Seen<unknown>, "calls"> & { readonly packets: readonly Packet[] };
  readonly inward: Seen<readonly string[]>;
  readonly outwardDropped: Seen<readonly string[]>;
  readonly inwardDropped: Seen<readonly string[]>;
}

/** Why this user has no tunnel; an ordinary one may not open the device everywhere. */
function unavailable(): string | undefined {
  try {
    accessSync("/dev/net/tun", constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return ", whose device this user may not open";
  }
}
const without = unavailable();

describe.skipIf(without !== undefined)(`a tunnel's packets${without ?? ""}`, () => {
  let report: Report;

  beforeAll(() => {
    const interposer = join(folder, "count-calls.so");
    execFileSync(locate("cc"), ["-O2", "-shared", "-fPIC", "-o", interposer, file("udp-proxy/count-calls.c")], { timeout: PATIENCE_MS });
    const user = isRoot ? [] : ["--user", "--map-root-user"];
    const alone = ["--pdeathsig", "KILL", "unshare", ...user, "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const words = [file("udp-proxy/namespace.mjs"), file("../../dist/native/podwire-udp-proxy"), interposer, join(folder, "calls")];
    const printed = execFileSync("setpriv", [...alone, process.execPath, ...words], {
      encoding: "utf8",
      timeout: PATIENCE_MS,
      killSignal: "SIGKILL",
    });
    report = JSON.parse(printed) as Report;
  }, 2 * PATIENCE_MS);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("each packet from the device is read once and sent once, and goes on as it was but for its TTL and checksum", () => {
    const { texts, outward } = report;
    const { calls, packets } = outward;
    expect(packets).toEqual(texts.map((text) => ({ length: true, ttl: 63, checksum: 0, from: "198.19.0.1", to: "198.19.1.5", text })));
    expect(calls).toMatchObject({ reads: texts.length, sends: texts.length, receives: 0, writes: 0 });
  });

  test("each packet from a peer is received once and written once, and the kernel takes it for sound", () => {
    const { texts, inward } = report;
    expect(inward.texts).toEqual(texts);
    expect(inward.calls).toMatchObject({ receives: texts.length, writes: texts.length, reads: 0, sends: 0 });
  });

  test("both sides are asked in turn, and poll only once neither has anything left", () => {
    for (const { calls } of [report.outward, report.inward]) {
      expect(calls.polls).toBeLessThanOrEqual(2);
      const asked = [calls.reads + calls.emptyReads, calls.receives + calls.emptyReceives];
      for (const times of asked) {
        expect(times).toBeGreaterThan(report.texts.length);
        expect(times).toBeLessThanOrEqual(report.texts.length + 3);
      }
    }
  });

  test("a packet whose life is over goes nowhere, nor does one for which no peer is known", () => {
    expect(report.outwardDropped).toMatchObject({ texts: ["last"], calls: { reads: 3, sends: 1 } });
    expect(report.inwardDropped).toMatchObject({ texts: ["last"], calls: { receives: 2, writes: 1 } });
  });
});
