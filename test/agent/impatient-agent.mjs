// A pod's agent that takes less silence than the real one, so that a test need not wait for a minute. PODWIRE_SCRATCH names a folder that is there.
import { serve } from "../../dist/venues/agent/program/serve.js";

const scratch = process.env["PODWIRE_SCRATCH"] ?? "";
serve({
  settings: { scratch, workFolder: scratch, kept: 1_000_000, starter: ["setpriv", "--pdeathsig", "KILL", "--"] },
  prepare: () => undefined,
  packs: true,
  silence: { stopLoadAfter: 400, leaveAfter: 3_000 },
});
