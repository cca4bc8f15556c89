/** Faults planted by hand in a real lab: what comes out must be refused or flagged with the right reason, and a sound mode beside them must not. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trackProgress } from "../../src/measure/progress.js";
import { measure } from "../../src/measure/rounds/loop.js";
import { summarise } from "../../src/measure/summarise.js";
import { RUN_SCHEMA, type Run } from "../../src/model/run.js";
import type { Scenario } from "../../src/model/scenario.js";
import type { Cell, Summary } from "../../src/model/summary.js";
import { flannelVxlan } from "../../src/modes/flannel-vxlan.js";
import { host } from "../../src/modes/host.js";
import { l2Bridge } from "../../src/modes/l2-bridge.js";
import { macvlan } from "../../src/modes/macvlan.js";
import { pathsOfFile } from "../../src/paths/of-file.js";
import { probeFor } from "../../src/probes/index.js";
import { randomFrom } from "../../src/statistics/random.js";
import { milliseconds } from "../../src/units/quantity.js";
import type { Endpoint, Path } from "../../src/venues/contract.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";

const MODES = [host, flannelVxlan, macvlan, l2Bridge];
const SCENARIO: Scenario = {
  venue: "lab",
  modes: MODES.map(({ name }) => name),
  workloads: ["tcp-open"],
  metrics: ["tcp-open", "tcp-open.cpu"],
  linkBitsPerSecond: null,
  mtu: 1500,
  nodes: 2,
  budgetSeconds: 6,
  margin: { capped: 0.02, open: 0.05 },
  configuredBaseline: false,
  quick: true,
  strategy: "auto",
  needs: [],
  seed: 11,
};

const built = copyBuilt();
let session: LabSession;
let summary: Summary;
/** Why no loss could be planted, on a kernel without the match for it. */
let withoutLoss: string | undefined;

const podPath = (mode: string): Path => {
  const path = session.paths.find((one) => one.mode === mode && one.name === "pod-pod");
  if (path === undefined) throw new Error(`${mode} has no pod path: ${JSON.stringify(session.failures)}`);
  return path;
};

/** Runs a command in an endpoint; gives its complaint when it fails. */
async function plant(endpoint: Endpoint, argv: readonly [string, ...string[]]): Promise<string | undefined> {
  const fault = await session.spawn(endpoint, { argv, reason: "a fault to be found", timeout: milliseconds(5_000) });
  const { exitCode, stderr, startError } = await fault.finished;
  return exitCode === 0 ? undefined : `${argv.join(" ")}: ${startError ?? stderr}`;
}

async function measured(): Promise<Run> {
  const modes: Run["modes"] = SCENARIO.modes.map((mode) => ({ mode, status: "built" }));
  const paths = pathsOfFile({ scenario: SCENARIO, modes });
  const random = randomFrom(SCENARIO.seed);
  const began = new Date().toISOString();
  const { observations, raw } = await measure({
    session,
    scenario: SCENARIO,
    built: paths,
    probeFor,
    clock: session.machine.clock,
    random: (below) => random.integer(below),
    signal: new AbortController().signal,
    minimumRounds: { trials: 3, slices: 14 },
    progress: trackProgress({ scenario: SCENARIO, ...paths }),
    onEvent: () => undefined,
  });
  const run = { schema: RUN_SCHEMA, podwire: "test", startedAt: began, endedAt: new Date().toISOString(), status: "complete" } as const;
  return { ...run, scenario: SCENARIO, environment: {}, modes, ...paths, observations: [...observations], raw };
}

beforeAll(async () => {
  session = await openLab(machineOf(isRoot ? "root" : "ordinary user", built), { modes: MODES, links: ["open"], mtu: 1500, nodes: 2 });
  const wrong = podPath("flannel-vxlan");
  expect(await plant(wrong.from, ["ip", "link", "set", "dev", wrong.frame.device, "mtu", "1300"])).toBeUndefined();
  const lossy = podPath("macvlan").to;
  const drop = ["-m", "statistic", "--mode", "random", "--probability", "0.02", "-j", "DROP"] as const;
  // What iperf3's two sides say to each other is shorter: lost, it would keep the server busy into the next trial, which is another fault.
  const data = ["-m", "length", "--length", "1400:65535"] as const;
  withoutLoss = await plant(lossy, ["iptables", "-I", "INPUT", "-p", "tcp", ...data, ...drop]);
  summary = summarise(await measured(), () => ({ ranking: [], excluded: [], advice: "" }));
});

afterAll(async () => {
  await session.close();
  built.remove();
});

function cellOf(mode: string, metric = "tcp-open"): Cell {
  const cell = summary.modes.find((one) => one.mode === mode)?.cells.find((one) => one.metric === metric);
  if (cell === undefined) throw new Error(`${mode} has no cell of ${metric}`);
  return cell;
}

const checksOf = ({ flags = [], reason = "" }: Cell): readonly string[] => [...flags.map(({ check }) => check), reason];

describe("faults in a real lab", () => {
  test("an MTU of 1300 where 1450 is planned takes the figure away, with the reason", () => {
    for (const metric of ["tcp-open", "tcp-open.cpu"]) {
      expect(cellOf("flannel-vxlan", metric)).toMatchObject({ status: "refused", median: null });
      expect(cellOf("flannel-vxlan", metric).reason).toMatch(
        /^mtu: the typical segment is 1\d{3} bytes where the planned MTU of 1450 bytes gives 1398/,
      );
    }
  });

  test("packets lost on the way are flagged as retransmissions", (context) => {
    if (withoutLoss !== undefined) context.skip(`no loss can be planted here: ${withoutLoss}`);
    expect(cellOf("macvlan").status, cellOf("macvlan").reason).toBe("measured");
    expect(checksOf(cellOf("macvlan"))).toContain("retransmissions");
    expect(cellOf("macvlan").flags?.find(({ check }) => check === "retransmissions")?.sentence).toMatch(
      /% of [\d\u00a0]+ TCP segments were retransmitted \(host/,
    );
  });

  test("a sound mode beside them is doubted for neither", () => {
    expect(checksOf(cellOf("l2-bridge"))).not.toContain("retransmissions");
    expect(checksOf(cellOf("host")).join(" ")).not.toMatch(/mtu|retransmissions/);
    expect(cellOf("l2-bridge").status).toBe("measured");
  });
});
