/**
 * The closed loop inside a lab that a shell holds: the node or pod that podwire runs in is tuned as a machine is, and what was kept stands until it is undone.
 * @packageDocumentation
 */
import { Servers } from "../../measure/observing/servers.js";
import type { Tuning } from "../../model/closed-loop.js";
import { type Guard, startGuard } from "../../tuning/lease.js";
import { afterTakingBack } from "../../tuning/not-taken-back.js";
import type { PlannedChange } from "../../tuning/plan.js";
import { asTrial } from "../../tuning/trial.js";
import { confirmAll, inWorkshop, makeAll, ordered, readNode, requireWhole, type TunerPorts } from "../../tuning/tuner.js";
import type { Workshop } from "../../tuning/workshop.js";
import { milliseconds, seconds } from "../../units/quantity.js";
import type { Variant } from "../../variants/variant.js";
import type { Endpoint } from "../../venues/contract.js";
import { type HeldLab, openHeldLab } from "../../venues/lab/held-lab.js";
import type { Say, UseCaseContext } from "../context.js";
import { oneLine, RunError } from "../errors.js";
import { opening } from "../lab/sandbox-lifetime.js";
import { type AutoOptions, tuneOn } from "./auto.js";
import { type Candidate, placeName } from "./candidates.js";
import { plannedAt, type Trials } from "./ground.js";
import { pathFrom } from "./loaded-path.js";

/** What the held lab is, and by what its nodes are tuned. */
export interface HeldGround {
  readonly held: HeldLab;
  readonly variant: Variant;
  readonly ports: TunerPorts;
  /** The program that podwire is, for the guard. */
  readonly program: readonly [string, ...string[]];
}

/** A guard that is never armed takes back only when whoever started it is gone. */
const UNARMED = seconds(3600);

const AFTERWARDS = "What was kept stands until `podwire tune undo`, or until the lab's end.";

/**
 * Tries changes of the node or pod that podwire runs in, and makes what is worth keeping.
 * @throws RunError where podwire is in none of the lab's namespaces, or the load cannot be had; TuningError where another tuner is at work
 */
export async function tuneHeldLab(ground: HeldGround, options: AutoOptions, context: UseCaseContext, say: Say): Promise<Tuning> {
  const { held, variant, ports, program } = ground;
  if (held.link !== "open") throw new RunError("this lab has a capped link, on which no change shows: hold it with --link none");
  const at = await ownPlace(ground);
  return guarded(ports, program, async (guard) => {
    const read = await readNode(ports);
    return inWorkshop(ports, read, {}, async (workshop, journal) => {
      requireWhole(journal, read);
      const session = await opening(context, async (machine) => openHeldLab(machine, held, (agent) => ordered(read, agent)));
      try {
        const trials = journaled({ workshop, guard, at, interrupted: context.interrupted });
        const topology = { nodes: held.nodes, mtu: held.mtu };
        const path = pathFrom(placeName(at), session, variant, topology);
        const servers = new Servers(session, session.machine.clock);
        const around = { venue: "held lab", variant, topology, session, servers, path, trials, afterwards: AFTERWARDS } as const;
        return await tuneOn({ ...around, tuned: [{ at, ports, shared: true }] }, options, context, say);
      } finally {
        await session.close();
      }
    });
  });
}

/** The namespace that podwire is in, as the lab names it. */
async function ownPlace({ held, ports, variant }: HeldGround): Promise<Endpoint> {
  const argv = ["ip", "netns", "identify"] as const;
  const { exitCode, stdout, stderr, startError } = await ports.commands.run({
    argv,
    reason: "finds out where podwire is",
    timeout: milliseconds(10_000),
  });
  if (exitCode !== 0) throw new RunError(`\`${argv.join(" ")}\` failed: ${oneLine(startError ?? stderr)}`);
  const prefix = `${held.variant}.${held.link}.`;
  const own = stdout.split("\n").find((name) => name.startsWith(prefix));
  const name = own?.slice(prefix.length) ?? "";
  const spec = variant.wire({ nodes: held.nodes, mtu: held.mtu }).namespaces.find((one) => one.name === name);
  if (spec === undefined || spec.kind === "fabric")
    throw new RunError(`podwire is in no node and no pod of the lab ${held.variant}: enter one with podwire lab shell`);
  return { id: `${held.variant}/${held.link}/${name}`, kind: spec.kind === "pod" ? "pod" : "host" };
}

/** Works beside a guard that takes trials back when podwire dies in any way. */
async function guarded<T>(ports: TunerPorts, program: HeldGround["program"], work: (guard: Guard) => Promise<T>): Promise<T> {
  const guard = await startGuard({ ...ports, program }, UNARMED);
  try {
    const result = await work(guard);
    await guard.keep();
    return result;
  } catch (error) {
    // What a trial has left is the guard's to try again.
    throw await afterTakingBack(error, guard);
  }
}

interface Accounts {
  readonly workshop: Workshop;
  readonly guard: Guard;
  readonly at: Endpoint;
  readonly interrupted: AbortSignal;
}

function journaled({ workshop, guard, at, interrupted }: Accounts): Trials {
  const planned = (candidates: readonly Candidate[]): readonly PlannedChange[] => candidates.flatMap((one) => plannedAt(one, at) ?? []);
  return {
    during: async (candidates, work) => asTrial(planned(candidates), workshop, guard.lease, work),
    keep: async (candidates) => {
      const watch = { begins: () => undefined, made: () => undefined, interrupted };
      // Killed in between, a part of what helps together would stand.
      await confirmAll(await makeAll(planned(candidates), workshop, { watch, lease: guard.lease }), workshop);
    },
  };
}
