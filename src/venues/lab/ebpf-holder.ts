/**
 * The one process of a lab that holds eBPF programs, their links and their tables: when it ends, however it ends, the kernel takes all of them away.
 * @packageDocumentation
 */
import { EBPF_LOADER, HOLDING } from "../../model/ebpf.js";
import { type Builder, type Daemon, startDaemon } from "./build.js";
import type { PlannedLoad } from "./loads.js";

/** The daemons that some loads need beside them: the holder, which is started for the first of them, or none. */
export type EbpfHolder = (loads: readonly PlannedLoad[]) => Promise<readonly Daemon[]>;

/** The holder of one lab. */
export function ebpfHolder(builder: Builder): EbpfHolder {
  let started: Promise<Daemon> | undefined;
  return async (loads) => {
    const first = loads.find(({ argv }) => argv[0] === EBPF_LOADER);
    if (first === undefined) return [];
    started ??= startDaemon(builder, {
      namespace: first.namespace,
      argv: HOLDING,
      ready: { line: "ready" },
      reason: "holds the eBPF programs of all variants",
    });
    return [await started];
  };
}
