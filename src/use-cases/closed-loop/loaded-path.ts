/**
 * The path that is loaded: from pod to pod.
 * @packageDocumentation
 */
import { LISTENING_PORTS, type PathSpec, type Wiring } from "../../model/wiring.js";
import type { Variant } from "../../variants/variant.js";
import type { Path } from "../../venues/contract.js";
import type { LabSession } from "../../venues/lab/lab-session.js";
import { RunError } from "../errors.js";
import type { Ground } from "./ground.js";

const LINK = "open";

/** The pods' path; where nothing arrives on it, as it was wired. @throws RunError where the variant has no pods */
export function podsPath({ paths }: LabSession, variant: Variant, topology: Ground["topology"]): Path {
  const found = paths.find(({ mode, name }) => mode === variant.name && name === "pod-pod");
  return found ?? asWired(variant, specOf(variant, topology));
}

/**
 * The pods' path from the pod of a node, or of the node that a pod is on, to the other one's.
 * @throws RunError where the variant's pods cannot be reached from there by an address of their own
 */
export function pathFrom(place: string, session: LabSession, variant: Variant, topology: Ground["topology"]): Path {
  const spec = specOf(variant, topology);
  const letter = (name: string): string => /^(?:node|pod)-([a-z])$/.exec(name)?.[1] ?? "";
  if (letter(place) === letter(spec.from)) return podsPath(session, variant, topology);
  const back = letter(place) === letter(spec.to) ? turned(spec, variant.wire(topology)) : undefined;
  if (back !== undefined) return asWired(variant, back);
  throw new RunError(
    `no load of ${variant.name} begins at ${place}: hold the lab from its first node (podwire lab shell ${variant.name} node-a)`,
  );
}

function specOf(variant: Variant, topology: Ground["topology"]): PathSpec {
  const spec = variant.wire(topology).paths["pod-pod"];
  if (spec === undefined) throw new RunError(`${variant.name} has no pods, so that there is nothing to tune between them`);
  return spec;
}

/** The same path the other way round, where both pods are reached by their own addresses. */
function turned(spec: PathSpec, { steps }: Wiring): PathSpec | undefined {
  const addressOf = (name: string, device: string): string | undefined =>
    steps.flatMap((step) =>
      step.kind === "address" && step.in === name && step.device === device ? [step.address.split("/")[0] ?? ""] : [],
    )[0];
  const address = addressOf(spec.from, spec.device);
  if (address === undefined || addressOf(spec.to, spec.toDevice) !== spec.address) return undefined;
  return { ...spec, from: spec.to, device: spec.toDevice, to: spec.from, toDevice: spec.device, address };
}

function asWired(variant: Variant, spec: PathSpec): Path {
  const end = (name: string): Path["from"] => ({ id: `${variant.name}/${LINK}/${name}`, kind: "pod" });
  const { address, ports, listen = LISTENING_PORTS, mtu } = spec;
  return {
    ...{ id: `${variant.name}/${LINK}/pod-pod`, mode: variant.name, name: "pod-pod", link: LINK },
    ...{ from: end(spec.from), to: end(spec.to), address, ports, listen, mtu },
    // Raw frames are the one load that needs these, and no change is judged by it.
    frame: { device: spec.device, sourceMac: "", sourceAddress: "", destinationMac: "" },
    arrival: { device: spec.toDevice },
  };
}
