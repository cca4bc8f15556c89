import { formatCount, formatPercent } from "../../units/format.js";
import { type Check, total } from "./evidence.js";

/** The share that a partial drop rate allows (RFC 9971's usual second goal, `pdr`): above it a flood says what survives overload, not what is carried. */
const ALLOWED_LOSS = 0.005;

/** A flood whose losses nobody controls: frames that were dropped cost the receiver nothing, so a path that loses can look faster than the host. */
export const udpLoss: Check = ({ metric, own, host, ratio }) => {
  if (metric.name !== "pps") return undefined;
  const here = lossOf(own);
  const there = lossOf(host);
  if (!(here.share > ALLOWED_LOSS) && !(there.share > ALLOWED_LOSS)) return undefined;
  const faster = ratio?.verdict === "faster" && here.share > ALLOWED_LOSS;
  return {
    check: "udp-loss",
    severity: faster ? "refuse" : "flag",
    sentence: `${formatPercent(here.share)} of ${formatCount(here.offered)} frames were lost${host.length === 0 ? "" : ` (host ${formatPercent(there.share)})`}: the flood was faster than the path${faster ? ", and a path that loses must not count as faster than the host" : ", so the figure is what survives overload; `podwire lab --metrics ndr,pdr` finds the rate without loss"}`,
    evidence: [
      { what: "lost", value: here.share, unit: "share" },
      { what: "lost on the host", value: there.share, unit: "share" },
      { what: "offered", value: here.offered, unit: "frames" },
    ],
  };
};

/** Over all observations: frames that arrive after one slice are counted in the next. */
function lossOf(observations: Parameters<typeof total>[0]): { readonly offered: number; readonly share: number } {
  const offered = total(observations, ({ counts }) => counts?.offered);
  const forwarded = total(observations, ({ counts }) => counts?.forwarded);
  return { offered, share: offered > 0 ? Math.max(0, 1 - forwarded / offered) : 0 };
}
