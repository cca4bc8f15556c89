import type { Doubt } from "../../model/doubt.js";
import { formatPercent } from "../../units/format.js";
import { both, type CellEvidence, type Check, fact, gravity, total } from "./evidence.js";

/** A tool may round its time, and reads its clock a little outside of the venue's readings. */
const TOOL_MAY_SAY_MORE = { share: 0.05, seconds: 0.02 };
/** Two clocks of one machine: ticks counted by /proc/stat over nanoseconds elapsed, mode against host. Ticks of 10 ms average out over this long. */
const ENOUGH_SECONDS = 2;
const CLOCKS_AGREE_WITHIN = 0.15;

/** Times that cannot be: a tool that ran longer than it existed, work in no time, ticks that do not follow the clock. */
export const clock: Check = (cell) => impossibleTimes(cell) ?? ticksAgainstClock(cell);

function impossibleTimes(cell: CellEvidence): Doubt | undefined {
  const all = both(cell);
  const impossible = all.filter(({ elapsed, work, facts }) => {
    const said = facts?.["seconds"] ?? 0;
    return (elapsed === 0 && work > 0) || said > elapsed * (1 + TOOL_MAY_SAY_MORE.share) + TOOL_MAY_SAY_MORE.seconds;
  });
  const severity = gravity(impossible.length, all.length);
  if (severity === undefined) return undefined;
  const share = impossible.length / all.length;
  const longest = Math.max(...impossible.map((one) => (fact("seconds")(one) ?? 0) - one.elapsed));
  return {
    check: "clock",
    severity,
    sentence: `in ${String(impossible.length)} of ${String(all.length)} observations (${formatPercent(share)}) the tool's time is longer than the time that passed, by up to ${longest.toFixed(2)} s: a clock is wrong`,
    evidence: [
      { what: "impossible times", value: share, unit: "share" },
      { what: "largest excess", value: longest, unit: "s" },
    ],
  };
}

function ticksAgainstClock({ own, host }: CellEvidence): Doubt | undefined {
  const pace = (observations: CellEvidence["own"]): number =>
    total(observations, ({ cpu }) => cpu.busy + cpu.idle + cpu.steal) / total(observations, ({ elapsed }) => elapsed);
  const enough = [own, host].every((observations) => total(observations, ({ elapsed }) => elapsed) >= ENOUGH_SECONDS);
  if (!enough || pace(host) === 0 || pace(own) === 0) return undefined;
  const drift = pace(own) / pace(host);
  if (Math.abs(Math.log(drift)) <= Math.log1p(CLOCKS_AGREE_WITHIN)) return undefined;
  return {
    check: "clock",
    severity: "flag",
    sentence: `CPU ticks and the clock disagree: ${pace(own).toFixed(2)} CPU seconds a second here, ${pace(host).toFixed(2)} on the host, of the same machine`,
    evidence: [
      { what: "CPU seconds a second", value: pace(own), unit: "s/s" },
      { what: "CPU seconds a second on the host", value: pace(host), unit: "s/s" },
    ],
  };
}
