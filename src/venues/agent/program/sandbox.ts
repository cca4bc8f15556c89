/**
 * The agent as the first process inside the lab's sandbox. When it ends, the kernel ends everything else in its pid namespace.
 * @packageDocumentation
 */
import { isolate } from "./isolation.js";
import { serve } from "./serve.js";

/** On the sandbox's own tmpfs. */
const SCRATCH = "/run/podwire";

/** The log of a ten-second latency measurement has about 20 MB. */
const KEPT = 64 * 1024 * 1024;

serve({
  settings: { scratch: SCRATCH, workFolder: "/", kept: KEPT, starter: [] },
  prepare: () => {
    isolate(SCRATCH);
  },
  packs: false,
});
