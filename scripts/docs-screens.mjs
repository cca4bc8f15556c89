// Makes the pictures of the documentation anew, from one real `podwire lab --quick`: the live view and the final screen as text (docs/img/*.txt, and in
// docs/screen.md and README.md between their marks), and the first screen of the HTML report (docs/img/report.png). Takes two minutes; wants tmux and Chromium.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CHROMIUM, NO_CHROMIUM, takePicture } from "./chromium.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Seconds of the budget after which the live view is captured: by then many cells have an interval, and there is time for the larger one. */
const CAPTURED_AT = 25;
/** Whatever happens, the run has ended by then. */
const PATIENCE_SECONDS = 200;
const POLL_MS = 200;

const folder = mkdtempSync(join(tmpdir(), "podwire-screens-"));
const socket = join(folder, "tmux");
const environment = { ...process.env, LC_ALL: "C.UTF-8", TMUX: "" };

/** @param {string[]} words */
const tmux = (...words) => execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...words], { encoding: "utf8", env: environment });

/** What is on the terminal, with what has left it at its top: the screen is longer than a small one. Without the empty lines at its end. */
const seen = () =>
  tmux("capture-pane", "-p", "-S", "-")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();

/**
 * The terminal once it shows what is waited for.
 * @param {(text: string) => boolean} shows
 */
async function until(shows) {
  const end = performance.now() + PATIENCE_SECONDS * 1000;
  while (performance.now() < end) {
    const text = seen();
    if (shows(text)) return text;
    await delay(POLL_MS);
  }
  throw new Error(`the terminal never showed what was waited for; it shows:\n${seen()}`);
}

/** Seconds measured so far, as the view's first line says it. @param {string} text */
function elapsed(text) {
  const [, minutes = "0", seconds = "0"] = /(\d+):(\d\d) of \d+:\d\d, /.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

/** @param {string} text */
const widest = (text) => Math.max(...text.split("\n").map((line) => line.length));

/** The view's first line says how long it still takes. */
const LIVE = /, \d+:\d\d left/;
/** The screen's last line. */
const ENDED = /^everything +podwire /m;

/**
 * Has a command run in an empty terminal of this size, and gives what it shows once that is what is waited for.
 * @param {{ readonly columns: number, readonly rows: number }} size
 * @param {string} command
 * @param {(text: string) => boolean} shows
 */
async function shown({ columns, rows }, command, shows) {
  tmux("resize-window", "-x", String(columns), "-y", String(rows));
  tmux("send-keys", "clear", "Enter");
  await until((text) => text === "");
  tmux("clear-history");
  tmux("send-keys", command, "Enter");
  return until(shows);
}

const SMALL = { columns: 80, rows: 24 };
const LARGE = { columns: 160, rows: 50 };
const REPORT = `${join(ROOT, "bin/podwire")} report run.json`;

/** One run: its live view at two sizes, since the terminal grows meanwhile and the view with it, and its final screen at three. */
async function screens() {
  tmux("new-session", "-d", "-x", "80", "-y", "24", "-c", folder, "env PS1= sh");
  // What is typed is no part of the picture.
  tmux("send-keys", "stty -echo; clear", "Enter");
  const lab = `${join(ROOT, "bin/podwire")} lab --quick --out run.json --html report.html`;
  const small = await shown(SMALL, lab, (text) => LIVE.test(text) && elapsed(text) >= CAPTURED_AT);
  tmux("resize-window", "-x", String(LARGE.columns), "-y", String(LARGE.rows));
  const large = await until((text) => LIVE.test(text) && widest(text) > 100);
  const final = await until((text) => ENDED.test(text));
  return {
    "live-80x24": small,
    "live-160x50": large,
    "screen-160x50": final,
    "screen-100": await shown({ columns: 100, rows: 50 }, REPORT, (text) => ENDED.test(text)),
    "screen-80x24": await shown(SMALL, REPORT, (text) => ENDED.test(text)),
  };
}

/** Pages that show pictures. */
const PAGES = ["docs/screen.md", "README.md"];

/**
 * Puts a text between its marks in a page, where it has some.
 * @param {string} page
 * @param {string} name
 * @param {string} text
 */
const embedded = (page, name, text) => {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  return from < 0 || to < 0 ? page : `${page.slice(0, from)}${start}\`\`\`text\n${text}\n\`\`\`\n${page.slice(to)}`;
};

if (CHROMIUM === undefined) throw new Error(NO_CHROMIUM);
try {
  const texts = await screens();
  await takePicture(join(folder, "report.html"), join(ROOT, "docs/img/report.png"));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(ROOT, `docs/img/${name}.txt`), `${text}\n`);
  for (const place of PAGES) {
    const page = readFileSync(join(ROOT, place), "utf8");
    const shown = Object.entries(texts).reduce((before, [name, text]) => embedded(before, name, text), page);
    writeFileSync(join(ROOT, place), shown);
  }
} finally {
  spawnSync("tmux", ["-S", socket, "kill-server"]);
  rmSync(folder, { recursive: true, force: true });
}
