/**
 * Packets that rules of iptables ended, or let pass untracked, as `iptables-save -c` counts them.
 * @packageDocumentation
 */

/** Targets after which a packet is not what it was for its sender: it is gone, or its translation is. */
const ENDING = /\s-j (?:DROP|REJECT|NOTRACK|CT --notrack)(?:\s|$)/;

/** Counts by rule or policy, in words: `policy DROP of FORWARD (filter)`. Rules that are the same text count together. */
export function endedPackets(saved: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  let table = "";
  for (const line of saved.split("\n")) {
    const policy = /^:(\S+) DROP \[(\d+):\d+\]/.exec(line);
    const rule = /^\[(\d+):\d+\] (-A .+)$/.exec(line);
    if (line.startsWith("*")) table = line.slice(1).trim();
    else if (policy !== null) add(counts, `policy DROP of ${policy[1] ?? ""} (${table})`, policy[2]);
    else if (rule !== null && ENDING.test(rule[2] ?? "")) add(counts, `${rule[2] ?? ""} (${table})`, rule[1]);
  }
  return counts;
}

function add(counts: Record<string, number>, words: string, count: string | undefined): void {
  counts[words] = (counts[words] ?? 0) + Number(count);
}
