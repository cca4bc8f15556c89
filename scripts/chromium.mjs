/**
 * Chromium without anything that leaves this machine, for tests of pages and for pictures of the documentation.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** Where it is; undefined where there is none. */
export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
/** Without these Chromium asks Google's hosts at every start. */
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts it.
 * @param {string} home where its crash reports are kept, whatever its profile
 * @throws Error where there is no Chromium
 */
export async function launchChromium(home) {
  if (CHROMIUM === undefined) throw new Error("there is no Chromium in /usr/bin");
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET, env: { ...process.env, HOME: home } });
}

/**
 * Runs what is given with a browser, and ends that browser whatever happens.
 * @template Result
 * @param {(browser: import("playwright-core").Browser) => Promise<Result>} act
 * @returns {Promise<Result>}
 */
export async function withChromium(act) {
  const home = mkdtempSync(join(tmpdir(), "podwire-chromium-"));
  try {
    const browser = await launchChromium(home);
    return await act(browser).finally(() => browser.close());
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
