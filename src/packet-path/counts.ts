/**
 * By how much counters grew between two looks.
 * @packageDocumentation
 */
import { type Ruleset, tableName } from "../ruleset/ruleset.js";
import { type Counts, type DeviceCount, deviceKey, type QueueCount, ruleKey } from "./facts.js";

/** A look at the counters of one namespace. */
export interface NamespaceCounters {
  readonly devices: Readonly<Record<string, DeviceCount>>;
  readonly queues: ReadonlyMap<string, QueueCount>;
  readonly ruleset: Ruleset;
}

/** What was counted between two looks at the same namespaces. A counter that went back belongs to something made anew, and counts from 0. */
export function grown(before: ReadonlyMap<string, NamespaceCounters>, after: ReadonlyMap<string, NamespaceCounters>): Counts {
  const devices = new Map<string, DeviceCount>();
  const queues = new Map<string, QueueCount>();
  const rules = new Map<string, number>();
  for (const [name, now] of after) {
    const then = before.get(name);
    for (const [device, count] of Object.entries(now.devices))
      devices.set(deviceKey(name, device), deviceGrown(then?.devices[device], count));
    for (const [device, count] of now.queues) queues.set(deviceKey(name, device), queueGrown(then?.queues.get(device), count));
    const earlier = new Map(then === undefined ? [] : ruleCounters(then.ruleset).map(({ id, packets }) => [id, packets] as const));
    for (const { id, table, chain, rule, packets } of ruleCounters(now.ruleset)) {
      const key = ruleKey(name, table, chain, rule);
      if (!rules.has(key)) rules.set(key, since(earlier.get(id), packets));
    }
  }
  return { devices, queues, rules };
}

const since = (before: number | undefined, now: number): number => (before === undefined || now < before ? now : now - before);

const deviceGrown = (before: DeviceCount | undefined, now: DeviceCount): DeviceCount => ({
  rxPackets: since(before?.rxPackets, now.rxPackets),
  rxDropped: since(before?.rxDropped, now.rxDropped),
  txPackets: since(before?.txPackets, now.txPackets),
  txDropped: since(before?.txDropped, now.txDropped),
});

const queueGrown = (before: QueueCount | undefined, now: QueueCount): QueueCount => ({
  packets: since(before?.packets, now.packets),
  drops: since(before?.drops, now.drops),
});

interface RuleCounter {
  /** Its text, and which of those with the same text it is: lines are others once a rule before it is added. */
  readonly id: string;
  readonly table: string;
  readonly chain: string;
  readonly rule: string | number;
  readonly packets: number;
}

/** The counters of all rules that have one. */
function ruleCounters({ tables }: Ruleset): readonly RuleCounter[] {
  const found: RuleCounter[] = [];
  for (const table of tables) {
    for (const { name: chain, rules } of table.chains.values()) {
      const seen = new Map<string, number>();
      for (const { text, line, packets } of rules) {
        const nth = (seen.get(text) ?? 0) + 1;
        seen.set(text, nth);
        const named = { table: tableName(table), chain, rule: line === 0 ? text : line };
        if (packets !== undefined) found.push({ id: `${named.table} ${chain} ${String(nth)} ${text}`, ...named, packets });
      }
    }
  }
  return found;
}
