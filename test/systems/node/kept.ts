/**
 * What a closed loop kept, for a machine that starts with it: a knob of each kind that has a permanent form on a node, with values that no kernel has by
 * itself. All of them are the network namespace's own, or its card's.
 * @packageDocumentation
 */
import type { Tuning } from "../../../src/model/closed-loop.js";
import { readTuning } from "../../../src/render/inputs/tuning-file.js";
import { offloadTso } from "../../../src/tuning/changes/offloads/tso.js";
import { rps } from "../../../src/tuning/changes/receive/rps.js";
import { notrackRules, notrackTunnel } from "../../../src/tuning/changes/rules/notrack-tunnel.js";
import { somaxconn } from "../../../src/tuning/changes/sockets/somaxconn.js";
import { tcpBuffers } from "../../../src/tuning/changes/sockets/tcp-buffers.js";
import type { Change, Knob } from "../../../src/tuning/contract.js";
import { permanentForms } from "../../../src/use-cases/closed-loop/permanent.js";
import { tunedPlace } from "../../synthetic/tuned-place.js";
import { TUNING } from "../../synthetic/tuning.js";

interface KeptValue {
  readonly change: Change;
  readonly knob: Knob;
  readonly now: string;
  readonly wanted: string;
}

const CARD = "eth0";
const VALUES: readonly KeptValue[] = [
  { change: somaxconn, knob: { kind: "sysctl", name: "net.core.somaxconn" }, now: "4096", wanted: "8191" },
  { change: tcpBuffers, knob: { kind: "sysctl", name: "net.ipv4.tcp_rmem" }, now: "4096 131072 6291456", wanted: "4096 131072 8388000" },
  { change: offloadTso, knob: { kind: "offload", device: CARD, feature: "tx-tcp-segmentation" }, now: "on", wanted: "off" },
  { change: rps, knob: { kind: "device-file", device: CARD, file: "queues/rx-0/rps_cpus" }, now: "0", wanted: "1" },
  { change: notrackTunnel, knob: { kind: "own-rules", piece: "notrack_tunnel" }, now: "absent", wanted: notrackRules([8472]) },
];

/** As `podwire tune auto --json` prints it of a mode, in the forms that it writes, and read as `--tuning` reads it. */
export function keptOf(mode: string): Tuning {
  const place = tunedPlace({});
  const permanent = VALUES.flatMap(({ change, ...step }) =>
    permanentForms({ change, evidence: { weight: "some", says: "given" }, steps: [{ place, step }] }).map(
      ({ form, path, text, removedBy }) => ({
        ...{ change: change.name, form, path, text, removedBy },
        checked: "on a node that starts with it",
      }),
    ),
  );
  return readTuning(JSON.stringify({ ...TUNING, variant: mode, permanent }), "tuning.json");
}

/** What has to stand on the machine, as its kernel says it. */
export const KEPT = {
  somaxconn: "8191",
  tcpReadBuffers: "4096 131072 8388000",
  segmentation: "off",
  steering: "1",
  untracked: ["8472", "8472"],
} as const;

/** The same, read. */
export async function keptIn(run: (argv: readonly string[]) => Promise<string>): Promise<object> {
  const sysctl = async (name: string): Promise<string> => (await run(["sysctl", "-n", name])).trim().replaceAll("\t", " ");
  const features = await run(["ethtool", "-k", CARD]);
  // A mask has as many digits as the kernel could have CPUs.
  const mask = (await run(["cat", `/sys/class/net/${CARD}/queues/rx-0/rps_cpus`])).trim();
  const rules = await run(["nft", "list", "table", "inet", "podwire"]);
  return {
    somaxconn: await sysctl("net.core.somaxconn"),
    tcpReadBuffers: await sysctl("net.ipv4.tcp_rmem"),
    segmentation: /tx-tcp-segmentation: (\w+)/.exec(features)?.[1],
    steering: mask.replaceAll(",", "").replace(/^0+(?=.)/, ""),
    untracked: [...rules.matchAll(/udp dport (\d+) notrack/g)].map(([, port]) => port),
  };
}
