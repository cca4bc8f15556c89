/**
 * Chromium without anything that leaves this machine, for pictures of the documentation.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
/** Without these Chromium asks Google's hosts at every start. */
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"];

/**
 * Runs what is given with a browser, and ends that browser whatever happens. Its crash reports would be kept in the home folder.
 * @template Result
 * @param {(browser: import("playwright-core").Browser) => Promise<Result>} act
 * @returns {Promise<Result>}
 */
export async function withChromium(act) {
  if (CHROMIUM === undefined) throw new Error("there is no Chromium in /usr/bin");
  const home = mkdtempSync(join(tmpdir(), "podwire-chromium-"));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET, env: { ...process.env, HOME: home } });
  try {
    return await act(browser);
  } finally {
    await browser.close();
    rmSync(home, { recursive: true, force: true });
  }
}
