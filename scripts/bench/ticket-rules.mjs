/**
 * What a 1 Gbit/s network showed in the ticket of 2016 and in the tunnels' own arithmetic: the lab has to show the same.
 */

/**
 * @typedef {import("../../dist/model/summary.js").Summary} Summary
 * @typedef {{ ratio: number, low: number | null, high: number | null, n: number }} Seen
 * @typedef {{ mode: string, expected: string, seen: Seen | string, met: boolean }} Judged
 */

/** @type {readonly { modes: readonly string[], expected: string, holds: (ratio: number, of: { last: boolean, cpuBound: boolean }) => boolean }[]} */
const RULES = [
  {
    // The pods' packets cross the wire as they are.
    modes: ["flannel-host-gw", "gce", "l2-bridge", "macvlan", "calico-routed"],
    expected: "at least 0.97",
    holds: (ratio) => ratio >= 0.97,
  },
  {
    // 50 bytes of 1500 are the tunnel's: 1398 of 1448 bytes of payload are left, 0.965.
    modes: ["flannel-vxlan", "calico-vxlan"],
    expected: "0.93 to 0.98",
    holds: (ratio) => ratio >= 0.93 && ratio <= 0.98,
  },
  {
    // A program reads and sends each packet; the ticket had 465 of 934 Mbit/s. How many a CPU carries is the machine's affair, so that no number is asked for.
    modes: ["flannel-udp"],
    expected: "last, limited by a CPU",
    holds: (_ratio, { last, cpuBound }) => last && cpuBound,
  },
];

/** The modes of the ticket. */
export const TICKET_MODES = RULES.flatMap(({ modes }) => modes);

/**
 * Each mode's median ratio beside what it should be.
 * @param {Summary} summary
 * @returns {Judged[]}
 */
export function judge(summary) {
  const lowest = Math.min(...summary.modes.flatMap(({ mode }) => ratioOf(summary, mode)?.median ?? []));
  return RULES.flatMap(({ modes, expected, holds }) =>
    modes.map((mode) => {
      const ratio = ratioOf(summary, mode);
      if (ratio === undefined) return { mode, expected, seen: whyWithout(summary, mode), met: false };
      const { median, low, high, n } = ratio;
      const cpuBound = cellOf(summary, mode)?.flags?.some(({ check }) => check === "cpu-bound") ?? false;
      return { mode, expected, seen: { ratio: median, low, high, n }, met: holds(median, { last: median === lowest, cpuBound }) };
    }),
  );
}

/** @param {Summary} summary @param {string} mode */
const cellOf = (summary, mode) =>
  summary.modes.find((one) => one.mode === mode)?.cells.find(({ metric, path }) => metric === "tcp" && path === "pod-pod");

/** @param {Summary} summary @param {string} mode */
const ratioOf = (summary, mode) => cellOf(summary, mode)?.ratio;

/** @param {Summary} summary @param {string} mode */
function whyWithout(summary, mode) {
  const result = summary.modes.find((one) => one.mode === mode);
  return cellOf(summary, mode)?.reason ?? result?.reason ?? "not measured";
}
