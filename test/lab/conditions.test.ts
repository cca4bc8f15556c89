/** A visit under a condition, in real namespaces: what it changes holds for its observation, and is as it was after each of a visit's ways to end. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realClock } from "../../src/machine/clock.js";
import { ConnectionTracking } from "../../src/measure/observing/connection-tracking.js";
import { ContainedObserver } from "../../src/measure/observing/contained-observer.js";
import type { Observed } from "../../src/measure/observing/observer.js";
import { Servers } from "../../src/measure/observing/servers.js";
import { TrialObserver } from "../../src/measure/observing/trial-observer.js";
import type { ToolTrialProbe } from "../../src/probes/contract.js";
import { initialSizing } from "../../src/probes/sizing.js";
import { notrackTunnel } from "../../src/tuning/changes/rules/notrack-tunnel.js";
import { TunedNode } from "../../src/tuning/node.js";
import { milliseconds } from "../../src/units/quantity.js";
import { type Candidate, onTopOf } from "../../src/use-cases/closed-loop/candidates.js";
import { conditionOf } from "../../src/use-cases/closed-loop/condition-of.js";
import { portsOf } from "../../src/use-cases/closed-loop/lab-node.js";
import { resolveVariant } from "../../src/variants/variant.js";
import type { Condition, ConditionStep, Path } from "../../src/venues/contract.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { healthyNode } from "../synthetic/node-facts.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";

const built = copyBuilt();
let lab: LabSession;
let path: Path;
let pristine: readonly string[];

beforeAll(async () => {
  const modes = [resolveVariant("host")];
  lab = await openLab(machineOf(isRoot ? "root" : "ordinary user", built), { modes, links: ["open"], mtu: 1500, nodes: 2 });
  const [first] = lab.paths;
  if (first === undefined) throw new Error(JSON.stringify(lab.failures));
  path = first;
  pristine = await stateOf(path);
});

afterAll(async () => {
  await lab.close();
  built.remove();
});

/** Three numbers with tabs between them. */
const SETTING = "net.ipv4.tcp_rmem";
const STATE = `sysctl ${SETTING}; ip route show`;

/** A setting of the far end, and a route of the near one: replaced, not added, so that taking it back must know what it was. */
function condition(): Condition {
  const { device } = path.frame;
  const setting: ConditionStep = {
    at: path.to,
    reason: "small buffers",
    read: { argv: ["sysctl", "-n", SETTING] },
    apply: { argv: ["sysctl", "-q", "-w", `${SETTING}=4096 8192 16384`] },
    undo: { argv: ["sysctl", "-q", "-w", `${SETTING}={before}`] },
  };
  const route: ConditionStep = {
    at: path.from,
    reason: "a smaller MTU to the other node",
    read: { argv: ["ip", "route", "show", "dev", device, "scope", "link"] },
    apply: { argv: ["sh", "-c", `ip route replace $(ip route show dev ${device} scope link) dev ${device} mtu lock 1300`] },
    undo: { argv: ["ip", "-batch", "-"], stdin: `route replace {before} dev ${device}\n` },
  };
  return { name: "small", steps: [setting, route] };
}

async function stateOf({ from, to }: Path): Promise<readonly string[]> {
  const outcomes = await Promise.all(
    [from, to].map(async (end) => {
      const process = await lab.spawn(end, { argv: ["sh", "-c", STATE], reason: "look", timeout: milliseconds(5_000) });
      return process.finished;
    }),
  );
  return outcomes.map(({ stdout }) => stdout);
}

/** A visit of the path under the condition, whose tool runs this. */
async function visit(script: string, signal = new AbortController().signal, wanted = condition()): Promise<readonly Observed[]> {
  const probe: ToolTrialProbe = {
    ...{ kind: "trial", workload: "http", programs: [], servers: () => [] },
    command: () => ({ argv: ["sh", "-c", script], reason: "the test's", timeout: milliseconds(20_000) }),
    parse: ({ exitCode, stderr }) =>
      exitCode === 0 ? { ok: true, sample: { values: { http: 1 }, work: 1 } } : { ok: false, error: `the tool failed: ${stderr}` },
  };
  const tracking = new ConnectionTracking({ session: lab, closesConnections: false, how: "trial" });
  const observer = new TrialObserver({ session: lab, tracking, sizing: initialSizing(), clock: realClock, signal, probeOf: () => probe });
  const contained = new ContainedObserver({ session: lab, servers: new Servers(lab, realClock), probe, tracking, how: "trial", observer });
  const lane = { workload: "http", path, stayKey: "host host-host" } as const;
  return contained.observe({ lanes: [lane], condition: wanted }, { round: 0, position: 0, startedAt: 0 });
}

describe("what a condition changes", () => {
  test("holds for the observation, which names it, and is exactly as it was afterwards", async () => {
    const [seen] = await visit(STATE);
    expect(seen?.observation).toMatchObject({ condition: "small", values: { http: 1 } });
    expect(seen?.raw?.stdout).toMatch(/mtu lock 1300/);
    expect(await stateOf(path)).toEqual(pristine);
    expect(pristine.join("\n")).toMatch(/tcp_rmem = \d+\t\d+\t\d+\n[\s\S]* dev eth0/);
  });

  test("is as it was after an observation that failed", async () => {
    const [seen] = await visit("echo no luck >&2; exit 3");
    expect(seen?.observation).toMatchObject({ condition: "small", error: "the tool failed: no luck\n" });
    expect(await stateOf(path)).toEqual(pristine);
  });

  test("is as it was after an interruption, which ends the observation at once", async () => {
    const interruption = new AbortController();
    const visiting = visit("exec sleep 1000", interruption.signal);
    await expect.poll(async () => (await stateOf(path)).join("\n")).toMatch(/mtu lock 1300/);
    interruption.abort();
    await visiting;
    expect(await stateOf(path)).toEqual(pristine);
  });

  test("is as it was where its second half is refused, and the observation is lost with the command's words", async () => {
    const [setting] = condition().steps;
    if (setting === undefined) throw new Error("no step");
    const refused: ConditionStep = { ...setting, apply: { argv: ["sysctl", "-q", "-w", `${SETTING}=none`] } };
    const [seen] = await visit("exit 0", undefined, { name: "refused", steps: [...condition().steps, refused] });
    expect(seen?.observation).toMatchObject({
      condition: "refused",
      error: expect.stringMatching(/^refused cannot be applied: sysctl -q -w net\.ipv4\.tcp_rmem=none ended .*Invalid argument/) as string,
    });
    expect(await stateOf(path)).toEqual(pristine);
  });
});

test("rules of podwire's own that are tried on top of others are taken back alone, and what they were tried on after them", async () => {
  const at = path.to;
  const facts = healthyNode({ firstNamespace: false });
  const ports = portsOf(lab, at.id.replaceAll("/", "."));
  const place = { at, facts, node: new TunedNode(ports, facts), shared: false };
  const rulesOf = (piece: string): Candidate => {
    const wanted = `chain ${piece}_input { type filter hook input priority 0; policy accept; udp dport 9 accept; }`;
    const step = { knob: { kind: "own-rules", piece }, now: "absent", wanted } as const;
    return { change: { ...notrackTunnel, name: piece }, evidence: { weight: "some", says: "" }, steps: [{ place, step }] };
  };
  const chains = async (): Promise<readonly string[]> => {
    const { stdout } = await ports.commands.run({ argv: ["nft", "list", "tables"], reason: "looks", timeout: milliseconds(5_000) });
    if (!stdout.includes("inet podwire")) return [];
    const listed = await ports.commands.run({
      argv: ["nft", "list", "table", "inet", "podwire"],
      reason: "looks",
      timeout: milliseconds(5_000),
    });
    return [...listed.stdout.matchAll(/chain (\S+)/g)].map(([, name = ""]) => name);
  };
  const on = async (kept: readonly Candidate[], one: Candidate): Promise<Candidate> => {
    const left = await onTopOf(kept, one);
    if (left === undefined) throw new Error(`${one.change.name} is there already`);
    return left;
  };
  const first = await on([], rulesOf("first"));
  await lab.under(conditionOf("first", [first]), async () => {
    const second = await on([first], rulesOf("second"));
    await lab.under(conditionOf("second", [second]), async () => {
      expect(await chains()).toEqual(["first_input", "second_input"]);
    });
    expect(await chains()).toEqual(["first_input"]);
  });
  expect(await chains()).toEqual([]);
});

test("the venue counts as gone once a condition cannot be taken back, and the visit is an error of its own", async () => {
  const [setting] = condition().steps;
  if (setting === undefined) throw new Error("no step");
  const stuck: Condition = { name: "stuck", steps: [{ ...setting, undo: { argv: ["sysctl", "-q", "-w", "net.no.such=1"] } }] };
  await expect(visit("exit 0", undefined, stuck)).rejects.toThrow(/^stuck cannot be taken back: sysctl -q -w net\.no\.such=1 ended/);
  expect(lab.gone).toMatch(/^stuck cannot be taken back/);
});
