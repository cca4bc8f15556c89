import type { WiredPath } from "../../model/wiring.js";
import { labPath, PATH_TOPOLOGY } from "../../use-cases/lab/packet-path.js";
import type { Variant } from "../../variants/variant.js";
import { suggestion } from "../completion/nearest.js";
import { type CliContext, sayTo } from "../context.js";
import { requireWritable } from "../deliver.js";
import { connectionsOf, deliverPath, type PathFlags } from "../deliver-path.js";
import { UsageError } from "../errors.js";
import { knownVariant } from "./scenario-from-flags.js";
import { loadLimit, requireLoadable, type ServiceFlags } from "./service-flags.js";

/** Flags of `podwire lab path`. */
export interface LabPathFlags extends PathFlags, Pick<ServiceFlags, "loadLimit"> {
  readonly path?: string;
}

/** Follows a packet through a variant. Exit code 1 where not every connection of the burst was answered. */
export async function path(name: string, flags: LabPathFlags, context: CliContext): Promise<number> {
  await requireWritable("--html", flags.html, context);
  const variant = knownVariant(name, "");
  requireLoadable([variant], { nodes: PATH_TOPOLOGY.nodes, copies: 1 }, loadLimit(flags));
  const asked = { variant, path: pathOf(variant, flags.path), connections: connectionsOf(flags) };
  sayTo(context)(`building ${variant.name} and sending ${String(asked.connections)} connections along ${asked.path}`);
  return deliverPath(await labPath(asked, context), flags, context);
}

/** The asked path, or the one that says most: to a Service where one is carried, between pods where there are any. */
function pathOf(variant: Variant, asked: string | undefined): WiredPath {
  const there = Object.keys(variant.wire(PATH_TOPOLOGY).paths) as WiredPath[];
  const order: readonly WiredPath[] = ["pod-service", "pod-pod", "host-host"];
  const wanted = asked === undefined ? order.find((one) => there.includes(one)) : there.find((one) => one === asked);
  if (wanted !== undefined) return wanted;
  const why =
    asked === "pod-service"
      ? " A layer that carries Services brings it, such as +kube-proxy-iptables:100."
      : suggestion(asked ?? "", there);
  throw new UsageError(`--path: ${variant.name} has no path ${asked ?? ""}.${why} It has ${there.join(", ")}.`);
}
