/**
 * What stands beside the figures in the HTML report: doubts with what to do about them, what is missing, what was given up.
 * @packageDocumentation
 */
import type { Summary } from "../../model/summary.js";
import { capital } from "../../units/capital.js";
import { doubtedCells, doubtText } from "../doubts.js";
import { gapSubject, gapsOf } from "../gaps.js";
import { givenUpIn } from "../given-up.js";
import { html, type Markup } from "../markup.js";
import { FOUND, reasonText } from "../reasons.js";
import { REMEDIES } from "../remedies.js";
import { listSection } from "./document.js";
import { unbroken } from "./typeset.js";

/** One entry a check. The figures stand; they are marked `!`. */
export const doubtsSection = (summary: Summary): Markup =>
  listSection(
    "doubts",
    "Doubts, and what to do about them",
    doubtedCells(summary).map(
      (one) =>
        html`<b>${capital(FOUND[one.check])}</b> <code>${one.check}</code> ${unbroken(doubtText(one))} <span class="remedy">${unbroken(REMEDIES[one.check])}</span>`,
    ),
  );

/** What was asked and has no figure. */
export const gapsSection = (summary: Summary): Markup =>
  listSection("gaps", "Not measured, and why", [
    ...(summary.status === "partial" ? [html`<b>Cut short</b> ${unbroken(summary.partialReason ?? "the run ended early")}`] : []),
    ...gapsOf(summary).map((gap) => html`<b>${gapSubject(gap)}</b> ${gap.status}: ${unbroken(reasonText(gap.reason, summary.venue))}`),
  ]);

/** What left the run before its end. */
export const givenUpSection = (summary: Summary): Markup =>
  listSection(
    "given-up",
    "Given up on the way, and why",
    givenUpIn(summary).map(({ subject, text }) => html`<b>${subject}</b> ${unbroken(text)}`),
  );
