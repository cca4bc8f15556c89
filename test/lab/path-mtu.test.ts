/**
 * The MTU of a path is what the kernels of its ends use for that destination: routes with `mtu`, with `mtu lock`, with `advmss` at the far end, and an
 * exception that path-MTU discovery leaves. Each in real namespaces, planned, looked up, and compared with the segments that TCP sends.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realClock } from "../../src/machine/clock.js";
import { type PathMtu, pathMtu } from "../../src/model/path-mtu.js";
import type { Step, Wiring } from "../../src/model/wiring.js";
import type { Mode } from "../../src/modes/contract.js";
import { milliseconds } from "../../src/units/quantity.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { firstHopBatch, parseFirstHop } from "../../src/venues/cluster/paths/first-hop.js";
import type { Endpoint, Path, ProcessOutcome } from "../../src/venues/contract.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";

const LINK = 1500;
/** IPv4 and TCP headers, and TCP's timestamps, which the lab has on. */
const HEADERS = 52;
const PATIENCE = milliseconds(10_000);

/** Words at the end of a pod's default route. */
const routed =
  (pod: string, ...words: readonly string[]) =>
  (wiring: Wiring): Wiring => ({
    ...wiring,
    steps: wiring.steps.map((step) =>
      step.kind === "route" && step.in === pod && step.to === "default" ? { ...step, options: [...step.options, ...words] } : step,
    ),
  });

/** Nodes whose cards take less than the pods' links, so that they cannot forward what pods may send. */
function narrow(wiring: Wiring): Wiring {
  const steps = ["node-a", "node-b"].map(
    (node): Step => ({ kind: "link-set", in: node, name: "eth0", settings: ["mtu", "1400"], reason: "a way with a smaller MTU" }),
  );
  return { ...wiring, steps: [...wiring.steps, ...steps] };
}

/** What each wiring plans for its pods. */
const PLANNED: readonly (readonly [name: string, change: (wiring: Wiring) => Wiring, mtu: PathMtu])[] = [
  ["a route with mtu", routed("pod-a", "mtu", "1450"), { bytes: 1450, by: "route" }],
  ["a route with mtu lock", routed("pod-a", "mtu", "lock", "1380"), { bytes: 1380, by: "route" }],
  ["a route with a larger mtu than its link", routed("pod-a", "mtu", "9000"), { bytes: 1500, by: "link" }],
  ["advmss at the far end", routed("pod-b", "advmss", "1300"), { bytes: 1340, by: "far end" }],
  [
    "advmss at the near end, which asks for small packets only the other way",
    routed("pod-a", "advmss", "1300"),
    { bytes: 1500, by: "link" },
  ],
  ["a route with mtu at the far end", routed("pod-b", "mtu", "1450"), { bytes: 1450, by: "far end" }],
  ["an exception from path-MTU discovery", narrow, { bytes: 1400, by: "discovery" }],
];

/** The kindnet mode under a name of its own, with the change and the plan that goes with it. */
function modeOf(place: number, change: (wiring: Wiring) => Wiring, { bytes }: PathMtu): Mode {
  const kindnet = resolveVariant("kindnet");
  return {
    ...kindnet,
    name: `kindnet-${String(place)}`,
    wire: (topology) => {
      const { paths, ...wiring } = change(kindnet.wire(topology));
      const { "pod-pod": pods } = paths;
      return { ...wiring, paths: pods === undefined ? {} : { "pod-pod": { ...pods, mtu: bytes } } };
    },
  };
}

const built = copyBuilt();
let lab: LabSession;

beforeAll(async () => {
  const modes = PLANNED.map(([, change, mtu], place) => modeOf(place, change, mtu));
  lab = await openLab(machineOf(isRoot ? "root" : "ordinary user", built), { modes, links: ["open"], mtu: LINK, nodes: 2 });
}, 60_000);
afterAll(async () => {
  await lab.close();
  built.remove();
});

function pathOf(place: number): Path {
  const path = lab.paths.find(({ mode }) => mode === `kindnet-${String(place)}`);
  if (path === undefined) throw new Error(`there is no path: ${JSON.stringify(lab.failures)}`);
  return path;
}

async function inside(endpoint: Endpoint, argv: readonly [string, ...string[]], stdin = ""): Promise<ProcessOutcome> {
  const process = await lab.spawn(endpoint, { argv, stdin, reason: "a look at the path", timeout: PATIENCE });
  return process.finished;
}

/** The segment size that TCP's socket says, once a server listens. */
async function segmentOn(path: Path): Promise<number> {
  const port = String(path.ports.iperf3);
  const server = await lab.spawn(path.to, {
    argv: ["iperf3", "--server", "--one-off", "--port", String(path.listen.iperf3)],
    reason: "answers",
    timeout: PATIENCE,
  });
  const ask = ["iperf3", "--client", path.address, "--port", port, "--bytes", "1", "--json", "--connect-timeout", "1000"] as const;
  const deadline = realClock.monotonic() + PATIENCE;
  for (;;) {
    const { stdout } = await inside(path.from, ask);
    // It may not listen yet, which iperf3 says in its JSON, and ends with exit code 0.
    const { start, error } = JSON.parse(stdout) as { start?: { tcp_mss_default?: number }; error?: string };
    if (start?.tcp_mss_default !== undefined) {
      await server.end("SIGKILL");
      return start.tcp_mss_default;
    }
    if (realClock.monotonic() > deadline) throw new Error(error ?? stdout);
  }
}

describe.each(PLANNED.map(([name, , mtu], place) => ({ name, mtu, place })))("$name", ({ mtu, place }) => {
  test("is what the kernels of both ends say", () => {
    expect(pathOf(place)).toMatchObject({ mtu: mtu.bytes, kernelMtu: mtu });
  });

  test("is what a cluster's run would plan", async () => {
    const { from, to, address, frame } = pathOf(place);
    const ahead = parseFirstHop((await inside(from, ["ip", "-json", "-batch", "-"], firstHopBatch(address))).stdout);
    const back = parseFirstHop((await inside(to, ["ip", "-json", "-batch", "-"], firstHopBatch(frame.sourceAddress))).stdout);
    expect(ahead && pathMtu(ahead.sizes, back?.sizes, address)).toEqual(mtu);
  });

  test("is what TCP puts into one packet", async () => {
    expect(await segmentOn(pathOf(place))).toBe(mtu.bytes - HEADERS);
  });
});

test("a run's facts name the paths by their MTU", async () => {
  const told = (await lab.facts())["MTU of paths"];
  expect(told).toContain("1450 bytes (the route's) on kindnet-0/open/pod-pod");
  expect(told).toContain("1400 bytes (from path-MTU discovery) on kindnet-6/open/pod-pod");
  expect(told).not.toContain("planned");
});
