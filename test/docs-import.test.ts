/** docs/import.md shows what the program says of a ticket in two languages. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderImportTerminal } from "../src/report/import/terminal.js";
import { importTexts } from "./synthetic/imported-texts.js";

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

test("the page shows the ticket's import as it is printed", () => {
  const name = "examples/ticket.txt";
  const text = renderImportTerminal(importTexts({ [name]: read(name) }), { width: 100, colour: false });
  expect(read("docs/import.md")).toContain(`podwire import ${name}\n\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n`);
});
