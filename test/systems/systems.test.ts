/**
 * podwire where little is installed, and by other Nodes: the README's command in bare Debian systems with the truth of the ticket, and the tests by
 * every Node that podwire takes. Making the systems mostly waits for a mirror, so that it is begun at once, and the Nodes' tests run meanwhile.
 */
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { locate } from "../../scripts/setup/programs.mjs";
import { type Summary, summarySchema } from "../../src/model/summary.js";
import { run } from "../cluster/child.mjs";
import { fetchNode, NODES } from "./nodes.mjs";
import { type BareSystem, makeSystem } from "./root.mjs";

const CHECKOUT = fileURLToPath(new URL("../..", import.meta.url));
const PODWIRE = join(CHECKOUT, "bin/podwire");
const VITEST = join(CHECKOUT, "node_modules/vitest/vitest.mjs");
/**
 * Whole runs of the program with every kind of path, the venue by its contract, and what leans on Node itself: processes and their ends, streams, sockets, the
 * agent's readings. CONTRIBUTING.md says which are left out, and why.
 */
const LAB_TESTS = [
  ...["lab-venue", "inspection", "plan", "reach", "cli-json", "containment", "connections", "daemons"],
  ...["places", "udp-proxy", "path-mtu"],
].map((name) => `test/lab/${name}.test.ts`);
const SUITE_MS = 15 * 60_000;
const MAKING_MS = 25 * 60_000;

interface System {
  readonly name: string;
  readonly suite: string;
  /** A Node that it gets beside its own. */
  readonly ownNode?: string;
}

const SYSTEMS: readonly System[] = [
  // Its own Node is 18.
  { name: "Debian 12", suite: "bookworm", ownNode: NODES[0] ?? "" },
  { name: "Debian 13", suite: "trixie" },
];
/** Programs that most systems have. */
const LACKING = ["systemctl", "sysctl", "mount", "ip", "cc"];
const LAB = ["npm", "run", "lab", "--", "--quick", "--modes", "macvlan,flannel-vxlan,flannel-udp"];
/** Bit/s of the lab's link. */
const CAP = 1e9;

const folder = mkdtempSync(join(tmpdir(), "podwire-nodes-"));
// Labs of an ordinary user run by these too.
chmodSync(folder, 0o755);
const nodes = new Map(NODES.map((version) => [version, fetchNode(version, join(folder, version))]));
afterAll(async () => {
  await Promise.allSettled(nodes.values());
  rmSync(folder, { recursive: true, force: true });
});

const unavailable = whyNoSystems();
const systems = unavailable === undefined ? SYSTEMS.map((one) => ({ ...one, made: make(one) })) : [];
for (const promise of [...nodes.values(), ...systems.map(({ made }) => made)])
  promise.catch(() => {
    // Said by the test that waits for it.
  });

function whyNoSystems(): string | undefined {
  if (process.getuid?.() !== 0) return "not as an ordinary user: a system is entered by chroot";
  return locate("mmdebstrap") === undefined ? "not on this machine: mmdebstrap, which makes the systems" : undefined;
}

/** With set-up done, the programs and packages fetched side by side. */
async function make({ suite, ownNode }: System): Promise<BareSystem> {
  return makeSystem(suite, CHECKOUT, ownNode === undefined ? undefined : await nodes.get(ownNode));
}

describe.each(NODES)("Node %s", (version) => {
  /** Runs the test runner by this Node, in whose PATH it comes first too; throws with what it said where a test fails. */
  async function vitest(...args: readonly string[]): Promise<string> {
    const bin = join((await nodes.get(version)) ?? "", "bin");
    // Newer Nodes keep what they compile among the temporary files, on purpose; here nothing is to be left there.
    const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}`, NO_COLOR: "1", NODE_DISABLE_COMPILE_CACHE: "1" };
    return run([join(bin, "node"), VITEST, "run", ...args], { cwd: CHECKOUT, env });
  }

  test.each([
    ["the unit tests", ["--project", "unit"]],
    ["tests in real labs", LAB_TESTS],
  ])(
    "passes %s",
    async (_, tests) => {
      expect(await vitest(...tests)).toMatch(/Tests +\d+ passed/);
    },
    SUITE_MS,
  );
});

if (unavailable !== undefined)
  test("bare systems", (context) => {
    context.skip(unavailable);
  });

describe.each(systems)("a bare $name", ({ made }) => {
  let system: BareSystem;

  beforeAll(async () => {
    system = await made;
  }, MAKING_MS);

  test("lacks what minimal systems lack", async () => {
    const found = await system.run("sh", "-c", `for name in ${LACKING.join(" ")}; do command -v $name; done; :`);
    expect(found).toBe("");
  });
});

/** Of the host's payload in a full frame: 28 bytes of IPv4 and UDP headers leave 1420 bytes of 1448 (RFC 791, RFC 768; TCP with timestamps). */
const UDP_SHARE = 1420 / 1448;

describe.runIf(unavailable === undefined)("in bare systems", () => {
  beforeAll(async () => {
    // Side by side, for it waits for servers; the README's command finds it done.
    await Promise.all(systems.map(async ({ made }) => (await made).run("node", "scripts/setup.mjs", "run")));
  }, MAKING_MS);
  afterAll(async () => {
    for (const made of await Promise.allSettled(systems.map((one) => one.made))) if (made.status === "fulfilled") made.value.remove();
  }, MAKING_MS);

  test.for(systems)("one set-up on $name is the whole of it: the packages, and what their compilers make", async ({ made }) => {
    const system = await made;
    expect((await system.run("ls", "dist/native")).trim().split("\n")).toEqual(expect.arrayContaining(["podwire-ebpf", "socket-lb.bpf.o"]));
    expect(await system.run("sh", "-c", "node scripts/setup.mjs run 2>&1")).toBe("");
  });

  /** What the README's command measured, by system. */
  const summaries = new Map<string, Summary>();

  test.for(systems)(
    "the README's command measures on $name, and says what the ticket of 2016 saw",
    { timeout: SUITE_MS },
    async ({ name, made }) => {
      const system = await made;
      await system.run(...LAB);
      const runs = join(system.folder, "root/podwire/podwire-runs");
      const [file = ""] = readdirSync(runs).filter((name) => name.endsWith(".json"));
      const summary = summarySchema.parse(JSON.parse(await run([process.execPath, PODWIRE, "report", join(runs, file), "--json"])));
      summaries.set(name, summary);
      expect(summary.status).toBe("complete");
      expect(cellOf(summary, "host", "tcp").median).toBeGreaterThan(0.8 * CAP);
      expect(cellOf(summary, "host", "tcp").median).toBeLessThan(1.2 * CAP);
      const ratio = (mode: string, metric: string) => cellOf(summary, mode, metric).ratio?.median ?? Number.NaN;
      expect(ratio("flannel-vxlan", "tcp")).toBeGreaterThan(0.92);
      expect(ratio("flannel-vxlan", "tcp")).toBeLessThan(0.985);
      // A fast machine's proxy fills the capped link, up to what its headers leave: it is last where the CPU is the limit. What its
      // far end still holds back reaches the pod in bursts, so that the median of a few short windows can lie above that share.
      expect(cellOf(summary, "flannel-udp", "tcp").ratio?.low).toBeLessThan(UDP_SHARE);
    },
  );

  test.for(systems)("flannel-udp is last on $name where nothing limits the link", ({ name }, context) => {
    const summary = summaries.get(name);
    if (summary === undefined) return context.skip(`nothing was measured on ${name}`);
    const [udp, ...others] = ["flannel-udp", "macvlan", "flannel-vxlan"].map((mode) => cellOf(summary, mode, "tcp-open")) as [
      Cell,
      ...Cell[],
    ];
    // A figure that a check refuses, as on a machine that others disturb, is no figure that is wrong.
    if (udp.status === "refused") return context.skip(`flannel-udp's tcp-open was refused: ${udp.reason ?? ""}`);
    const compared = others.filter(({ status }) => status !== "refused");
    if (compared.length === 0) return context.skip("tcp-open of both other modes was refused");
    for (const { ratio } of compared) expect(udp.ratio?.median).toBeLessThan(ratio?.median ?? Number.NaN);
  });
});

type Cell = Summary["modes"][number]["cells"][number];

function cellOf(summary: Summary, mode: string, metric: string): Cell {
  const cell = summary.modes.find((one) => one.mode === mode)?.cells.find((one) => one.metric === metric);
  if (cell === undefined) throw new Error(`${mode} has no cell for ${metric}`);
  return cell;
}
