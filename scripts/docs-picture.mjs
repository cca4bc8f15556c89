// A picture of a part of an HTML page that podwire wrote, for the documentation or to look at.
//
//   node scripts/docs-picture.mjs PAGE PICTURE [--part SELECTOR] [--width 1280] [--height 800] [--dark]
//
// Without --part it is the first screen.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { withChromium } from "./chromium.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: "string" },
    width: { type: "string", default: "1280" },
    height: { type: "string", default: "800" },
    dark: { type: "boolean", default: false },
  },
});
const [page, path] = positionals;
if (page === undefined || path === undefined || positionals.length > 2) throw new Error("which page, and which file for its picture?");

await withChromium(async (browser) => {
  const viewport = { width: Number(flags.width), height: Number(flags.height) };
  const tab = await browser.newPage({ viewport, colorScheme: flags.dark ? "dark" : "light", javaScriptEnabled: false });
  await tab.goto(pathToFileURL(resolve(page)).href);
  await (flags.part === undefined ? tab.screenshot({ path }) : tab.locator(flags.part).first().screenshot({ path }));
});
