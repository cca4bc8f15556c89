/**
 * Knobs of a device's driver: offloads, rings, interrupt coalescing.
 * @packageDocumentation
 */
import type { CoalescingKnob, OffloadKnob, RingKnob } from "../contract.js";
import type { OffloadState, RingState } from "../facts.js";
import type { KnobForm } from "./form.js";

/** Features as `ethtool -k` prints them, by their long names. */
export function offloadsIn(text: string): Readonly<Record<string, OffloadState>> {
  const lines = [...text.matchAll(/^\s*([\w-]+): (on|off)( \[fixed\])?/gm)];
  return Object.fromEntries(lines.map(([, name = "", value, fixed]) => [name, { on: value === "on", fixed: fixed !== undefined }]));
}

/** Rings as `ethtool -g` prints them: what is possible first, then what is set. Undefined where the driver has none. */
export function ringsIn(text: string): Partial<Record<"rx" | "tx", RingState>> | undefined {
  const [most = "", now] = text.split(/^Current hardware settings:$/m);
  if (now === undefined) return undefined;
  const entries = (["rx", "tx"] as const).flatMap((ring) => {
    const [current, largest] = [now, most].map((part) => new RegExp(`^${ring.toUpperCase()}:\\s+(\\d+)$`, "m").exec(part)?.[1]);
    return current === undefined || largest === undefined ? [] : [[ring, { now: Number(current), most: Number(largest) }] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Parameters as `ethtool -c` prints them, by their names in `ethtool -C`; what the driver lacks (`n/a`) is left out. */
export function coalescingIn(text: string): Readonly<Record<string, string>> | undefined {
  const adaptive = /^Adaptive RX: (\S+)\s+TX: (\S+)$/m.exec(text);
  const both = [
    ["adaptive-rx", adaptive?.[1]],
    ["adaptive-tx", adaptive?.[2]],
    ...[...text.matchAll(/^((?:rx|tx)-(?:usecs|frames)(?:-irq|-low|-high)?): (\d+)$/gm)].map(([, name, value]) => [name, value]),
  ].flatMap(([name, value]) => (name === undefined || value === undefined || value === "n/a" ? [] : [[name, value] as const]));
  return both.length === 0 ? undefined : Object.fromEntries(both);
}

export const OFFLOAD: KnobForm<OffloadKnob> = {
  title: ({ device, feature }) => `${feature} of ${device}`,
  reading: ({ device }) => ({ argv: ["ethtool", "-k", device] }),
  valueIn: ({ feature }, text) => {
    const state = offloadsIn(text)[feature];
    return state === undefined ? undefined : state.on ? "on" : "off";
  },
  writing: ({ device, feature }, value) => ({ argv: ["ethtool", "-K", device, feature, value] }),
};

export const RING: KnobForm<RingKnob> = {
  title: ({ device, ring }) => `${ring} ring of ${device}`,
  reading: ({ device }) => ({ argv: ["ethtool", "-g", device] }),
  valueIn: ({ ring }, text) => ringsIn(text)?.[ring]?.now.toString(),
  writing: ({ device, ring }, value) => ({ argv: ["ethtool", "-G", device, ring, value] }),
};

export const COALESCING: KnobForm<CoalescingKnob> = {
  title: ({ device, parameter }) => `${parameter} of ${device}`,
  reading: ({ device }) => ({ argv: ["ethtool", "-c", device] }),
  valueIn: ({ parameter }, text) => coalescingIn(text)?.[parameter],
  writing: ({ device, parameter }, value) => ({ argv: ["ethtool", "-C", device, parameter, value] }),
};
