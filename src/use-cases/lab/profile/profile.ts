/**
 * Rounds that are profiled: the bare host and paths beside it are loaded as in every other round, half of the rounds under perf.
 * @packageDocumentation
 */
import { assembleProfile } from "../../../explain/profile/assemble.js";
import { toolsOf } from "../../../explain/profile/fold.js";
import { readPerfScript } from "../../../explain/profile/perf-script.js";
import type { Servers } from "../../../measure/observing/servers.js";
import { measure } from "../../../measure/rounds/loop.js";
import type { WorkloadName } from "../../../model/metric.js";
import { type MeasuredPath, pathKey, samePath } from "../../../model/path.js";
import type { NoProfile, Profile } from "../../../model/profile.js";
import type { PathPlan } from "../../../model/run.js";
import type { LabScenario } from "../../../model/scenario.js";
import { probeFor } from "../../../probes/index.js";
import { initialSizing } from "../../../probes/sizing.js";
import { randomFrom } from "../../../statistics/random.js";
import type { VenueSession } from "../../../venues/contract.js";
import type { UseCaseContext } from "../../context.js";
import { wordsOf } from "../../errors.js";
import { HERTZ, type PerfMachine, type Refusal, startPerf } from "./perf.js";
import { LoadProfiler } from "./profiled-session.js";

/** What is profiled. */
export interface ProfileRequest {
  readonly session: VenueSession;
  /** Those that run in it already. */
  readonly servers: Servers;
  readonly scenario: LabScenario;
  readonly workload: WorkloadName;
  /** All paths of the run; of its comparisons those of `subjects` are made. */
  readonly plan: PathPlan;
  /** The paths that are profiled beside what they are compared with. */
  readonly subjects: readonly MeasuredPath[];
  /** Seconds that rounds may take. */
  readonly seconds: number;
}

/** Rounds that every profile gets: two with perf and two without. */
const FEWEST_ROUNDS = 4;
/** Programs of a mode itself, which carry its packets. */
const OF_MODES = ["podwire-udp-proxy"];

/** Profiles the rounds, or says why it cannot. perf's file lies in a folder of its own, which goes when the samples are read. */
export async function profilePaths(
  request: ProfileRequest,
  context: Pick<UseCaseContext, "archives" | "temporaryFolder" | "interrupted">,
  machine: PerfMachine,
): Promise<Profile | NoProfile> {
  const { workload } = request;
  const made = await profileOrRefusal(request, context, machine).catch((error: unknown): Refusal => ({ refused: wordsOf(error) }));
  return "refused" in made ? { workload, unprofiled: `no CPU profile of ${workload}: ${made.refused}` } : made;
}

async function profileOrRefusal(
  request: ProfileRequest,
  { archives, temporaryFolder, interrupted }: Pick<UseCaseContext, "archives" | "temporaryFolder" | "interrupted">,
  machine: PerfMachine,
): Promise<Profile | Refusal> {
  if (!isLoad(request.workload)) {
    return { refused: "its client waits for most of the time, and which of that is the network's cannot be told from the CPUs" };
  }
  return archives.within(temporaryFolder, async (folder) => profileIn(request, folder, { ...machine, interrupted }));
}

/** Whether a workload loads its path, and is counted over a part of that. */
function isLoad(workload: WorkloadName): boolean {
  const probe = probeFor(workload, initialSizing());
  return probe.kind === "trial" && probe.window !== undefined;
}

async function profileIn(
  request: ProfileRequest,
  folder: string,
  machine: PerfMachine & Pick<UseCaseContext, "interrupted">,
): Promise<Profile | Refusal> {
  const { session, scenario, workload } = request;
  const perf = await startPerf(machine, folder);
  if ("refused" in perf) return perf;
  try {
    const profiler = new LoadProfiler(session, perf, oneOfEachPair(scenario.seed));
    const failure = await carryOut(request, profiler, machine);
    if (failure !== undefined) return { refused: failure };
    const recorded = await perf.finish();
    if ("refused" in recorded) return recorded;
    const tools = toolsOf([...probeFor(workload, initialSizing()).programs, ...OF_MODES]);
    return assembleProfile(profiler.loads, readPerfScript(recorded.text), { hertz: HERTZ, workload, tools });
  } finally {
    perf.kill();
  }
}

/** Which rounds are profiled: of rounds 2k and 2k + 1 one, drawn by lot, so that a drift of the machine falls on both kinds. */
function oneOfEachPair(seed: number): (round: number) => boolean {
  const lots = randomFrom(seed);
  const first: boolean[] = [];
  return (round) => {
    const pair = Math.floor(round / 2);
    while (first.length <= pair) first.push(lots.integer(2) === 0);
    return (round % 2 === 0) === first[pair];
  };
}

/** The rounds; gives why they failed. */
async function carryOut(
  { servers, scenario, workload, plan, subjects, seconds }: ProfileRequest,
  profiler: LoadProfiler,
  { clock, interrupted }: PerfMachine & Pick<UseCaseContext, "interrupted">,
): Promise<string | undefined> {
  const random = randomFrom(scenario.seed + 1);
  const comparisons = plan.comparisons.filter(({ numerator, decides }) => decides && subjects.some((one) => samePath(one, numerator)));
  const wanted = comparisons.flatMap(({ numerator, denominator }) => [numerator, denominator]);
  const {
    failure,
    interrupted: cut,
    givenUp,
  } = await measure({
    session: profiler.session,
    servers,
    // Trials: a slice is over before enough samples are taken.
    scenario: { ...scenario, workloads: [workload], metrics: [workload], budgetSeconds: seconds, strategy: "trials", duet: false },
    built: { paths: plan.paths.filter((path) => wanted.some((one) => samePath(one, path))), comparisons },
    probeFor,
    clock,
    random: (below) => random.integer(below),
    signal: interrupted,
    minimumRounds: { trials: FEWEST_ROUNDS, slices: FEWEST_ROUNDS },
    progress: {
      addRound: (observations) => {
        profiler.addRound(observations);
      },
      addIdle: () => undefined,
      openPaths: () => new Set(subjects.map(pathKey)),
    },
    onEvent: (event) => {
      if (event.kind === "observing") profiler.enter(event.round);
    },
  });
  if (failure !== undefined || profiler.loads.some(({ profiled }) => profiled)) return failure;
  return cut ? "podwire was interrupted" : (givenUp[0]?.reason ?? "no profiled round was whole in the time that there was");
}
