/** The pictures of docs/screen.md and README.md are made by `npm run docs:screens` from a real run; this says when the program no longer draws such ones. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { meaningsAgainst } from "../src/report/verdict-meanings.js";

const folder = new URL("../docs/img/", import.meta.url);
const pictures = readdirSync(folder).filter((name) => name.endsWith(".txt"));
const linesOf = (name: string): readonly string[] => readFileSync(new URL(name, folder), "utf8").trimEnd().split("\n");
const page = readFileSync(new URL("../docs/screen.md", import.meta.url), "utf8");

test("there are the live view and the screen, small and large", () => {
  expect(pictures.sort()).toEqual(["live-160x50.txt", "live-80x24.txt", "screen-100.txt", "screen-160x50.txt", "screen-80x24.txt"]);
});

test("the README shows the screen between its marks as the file has it, and no other", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const text = readFileSync(new URL("screen-100.txt", folder), "utf8");
  expect(readme).toContain(`<!-- screen-100 -->\n\`\`\`text\n${text}\`\`\`\n<!-- /screen-100 -->\n`);
  expect(readme.match(/^```text$/gm)).toHaveLength(1);
});

describe.each(pictures)("%s", (name) => {
  const lines = linesOf(name);
  const columns = Number(/-(\d+)/.exec(name)?.[1]);

  test("fits its terminal and the line budget", () => {
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.length).toBeLessThanOrEqual(name.startsWith("live") ? 23 : 40);
  });

  test("stands in the page as it is, or is linked", () => {
    expect(page.includes(`\`\`\`text\n${lines.join("\n")}\n\`\`\``) || page.includes(`(img/${name})`)).toBe(true);
  });

  test("is drawn as today", () => {
    const text = lines.join(" ");
    if (name.startsWith("live")) expect(lines[0]).toMatch(/^measuring .+, round \d+ +\d:\d\d of \d:\d\d, \d:\d\d left$/);
    else {
      const { faster, slower } = meaningsAgainst("the bare host", { questions: [], rows: [], baselines: [] });
      expect(text).toContain(`▲ ${faster}, ▼ ${slower}; = same within`);
      expect(lines.at(-1)).toMatch(/^everything +podwire report run\.json --full$/);
    }
  });
});
