/** What the pages refer to is there: linked files and headings, npm scripts, and files of the tree by their paths. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { z } from "zod";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const PAGES = execFileSync("git", ["ls-files", "*.md"], { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));

const read = (page: string): string => readFileSync(join(ROOT, page), "utf8");
const withoutCode = (text: string): string => text.replaceAll(/^```.*?^```/gms, "");

/** A heading's anchor, as GitHub makes it: lower case, words joined by hyphens, a number behind those that were there before. */
function anchorsOf(page: string): ReadonlySet<string> {
  const counts = new Map<string, number>();
  const anchors = [...withoutCode(read(page)).matchAll(/^#{1,6} +(.*)$/gm)].map(([, heading = ""]) => {
    const shown = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = shown
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${String(count)}`;
  });
  return new Set(anchors);
}

/** Links within the repository, as written: `cluster.md#rights`, `#rights`, `img/report.png`. */
const linksOf = (page: string): readonly string[] =>
  [
    ...withoutCode(read(page))
      .replaceAll(/`[^`\n]*`/g, "")
      .matchAll(/\]\(([^)\s]+)\)/g),
  ]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));

function isThere(page: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page : normalize(join(dirname(page), path));
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || !target.endsWith(".md") || anchorsOf(target).has(anchor);
}

test("every link leads to a file, and to a heading of it", () => {
  const links = PAGES.flatMap((page) => linksOf(page).map((link) => ({ page, link })));
  expect(links.length).toBeGreaterThan(300);
  expect(links.filter(({ page, link }) => !isThere(page, link))).toEqual([]);
});

test("every `npm run` names a script", () => {
  const named = PAGES.flatMap((page) =>
    [...read(page).matchAll(/npm run (?:-s )?([a-z]+(?:[:-][a-z]+)*)/g)].map(([, script = ""]) => ({ page, script })),
  );
  expect(named.length).toBeGreaterThan(50);
  // `npm run docs:...` stands for several.
  expect(named.filter(({ script }) => !Object.keys(scripts).some((name) => name === script || name.startsWith(`${script}:`)))).toEqual([]);
});

test("every path below a folder of the repository is there", () => {
  // CHANGELOG.md tells of files as they were.
  const paths = PAGES.filter((page) => page !== "CHANGELOG.md").flatMap((page) =>
    [...read(page).matchAll(/`((?:src|test|scripts|docs|bpf|native|deploy|examples|schemas|images)\/[\w./-]+)`/g)].map(([, path = ""]) => ({
      page,
      path,
    })),
  );
  expect(paths.length).toBeGreaterThan(50);
  expect(paths.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
});
