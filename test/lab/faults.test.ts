/** Every fault in real namespaces: what tells of it tells of it while real traffic runs, and of the same mode without it says nothing. Needs root. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FaultSign } from "../../src/layers/fault.js";
import { FAULTS } from "../../src/layers/faults/index.js";
import type { Wiring } from "../../src/model/wiring.js";
import { standingOf } from "../../src/variants/standing.js";
import { resolveVariant } from "../../src/variants/variant.js";
import type { EndpointCounters } from "../../src/venues/contract.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";

const TOPOLOGY = { nodes: 2, mtu: 1500 } as const;
/** Where faults are shown, the first that can carry one. */
const SHOWN_ON = ["flannel-vxlan", "flannel-host-gw", "kindnet", "l2-bridge"];

/** A fault on the mode that it is shown on. */
const PLANTED = FAULTS.map((layer) => {
  const { on } = standingOf(layer);
  const mode = SHOWN_ON.find((one) => on.includes(one)) ?? on[0] ?? "";
  const beside = (layer.beside ?? []).map((name) => `${name}:1`);
  const plain = [mode, ...beside].join("+");
  return {
    layer,
    name: layer.name,
    plain,
    variant: `${plain}+${layer.name}`,
    path: beside.length > 0 ? "pod-service" : "pod-pod",
  } as const;
});
const PLAIN = [...new Set(PLANTED.map(({ plain }) => plain))];

const built = copyBuilt();
let lab: LabSession;

beforeAll(async () => {
  if (!isRoot) return;
  const modes = ["host", ...PLAIN, ...PLANTED.map(({ variant }) => variant)].map((name) => resolveVariant(name));
  lab = await openLab(machineOf("root", built), { modes, links: ["open"], mtu: TOPOLOGY.mtu, nodes: TOPOLOGY.nodes });
});
afterAll(async () => {
  if (isRoot) await lab.close();
  built.remove();
});

const wiringOf = (variant: string): Wiring => resolveVariant(variant).wire(TOPOLOGY);
const namespaceOf = (variant: string, name: string): string => `${variant}.open.${name}`;

type Argv = readonly [string, ...string[]];
const run = async (variant: string, name: string, argv: Argv, timeout = 10_000) =>
  lab.agent.order<"run">({ kind: "run", argv, namespace: namespaceOf(variant, name), timeout });

async function output(variant: string, name: string, argv: Argv): Promise<string> {
  const outcome = await run(variant, name, argv);
  if (outcome.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${outcome.startError ?? outcome.stderr}`);
  return outcome.stdout;
}

async function countersOf(variant: string, name: string): Promise<EndpointCounters> {
  const { counters } = await lab.agent.order<"read">({ kind: "read", watch: [{ id: name, namespace: namespaceOf(variant, name) }] });
  const found = counters[name];
  if (found === undefined) throw new Error(`${name} of ${variant} has no counters`);
  return found;
}

/** Packets that a rule, or the policy of its chain, has counted. */
async function packetsOf(variant: string, sign: Extract<FaultSign, { kind: "rule" }>): Promise<number> {
  const text = await output(variant, sign.in, [`${sign.tool}-save`, "-c", "-t", sign.table]);
  const line = text
    .split("\n")
    .find((one) => (sign.rule === undefined ? one.startsWith(`:${sign.chain} `) : one.endsWith(`-A ${sign.chain} ${sign.rule}`)));
  const packets = /\[(\d+):\d+\]/.exec(line ?? "")?.[1];
  if (packets === undefined) throw new Error(`no such rule in\n${text}`);
  return Number(packets);
}

/** What a sign says at one moment: numbers whose growth counts. */
async function readSign(variant: string, sign: FaultSign): Promise<readonly [number, number]> {
  switch (sign.kind) {
    case "protocol":
      return [(await countersOf(variant, sign.in)).protocols[sign.counter] ?? Number.NaN, 0];
    case "rule":
      return [await packetsOf(variant, sign), 0];
    case "swallowed": {
      const [seen, missed] = await Promise.all([countersOf(variant, sign.seen.in), countersOf(variant, sign.missed.in)]);
      return [
        seen.devices[sign.seen.device]?.[sign.seen.counter] ?? Number.NaN,
        missed.devices[sign.missed.device]?.[sign.missed.counter] ?? Number.NaN,
      ];
    }
    case "small-packets": {
      const device = (await countersOf(variant, sign.in)).devices[sign.device];
      return [device?.rxBytes ?? Number.NaN, device?.rxPackets ?? Number.NaN];
    }
    case "setting": {
      const value = await output(variant, sign.in, ["sysctl", "-n", sign.name]);
      return [value.trim().replaceAll(/\s+/g, " ") === sign.value ? 1 : 0, 0];
    }
    case "qdisc": {
      const text = await output(variant, sign.in, ["tc", "-s", "-json", "qdisc", "show", "dev", sign.device, "root"]);
      const [qdisc] = JSON.parse(text) as readonly Readonly<Record<string, number>>[];
      return [qdisc?.[sign.counter] ?? Number.NaN, 0];
    }
  }
}

/** Whether a sign tells of its fault, by how much its numbers grew. */
function tells(sign: FaultSign, [first, second]: readonly [number, number]): boolean {
  if (sign.kind === "swallowed") return first > 0 && second === 0;
  if (sign.kind === "small-packets") return second > 0 && first / second <= sign.atMost;
  return first > 0;
}

const BULK = "8M";
/** A transfer that carries nothing would not end. */
const BULK_MS = 4_000;

/** A bulk transfer, and a few echo requests; gives the bytes that arrived at the far end. */
async function traffic(variant: string, path: "pod-pod" | "pod-service"): Promise<number> {
  const spec = wiringOf(variant).paths[path];
  if (spec === undefined) throw new Error(`${variant} has no ${path}`);
  const { listen = spec.ports } = spec;
  const received = async (): Promise<number> => (await countersOf(variant, spec.to)).devices[spec.toDevice]?.rxBytes ?? Number.NaN;
  const before = await received();
  const serving = run(variant, spec.to, ["iperf3", "--server", "--one-off", "--port", String(listen.iperf3)], BULK_MS);
  const listening = ["ss", "-Hltn", `sport = :${String(listen.iperf3)}`] as const;
  await expect.poll(() => output(variant, spec.to, listening), { timeout: BULK_MS }).not.toBe("");
  // Nothing answers echo requests at a Service's address, whatever carries it.
  if (path === "pod-pod") await run(variant, spec.from, ["ping", "-n", "-q", "-c", "3", "-i", "0.05", "-W", "1", spec.address]);
  const client = [
    "iperf3",
    "--client",
    spec.address,
    "--port",
    String(spec.ports.iperf3),
    "--bytes",
    BULK,
    "--connect-timeout",
    "1000",
  ] as const;
  await run(variant, spec.from, [...client, "--interval", "0.1"], BULK_MS);
  await serving;
  return (await received()) - before;
}

async function grown(variant: string, sign: FaultSign, path: "pod-pod" | "pod-service") {
  const before = await readSign(variant, sign);
  const arrived = await traffic(variant, path);
  const after = await readSign(variant, sign);
  const growth = sign.kind === "setting" ? after : ([after[0] - before[0], after[1] - before[1]] as const);
  return { arrived, growth };
}

/** A lossy link loses nothing of a transfer once in eight times. */
const MORE_TRANSFERS = 8;

/** Of a bulk transfer, 8 MB, of which the far end may leave the last part unread; a handshake and a few first packets are less than the small one. */
const ARRIVED = { most: 1e6, little: 300_000 };

describe.skipIf(!isRoot)("in one lab (needs root: iptables-legacy and eBPF)", () => {
  test("every variant stands, faulty or not", () => {
    expect(lab.failures).toEqual({});
  });

  test.each(PLANTED)("$variant shows what its page says", async ({ layer, variant, path }) => {
    const { effect } = layer.fault;
    const sign = layer.fault.sign(wiringOf(variant));
    let { arrived, growth } = await grown(variant, sign, path);
    // What loses by chance may lose nothing of one transfer.
    for (let again = 0; again < MORE_TRANSFERS && !tells(sign, growth); again += 1)
      ({ arrived, growth } = await grown(variant, sign, path));
    expect(tells(sign, growth), `${JSON.stringify(sign)} grew by ${growth.join(", ")} while ${String(arrived)} bytes arrived`).toBe(true);
    if (effect === "broken") expect(arrived).toBeLessThan(ARRIVED.little);
    else expect(arrived).toBeGreaterThan(ARRIVED.most);
  });

  /** Counters that a sound mode may count too. */
  const NOT_QUIET = /^Tcp\.RetransSegs$/;

  test.each(
    PLANTED.filter(({ layer, variant }) => {
      const sign = layer.fault.sign(wiringOf(variant));
      return sign.kind !== "rule" && sign.kind !== "qdisc" && !(sign.kind === "protocol" && NOT_QUIET.test(sign.counter));
    }),
  )("$plain without $name does not show it", async ({ layer, variant, plain, path }) => {
    const sign = layer.fault.sign(wiringOf(variant));
    const { arrived, growth } = await grown(plain, sign, path);
    expect(tells(sign, growth), `${JSON.stringify(sign)} grew by ${growth.join(", ")}`).toBe(false);
    expect(arrived).toBeGreaterThan(ARRIVED.most);
  });

  test("what carries not even an echo request has its reason by its path, and no path", () => {
    const silent = lab.brokenPaths.get("flannel-vxlan+fault.forwarding-off");
    expect(Object.keys(silent ?? {})).toEqual(["pod-pod"]);
    expect(silent?.["pod-pod"]).toContain("does not answer");
    const paths = lab.paths.filter(({ mode }) => mode === "flannel-vxlan+fault.forwarding-off").map(({ name }) => name);
    expect(paths).toEqual(["host-host"]);
  });
});
