/** schemas/ is made from the program's own schemas; this says when they have drifted apart. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FORMATS, renderJsonSchema, schemaFile } from "../src/report/json/schemas.js";

const folder = new URL("../schemas/", import.meta.url);

test.each(FORMATS.map((format) => [schemaFile(format), format] as const))("%s is current (npm run docs:schemas)", (file, format) => {
  expect(readFileSync(new URL(file, folder), "utf8")).toBe(renderJsonSchema(format));
});

test("there is no file without a format", () => {
  expect(readdirSync(folder).sort()).toEqual(FORMATS.map(schemaFile).sort());
});

test("each says what it is, and is found where its name says", () => {
  const heads = FORMATS.map((format) => JSON.parse(renderJsonSchema(format)) as Readonly<Record<string, unknown>>);
  for (const [place, head] of heads.entries()) {
    const { name, version } = FORMATS[place] ?? { name: "", version: "" };
    expect(head).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: `https://raw.githubusercontent.com/podwire/podwire/main/schemas/${version.slice("podwire/".length).replace("@", "-")}.json`,
      title: `podwire ${name} (${version})`,
      properties: { schema: { const: version } },
    });
    expect(head["description"]).toMatch(/^podwire's [a-z ]+: .*data-format\.md$/);
  }
});
