import { expect, test } from "vitest";
import { UNITS } from "../units/quantity.js";
import { ratioMatrix } from "./html/ratio-matrix.js";
import { matrix } from "./markdown/matrix.js";
import { html } from "./markup.js";
import { questionOf } from "./questions.js";
import { shortFigure } from "./short-figure.js";
import { figureForms } from "./terminal/screen/cell.js";
import { signsFor } from "./terminal/screen/signs.js";
import { VERDICT_WORDS } from "./words.js";

test.each([
  [{ median: 0.0647, unit: "CPU s/thousand requests", atLeast: false }, "64.7 us"],
  [{ median: 306e3, unit: "frame/s", atLeast: false }, "306 kpkt/s"],
  [{ median: 21.4e9, unit: "bit/s", atLeast: true }, "≥21.4 Gbit/s"],
] as const)("%j is %s", (figure, text) => {
  expect(shortFigure(figure)).toBe(text);
});

test("screen, page and ticket show the same figure", () => {
  for (const unit of UNITS) {
    const figure = { median: 0.0647, unit, atLeast: true };
    const questions = [questionOf("http.cpu", { venue: "lab", linkBitsPerSecond: 1e9 })];
    const row = { name: "gce", label: "gce", rank: undefined, excluded: undefined, cells: [] };
    const table = { questions, rows: [row], baselines: [{ label: "bare host", figures: [figure] }] };
    const page = ratioMatrix(
      table,
      { label: "", rows: "Mode", verdicts: VERDICT_WORDS },
      { row: () => undefined, question: () => undefined },
    );
    expect(figureForms(figure, signsFor(true))[0]).toBe(shortFigure(figure));
    expect(matrix(table, "mode")).toContain(shortFigure(figure));
    expect(page.text).toContain(html`${shortFigure(figure).replace(/ us$/, " µs")}`.text);
  }
});
