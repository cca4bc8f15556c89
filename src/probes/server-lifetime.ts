import { milliseconds } from "../units/quantity.js";

/** Servers stay for the whole run, and a run ends them; this only bounds a forgotten one. */
export const SERVER_LIFETIME = milliseconds(24 * 60 * 60 * 1_000);
