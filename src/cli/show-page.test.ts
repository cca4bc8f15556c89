import { describe, expect, test } from "vitest";
import type { CliContext, Desktop } from "./context.js";
import { showPage, whyNotShown } from "./show-page.js";

const DESKTOP: Desktop = { root: false, remote: false, terminal: true, display: true, opener: "xdg-open" };

test("a page is shown to an ordinary user at a terminal of a desktop alone, and the reason is one line", () => {
  expect(whyNotShown(DESKTOP)).toBeUndefined();
  const reasons = [{ root: true }, { remote: true }, { terminal: false }, { display: false }].map(
    (one) => whyNotShown({ ...DESKTOP, ...one }) ?? "",
  );
  for (const [index, word] of ["as root", "over SSH", "a pipe or a file", "no desktop"].entries()) expect(reasons[index]).toContain(word);
  for (const reason of reasons) expect(reason).toMatch(/^[^\n]+--html FILE[^\n]*$/);
  expect(whyNotShown({ ...DESKTOP, root: true, remote: true, terminal: false, display: false })).toContain("as root");
});

describe("the desktop's opener", () => {
  const shown = async (attach: CliContext["attach"]): Promise<string | undefined> =>
    showPage("/tmp/page.html", { attach, terminal: { desktop: DESKTOP } } as unknown as CliContext);

  test("gets the file, and no shell", async () => {
    let called: readonly string[] = [];
    const problem = await shown(async (argv) => {
      called = argv;
      return Promise.resolve(0);
    });
    expect([problem, called]).toEqual([undefined, ["xdg-open", "/tmp/page.html"]]);
  });

  test("that fails or is missing is said, with where the page is", async () => {
    expect(await shown(async () => Promise.resolve(3))).toBe("xdg-open ended with exit code 3; the page is /tmp/page.html");
    expect(await shown(async () => Promise.reject(new Error("spawn xdg-open ENOENT")))).toContain("the page is /tmp/page.html");
  });
});
