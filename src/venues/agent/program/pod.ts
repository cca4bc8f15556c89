/**
 * The agent in a pod: one exec stream starts it and stays open. It has no namespaces of its own, no rights and no first process to rely on, so that it
 * ends what it has started itself: when its input closes, when it is asked to, and when it has heard nothing for long, since a stream that was cut
 * somewhere on its way through kubelet and API server need not close here.
 * @packageDocumentation
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { LEAVE_AFTER_MS, STOP_LOAD_AFTER_MS } from "../protocol.js";
import { leave, serve } from "./serve.js";

/** On an emptyDir in the pod, where everything else is read-only. An agent that came before may have left its own folder there. */
const BASE = process.env["PODWIRE_SCRATCH"] ?? "/run/podwire";
const SCRATCH = `${BASE}/agent-${String(process.pid)}`;

/** Less than the lab keeps: a pod has a memory limit. */
const KEPT = 32 * 1024 * 1024;

/** Whatever ends this process, kill -9 included, ends its children too. */
const STARTER = ["setpriv", "--pdeathsig", "KILL", "--"];

function makeScratch(): void {
  process.chdir("/");
  // Not `recursive`: Node loops forever where a folder is missing and cannot be made although its parent is there (Node 18 and 20).
  if (!existsSync(BASE)) mkdirSync(BASE, 0o700);
  rmSync(SCRATCH, { recursive: true, force: true });
  mkdirSync(SCRATCH, 0o700);
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, leave);
serve({
  settings: { scratch: SCRATCH, workFolder: SCRATCH, kept: KEPT, starter: STARTER },
  prepare: makeScratch,
  packs: true,
  silence: { stopLoadAfter: STOP_LOAD_AFTER_MS, leaveAfter: LEAVE_AFTER_MS },
});
