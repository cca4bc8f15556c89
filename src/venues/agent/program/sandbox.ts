/**
 * The agent as the first process inside the lab's sandbox. When it ends, the kernel ends everything else in its pid namespace. Started with the word `guest`, it works in
 * a sandbox that someone else holds: it makes nothing there, and ends what it has started when its input closes.
 * @packageDocumentation
 */
import { mkdirSync, rmSync } from "node:fs";
import { isolate } from "./isolation.js";
import { serve } from "./serve.js";

/** On the sandbox's own tmpfs. */
const BASE = "/run/podwire";

/** The log of a ten-second latency measurement has about 20 MB. */
const KEPT = 64 * 1024 * 1024;

const isGuest = process.argv[2] === "guest";
const scratch = isGuest ? `${BASE}/guest-${String(process.pid)}` : BASE;

function settleIn(): void {
  mkdirSync(scratch, { recursive: true });
  process.on("exit", () => {
    rmSync(scratch, { recursive: true, force: true });
  });
}

serve({
  // A guest's children have no first process that would take them along.
  settings: { scratch, workFolder: "/", kept: KEPT, starter: isGuest ? ["setpriv", "--pdeathsig", "KILL", "--"] : [] },
  prepare: isGuest
    ? settleIn
    : () => {
        isolate(scratch);
      },
  packs: false,
});
