/**
 * The cells of one variant: its ground is built, and every check is carried out on it; and once more, with IPv6, on a ground of its own.
 * @packageDocumentation
 */
import { CONFORMANCE_TOPOLOGY, groundOf } from "../../conformance/ground.js";
import { type AskedCell, cellOf, cellOfJudgement } from "../../conformance/judge.js";
import { GROUP, RESPONDER_PORT } from "../../conformance/responders.js";
import { type CheckService, checkService, checkServices, endpointOf, externalRoute } from "../../conformance/services.js";
import {
  CHECKS_BY_SET,
  type ConformanceCell,
  type Expectation,
  type Expectations,
  type VariantConformance,
} from "../../model/conformance.js";
import type { KernelFeature } from "../../model/kernel-feature.js";
import type { NamespaceName } from "../../model/wiring.js";
import { withIpv6, withIpv6OnNodes } from "../../modes/parts/dual-stack.js";
import type { AddressFamily } from "../../units/address.js";
import { milliseconds } from "../../units/quantity.js";
import type { ModeFailure } from "../../venues/lab/build-modes.js";
import type { ExchangeGround, ExchangeLab } from "../../venues/lab/exchange-lab.js";
import { BuildError } from "../../venues/lab/failure.js";
import { CELLS, cellsOf, IPV6_CELLS } from "../conformance/cells.js";
import type { Trying } from "../conformance/trying.js";
import type { TriedMode } from "./trying.js";

/** A change holds as soon as it is made: what follows from 1 s later on is judged. */
const ONWARD = milliseconds(1_500);

const RESPONDERS = { port: RESPONDER_PORT, groups: { "pod-b": GROUP } };

/** Every cell of one variant, by the families that are asked for. */
export async function conformanceOf(
  variant: TriedMode,
  lab: ExchangeLab,
  families: readonly AddressFamily[] = ["ipv4"],
): Promise<VariantConformance> {
  const cells: ConformanceCell[] = [];
  try {
    for (const family of families) {
      const found = await (family === "ipv4" ? byIpv4(variant, lab) : byIpv6(variant, lab));
      if ("status" in found) return { variant: variant.name, failure: found, cells: [] };
      cells.push(...found);
    }
    return { variant: variant.name, cells };
  } catch (error) {
    // A command of this variant failed: the cells of others stay.
    if (!(error instanceof BuildError)) throw error;
    return { variant: variant.name, failure: { status: "failed", reason: error.message }, cells: [] };
  }
}

type Found = readonly ConformanceCell[] | ModeFailure;

async function byIpv4(variant: TriedMode, lab: ExchangeLab): Promise<Found> {
  const expectations = variant.conformance ?? {};
  const bare = groundOf(variant.wire(CONFORMANCE_TOPOLOGY), expectations);
  const wired = variant.wire({ ...CONFORMANCE_TOPOLOGY, services: checkServices(bare.addressOf) });
  const wiring = { ...wired, steps: [...wired.steps, externalRoute(bare.addressOf("node-a"))] };
  const built = await lab.build(variant, wiring, RESPONDERS);
  if ("status" in built) return built;
  const ground = groundOf(wiring, expectations);
  /** As each layer of the variant does it. */
  const remove = async (service: CheckService, gone: NamespaceName): Promise<undefined> => {
    const changed = checkService(service, ground.addressOf, gone);
    const removed = endpointOf(gone, ground.addressOf);
    for (const { layer } of variant.layers ?? []) {
      if (layer.argument !== undefined) await built.change(layer.change?.(wiring, [changed], [removed]) ?? []);
    }
    // A change that was carried out holds.
    return undefined;
  };
  return cellsOn(built, { ground, expectations, remove }, CELLS);
}

/**
 * What pods and nodes can say to each other by IPv6, on a ground of both families. Layers are written for IPv4: a variant with any has no cells here. A
 * failure here costs no cell of IPv4: each of these says why, and contradicts.
 */
async function byIpv6(variant: TriedMode, lab: ExchangeLab): Promise<readonly ConformanceCell[]> {
  if ((variant.layers ?? []).length > 0) return [];
  try {
    return await triedByIpv6(variant, lab);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    const evidence = `its ground with IPv6 failed: ${error.message}`;
    return IPV6_CELLS.map((asked) => cellOfJudgement(asked, {}, { works: false, evidence }));
  }
}

async function triedByIpv6(variant: TriedMode, lab: ExchangeLab): Promise<readonly ConformanceCell[]> {
  const lacks = whyNoIpv6(variant);
  const plain = variant.wire(CONFORMANCE_TOPOLOGY);
  const differing = variant.dualStack === undefined || "lacks" in variant.dualStack ? {} : variant.dualStack;
  const dual = withIpv6(plain, differing);
  const expectations = {
    ...variant.conformance,
    ...differing.conformance,
    ...(lacks === undefined ? {} : ofPods({ expected: "not-offered", because: lacks })),
  };
  const ground = groundOf(dual, expectations, "ipv6");
  const needing = { ...variant, kernel: [...variant.kernel, ...ipv6Features(variant, lacks === undefined)] };
  const built = await lab.build(needing, lacks === undefined ? dual : withIpv6OnNodes(plain), RESPONDERS, "tried6");
  if ("status" in built) {
    if (built.status === "failed") throw new BuildError(built.reason);
    const unable = ofPods({ expected: "not-applicable", because: `this machine cannot have IPv6 there: ${built.reason}` });
    return IPV6_CELLS.map((asked) => cellOf(asked, unable, ground, []));
  }
  return cellsOn(built, { ground, expectations, remove: NOTHING_TO_REMOVE }, IPV6_CELLS);
}

/** Why pods have no IPv6 there, one clause: the product has none, or podwire's wiring of it. */
const whyNoIpv6 = ({ needs: { ipv6 }, dualStack }: TriedMode): string | undefined =>
  dualStack !== undefined && "lacks" in dualStack ? dualStack.lacks : ipv6.met === "no" ? ipv6.because : undefined;

const ofPods = (expectation: Expectation): Expectations => Object.fromEntries(CHECKS_BY_SET.pods.map((check) => [check, expectation]));

/** What the other family takes beside what the variant needs: rules stand where pods have it. */
const ipv6Features = ({ kernel }: TriedMode, inPods: boolean): readonly KernelFeature[] =>
  inPods && kernel.includes("iptables") ? ["ipv6", "ip6tables"] : ["ipv6"];

const NOTHING_TO_REMOVE: Trying["remove"] = async () => Promise.reject(new Error("no Service is asked by IPv6"));

/** Carries the checks of a ground out, and ends what answers on it. */
async function cellsOn(
  built: ExchangeGround,
  asked: Pick<Trying, "ground" | "expectations" | "remove">,
  cells: readonly AskedCell[],
): Promise<readonly ConformanceCell[]> {
  const { carryOut, keepAsking } = built;
  const counts = async () => ({ devices: await built.counts() });
  try {
    return await cellsOf({ carryOut, keepAsking, counts, onward: ONWARD, copies: 1, ...asked }, cells);
  } finally {
    await built.end();
  }
}
