/**
 * The cells of one variant: its ground is built, and every check is carried out on it.
 * @packageDocumentation
 */
import { CONFORMANCE_TOPOLOGY, groundOf } from "../../conformance/ground.js";
import { GROUP, RESPONDER_PORT } from "../../conformance/responders.js";
import { type CheckService, checkService, checkServices, endpointOf, externalRoute } from "../../conformance/services.js";
import type { VariantConformance } from "../../model/conformance.js";
import type { NamespaceName } from "../../model/wiring.js";
import { milliseconds } from "../../units/quantity.js";
import type { ExchangeLab } from "../../venues/lab/exchange-lab.js";
import { BuildError } from "../../venues/lab/failure.js";
import { CELLS, cellsOf } from "../conformance/cells.js";
import type { TriedMode } from "./trying.js";

/** A change holds as soon as it is made: what follows from 1 s later on is judged. */
const ONWARD = milliseconds(1_500);

/** Every cell of one variant. */
export async function conformanceOf(variant: TriedMode, lab: ExchangeLab): Promise<VariantConformance> {
  const expectations = variant.conformance ?? {};
  const bare = groundOf(variant.wire(CONFORMANCE_TOPOLOGY), expectations);
  const wired = variant.wire({ ...CONFORMANCE_TOPOLOGY, services: checkServices(bare.addressOf) });
  const wiring = { ...wired, steps: [...wired.steps, externalRoute(bare.addressOf("node-a"))] };
  const built = await lab.build(variant, wiring, { port: RESPONDER_PORT, groups: { "pod-b": GROUP } });
  if ("status" in built) return { variant: variant.name, failure: built, cells: [] };
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
  const { carryOut, keepAsking } = built;
  const counts = async () => ({ devices: await built.counts() });
  try {
    const cells = await cellsOf({ ground, expectations, carryOut, keepAsking, remove, onward: ONWARD, counts, copies: 1 }, CELLS);
    return { variant: variant.name, cells: [...cells] };
  } catch (error) {
    // A command of this variant failed: the cells of others stay.
    if (!(error instanceof BuildError)) throw error;
    return { variant: variant.name, failure: { status: "failed", reason: error.message }, cells: [] };
  }
}
