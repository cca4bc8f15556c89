import type { Doubt } from "../../model/doubt.js";
import { largestOf } from "../../statistics/extremes.js";
import { doubt, figure, flag, portion, says } from "./doubt.js";
import { both, type CellEvidence, type Check, severityOf, total } from "./evidence.js";

/** A tool may round its time, and reads its clock a little outside of the venue's readings. */
const TOOL_MAY_SAY_MORE = { share: 0.05, seconds: 0.02 };
/** Two clocks of one machine: ticks counted by /proc/stat over nanoseconds elapsed, mode against host. Ticks of 10 ms average out over this long. */
const ENOUGH_SECONDS = 2;
const CLOCKS_AGREE_WITHIN = 0.15;

/** Times that cannot be: a tool that ran longer than it existed, work in no time, ticks that do not follow the clock. */
export const clock: Check = (cell) => impossibleTimes(cell) ?? shrinkingCpuTimes(cell) ?? ticksAgainstClock(cell);

function impossibleTimes(cell: CellEvidence): Doubt | undefined {
  const all = both(cell);
  const impossible = all.filter(({ elapsed, work, facts }) => {
    const said = facts?.["seconds"] ?? 0;
    return (elapsed === 0 && work > 0) || said > elapsed * (1 + TOOL_MAY_SAY_MORE.share) + TOOL_MAY_SAY_MORE.seconds;
  });
  const severity = severityOf(impossible.length, all.length);
  if (severity === undefined) return undefined;
  const affected = portion("impossible times", impossible.length, all.length, "observations");
  const excess = figure("largest excess", largestOf(impossible.map(({ elapsed, facts }) => (facts?.["seconds"] ?? 0) - elapsed)), "s");
  return doubt(
    "clock",
    severity,
    says`in ${affected} the tool's time is longer than the time that passed, by up to ${excess}: a clock is wrong`,
  );
}

/** CPU times are only ever added to, but a migrated virtual machine or a container's own /proc/stat may begin anew. Costs are made of nothing else. */
function shrinkingCpuTimes(cell: CellEvidence): Doubt | undefined {
  if (cell.metric.estimator.kind !== "cpu") return undefined;
  const all = both(cell);
  const back = all.filter(({ cpu }) => cpu.busy < 0 || cpu.softirq < 0);
  const severity = severityOf(back.length, all.length);
  if (severity === undefined) return undefined;
  const affected = portion("CPU times that shrank", back.length, all.length, "observations");
  return doubt(
    "clock",
    severity,
    says`in ${affected} the machine's CPU times became less, which they never do: the cost is not of this load`,
  );
}

function ticksAgainstClock({ own, host }: CellEvidence): Doubt | undefined {
  const pace = (observations: CellEvidence["own"]): number =>
    total(observations, ({ cpu }) => cpu.busy + cpu.idle + cpu.steal) / total(observations, ({ elapsed }) => elapsed);
  const enough = [own, host].every((observations) => total(observations, ({ elapsed }) => elapsed) >= ENOUGH_SECONDS);
  if (!enough || pace(host) === 0 || pace(own) === 0) return undefined;
  if (Math.abs(Math.log(pace(own) / pace(host))) <= Math.log1p(CLOCKS_AGREE_WITHIN)) return undefined;
  const here = figure("CPU ticks", pace(own), "CPU seconds a second");
  const there = figure("CPU ticks on the host", pace(host), here.unit);
  return flag("clock", says`CPU ticks and the clock disagree: ${here} here, ${there} on the host, of the same machine`);
}
