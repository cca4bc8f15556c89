// A picture of a part of an HTML page that podwire wrote, for the documentation or to look at.
//
//   node scripts/docs-picture.mjs PAGE PICTURE [--part SELECTOR] [--width 1280] [--height 800] [--dark]
//
// Without --part it is the first screen.
import { parseArgs } from "node:util";
import { takePicture } from "./chromium.mjs";

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

await takePicture(page, path, { part: flags.part, width: Number(flags.width), height: Number(flags.height), dark: flags.dark });
