/**
 * Chromium without anything that leaves this machine, for tests of pages and for pictures of the documentation.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** Where it is; undefined where there is none. */
export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
/** What to say where there is none. */
export const NO_CHROMIUM = "there is no Chromium in /usr/bin";
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
  if (CHROMIUM === undefined) throw new Error(NO_CHROMIUM);
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET, env: { ...process.env, HOME: home } });
}

/**
 * Takes a picture of a page in a file, as it is without scripts.
 * @param {string} page
 * @param {string} path of the picture
 * @param {{ part?: string | undefined, width?: number, height?: number, dark?: boolean }} [look] `part` is a selector; without it it is the first screen
 */
export async function takePicture(page, path, { part, width = 1280, height = 800, dark = false } = {}) {
  const home = mkdtempSync(join(tmpdir(), "podwire-chromium-"));
  try {
    const browser = await launchChromium(home);
    try {
      const tab = await browser.newPage({ viewport: { width, height }, colorScheme: dark ? "dark" : "light", javaScriptEnabled: false });
      await tab.goto(pathToFileURL(resolve(page)).href);
      await (part === undefined ? tab.screenshot({ path }) : tab.locator(part).first().screenshot({ path }));
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
