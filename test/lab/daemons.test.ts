/** When a program that belongs to a mode is ready: by a line that it prints, or by a command that succeeds. By a device is flannel-udp's way. */
import { afterAll, describe, expect, test } from "vitest";
import type { Readiness } from "../../src/model/wiring.js";
import type { Mode } from "../../src/modes/contract.js";
import { type Milliseconds, milliseconds } from "../../src/units/quantity.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";

const built = copyBuilt();
const opened: LabSession[] = [];
afterAll(async () => {
  await Promise.all(opened.map(async (lab) => lab.close()));
  built.remove();
});

/** A program that works on its start for a moment, makes a device, and says on standard error that it is there. */
const DAEMON = "sleep 0.3; ip link add late0 type bridge; echo 'daemon: listening on late0' >&2; exec sleep 1000";

interface Wanted {
  readonly ready: Readiness;
  readonly script?: string;
  readonly timeout?: Milliseconds;
}

/** A lab whose only mode is the host with such a program on its first node. */
async function labWith({ ready, script = DAEMON, timeout }: Wanted): Promise<LabSession> {
  const host = resolveVariant("host");
  const step = { kind: "daemon", in: "node-a", argv: ["sh", "-c", script], ready, reason: "the test's" } as const;
  const limited = timeout === undefined ? step : { ...step, timeout };
  const mode: Mode = {
    ...host,
    wire: (topology) => {
      const wiring = host.wire(topology);
      return { ...wiring, steps: [...wiring.steps, limited] };
    },
  };
  const lab = await openLab(machineOf(isRoot ? "root" : "ordinary user", built), { modes: [mode], links: ["open"], mtu: 1500, nodes: 2 });
  opened.push(lab);
  return lab;
}

const LATE = ["ip", "link", "show", "dev", "late0"] as const;

async function hasDevice(lab: LabSession): Promise<boolean> {
  const [path] = lab.paths;
  if (path === undefined) throw new Error(JSON.stringify(lab.failures));
  const process = await lab.spawn(path.from, { argv: LATE, reason: "is it there", timeout: milliseconds(5_000) });
  return (await process.finished).exitCode === 0;
}

describe("a mode is not used before its program", () => {
  test.each<{ by: string; ready: Readiness }>([
    { by: "has printed a line", ready: { line: "listening" } },
    { by: "lets a command succeed in its namespace", ready: { command: LATE } },
  ])("$by", async ({ ready }) => {
    const lab = await labWith({ ready });
    expect(lab.failures).toEqual({});
    expect(await hasDevice(lab)).toBe(true);
  });
});

describe("a program that is not ready within its own time fails the mode, which names what was waited for:", () => {
  test.each<{ what: string; ready: Readiness; reason: string }>([
    { what: "a line", ready: { line: "never said" }, reason: 'is not ready after 0.2 s: it has printed no line with "never said"' },
    {
      what: "a command",
      ready: { command: ["ip", "link", "show", "dev", "never0"] },
      reason: "is not ready after 0.2 s: `ip link show dev never0` fails",
    },
  ])("$what", async ({ ready, reason }) => {
    const lab = await labWith({ ready, timeout: milliseconds(200) });
    expect(lab.failures["host"]).toMatchObject({ status: "failed", reason: expect.stringContaining(reason) as unknown });
  });
});

test("a program that ends before it is ready fails the mode by its own last words", async () => {
  const lab = await labWith({ ready: { line: "listening" }, script: "echo 'no such device' >&2; exit 3" });
  expect(lab.failures["host"]?.reason).toMatch(/: sh ended \(exit code 3\): no such device$/);
});
