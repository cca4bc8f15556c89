/**
 * Every check that is made, in the order of tables.
 * @packageDocumentation
 */
import type { Check } from "../check.js";
import { ALSO_SEEN_CHECKS } from "./also-seen.js";
import { EGRESS_CHECKS } from "./egress.js";
import { EXTERNAL_CHECKS } from "./external.js";
import { POD_CHECKS } from "./pods.js";
import { SERVICE_SET } from "./services.js";

export const CHECKS: readonly Check[] = [...POD_CHECKS, ...SERVICE_SET, ...EXTERNAL_CHECKS, ...EGRESS_CHECKS, ...ALSO_SEEN_CHECKS];
