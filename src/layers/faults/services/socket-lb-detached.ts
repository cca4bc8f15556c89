import type { LoadStep } from "../../../model/wiring.js";
import { faultLayer } from "../fault-layer.js";
import { withoutSteps } from "../places.js";

const BESIDE = "socket-lb";

/** Services at the socket that no program carries. */
export const socketLbDetached = faultLayer({
  name: "socket-lb-detached",
  row: "C18",
  effect: "broken",
  sentence: "Services are to be carried at the socket, and no program is attached there.",
  why: "The program's link went with the cgroup that it was pinned to, while the agent's status still says that it is enabled: connections to a Service go nowhere.",
  beside: [BESIDE],
  shownBy:
    "`bpftool cgroup show` lists no program, and packets to a Service's address leave the pod: `IpExt.InNoRoutes` grows on its node.",
  sources: ["cilium/cilium 48420, 15137, PR 16259"],
  deviations: ["The program is never attached, where the report has it detached."],
  sign: (wiring) => ({ kind: "protocol", in: wiring.paths["host-host"]?.from ?? "", counter: "IpExt.InNoRoutes" }),
  onto: (wiring) => {
    const loads = wiring.steps.filter((step): step is LoadStep => step.kind === "load" && step.layer === BESIDE);
    return loads.length === 0 ? { lacks: `has no layer ${BESIDE}` } : withoutSteps(wiring, loads);
  },
});
