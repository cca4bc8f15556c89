import { doubt, figure, says } from "./doubt.js";
import { ALLOWED_LOSS, type Check, lossOf } from "./evidence.js";

/** A flood whose losses no one controls: frames that were dropped cost the receiver nothing, so a path that loses can look faster than the host. */
export const udpLoss: Check = ({ metric, own, host, ratio }) => {
  if (metric.name !== "pps") return undefined;
  const here = figure("lost", lossOf(own).share, "share");
  const there = figure("lost on the host", lossOf(host).share, "share");
  if (!(here.value > ALLOWED_LOSS) && !(there.value > ALLOWED_LOSS)) return undefined;
  const faster = ratio?.verdict === "faster" && here.value > ALLOWED_LOSS;
  const offered = figure("offered", lossOf(own).offered, "frames");
  const beside = host.length === 0 ? "" : says` (host ${there})`;
  const meaning = faster
    ? "and a path that loses must not count as faster than the host"
    : "so the figure is what survives overload; `podwire lab --metrics ndr,pdr` finds the rate without loss";
  return doubt(
    "udp-loss",
    faster ? "refuse" : "flag",
    says`${here} of ${offered} were lost${beside}: the flood was faster than the path, ${meaning}`,
  );
};
