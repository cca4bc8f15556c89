/**
 * The agent as the first process inside the lab's sandbox. When it ends, the kernel ends everything else in its pid namespace. Started with the word `guest`, it works in
 * a sandbox that someone else holds, and makes no more there than its scratch folder.
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { isolate } from "./isolation.js";
import { serve } from "./serve.js";

/** On the sandbox's own tmpfs. */
const BASE = "/run/podwire";

/** The log of a ten-second latency measurement has about 20 MB. */
const KEPT = 64 * 1024 * 1024;

const isGuest = process.argv[2] === "guest";
// Every guest is the first process of its own pid namespace, and has the same number.
const scratch = isGuest ? `${BASE}/guest-${randomUUID()}` : BASE;

function settleIn(): void {
  mkdirSync(scratch, { recursive: true });
  process.on("exit", () => {
    rmSync(scratch, { recursive: true, force: true });
  });
}

serve({
  settings: { scratch, workFolder: "/", kept: KEPT, starter: [] },
  prepare: isGuest
    ? settleIn
    : () => {
        isolate(scratch);
      },
  packs: false,
});
