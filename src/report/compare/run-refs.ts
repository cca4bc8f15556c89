/**
 * Which run it was, in words.
 * @packageDocumentation
 */
import type { RunRef } from "../../model/run-comparison.js";
import { formatMoment } from "../../units/format.js";

/** `before.json, 2026-02-03 08:00 UTC, partial`. */
export const refText = ({ file, startedAt, status }: RunRef): string =>
  `${file}, ${formatMoment(startedAt)}${status === "partial" ? ", partial" : ""}`;

/** The same with why it is partial, and with the podwire that measured it. */
export const wholeRefText = (ref: RunRef): string =>
  `${refText(ref)}${ref.partialReason === undefined ? "" : ` (${ref.partialReason})`}, podwire ${ref.podwire}`;
