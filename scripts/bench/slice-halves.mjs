/**
 * Generators that stay and are resumed for slices, as src/measure/observing/slice-observer.ts does it, with what a bench wants besides: both halves
 * of the kept part, the drain, and several paths at a time.
 */
import { milliseconds } from "../../dist/units/quantity.js";
import { AgentProcess } from "../../dist/venues/agent/agent-process.js";
import { MACHINE } from "./real-lab.mjs";

/**
 * @typedef {import("../../dist/measure/rounds/lanes.js").Lane} Lane
 * @typedef {import("../../dist/venues/contract.js").Reading} Reading
 * @typedef {import("../../dist/probes/contract.js").SliceProbe} SliceProbe
 * @typedef {{ value: number, seconds: number, first: number, second: number }} Halves rates of the whole kept part and of its halves
 * @typedef {{ halves: readonly Halves[], drainMs: number, still: boolean }} Seen one entry a lane
 */

/** iperf3's server refuses the next client until it has noticed that the last one is gone. */
const SERVER_NOTICES = milliseconds(300);

/** The generators of some lanes. */
export class Generators {
  /** @type {Map<string, AgentProcess>} */
  #processes = new Map();

  /** @param {import("../../dist/venues/lab/lab-session.js").LabSession} lab @param {SliceProbe} probe */
  constructor(lab, probe) {
    this.lab = lab;
    this.probe = probe;
  }

  /** @param {readonly Lane[]} lanes */
  async open(lanes) {
    const started = lanes.map(async ({ path }) => {
      const process = await this.lab.spawn(path.from, this.probe.command(path));
      process.finished.catch(() => undefined);
      if (!(process instanceof AgentProcess)) throw new Error("not a process of the lab");
      return /** @type {const} */ ([path.id, process]);
    });
    this.#processes = new Map(await Promise.all(started));
    await MACHINE.clock.sleep(milliseconds(this.probe.startup));
    await Promise.all([...this.#processes.values()].map((process) => process.stop()));
  }

  /** Resumes the generators of these lanes together for one slice. @param {readonly Lane[]} lanes @param {number} length milliseconds @returns {Promise<Seen>} */
  async slice(lanes, length = this.probe.length) {
    const processes = lanes.map(({ path }) => this.#processes.get(path.id)?.number ?? missing(path.id));
    const watch = lanes.flatMap(({ path }) => [path.from, path.to]).map(({ id }) => ({ id, namespace: id.replaceAll("/", ".") }));
    const { settle } = this.probe;
    const slice = await this.lab.agent.order({ kind: "slice", processes, settle, length, watch, middle: true });
    const { before, middle, after, drain } = slice;
    if (middle === undefined) throw new Error("the agent is of an older build, which knows no middle of a slice");
    const halves = lanes.map((lane) => ({
      value: this.#rate(lane, before, after),
      seconds: (after.clock - before.clock) / 1e9,
      first: this.#rate(lane, before, middle),
      second: this.#rate(lane, middle, after),
    }));
    return { halves, drainMs: drain.ms, still: drain.still };
  }

  async close() {
    const processes = [...this.#processes.values()];
    this.#processes.clear();
    await Promise.all(processes.map((process) => process.end("SIGKILL")));
    await MACHINE.clock.sleep(SERVER_NOTICES);
  }

  /** @param {Lane} lane @param {Reading} from @param {Reading} to @returns {number} */
  #rate(lane, from, to) {
    const result = this.probe.count(from, to, lane.path);
    if (!result.ok) throw new Error(result.error);
    return result.sample.values[lane.workload] ?? 0;
  }
}

/** @param {string} id @returns {never} */
function missing(id) {
  throw new Error(`no generator was started for ${id}`);
}
