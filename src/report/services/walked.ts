/**
 * Modes whose pods are slower by their own address than by a Service's: kube-proxy's rules stand on every node, and a connection that matches no Service walks
 * their whole list on both.
 * @packageDocumentation
 */
import type { Cell, Summary } from "../../model/summary.js";

/** What the whole list costs: a new connection meets it once. */
const OF_NEW_CONNECTIONS = "http";

/** Names of modes whose interval from pod to pod lies wholly below that to a Service. */
export const walkedToTheEnd = ({ modes }: Summary): readonly string[] =>
  modes.flatMap(({ mode, cells }) => {
    const on = (path: Cell["path"]): Cell["ratio"] => cells.find((cell) => cell.path === path && cell.metric === OF_NEW_CONNECTIONS)?.ratio;
    const [byAddress, byService] = [on("pod-pod"), on("pod-service")];
    const apart = byAddress?.high != null && byService?.low != null && byAddress.high < byService.low;
    return apart ? [mode] : [];
  });

/** The metric of {@link walkedToTheEnd}, and what is said of it. */
export const WALKED = {
  metric: OF_NEW_CONNECTIONS,
  text: "slower from pod to pod than to a Service: what dials no Service walks the whole list of rules, on both nodes",
} as const;
