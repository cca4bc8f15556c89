import { adviserOf } from "../advice/advice.js";
import { summarise } from "../measure/summarise.js";
import type { Run } from "../model/run.js";
import type { Summary } from "../model/summary.js";
import { MODES } from "../modes/index.js";

/** The summary of a run, ranked with what is known of the modes. */
export const summaryOf = (run: Run): Summary => summarise(run, adviserOf(MODES));
