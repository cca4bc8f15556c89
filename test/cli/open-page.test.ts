/** `report --open` as an ordinary user on a desktop's terminal: the real program, with a stand-in for the desktop's opener alone. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { becoming } from "../lab/built-lab.js";
import { copyProgram, type Ended } from "../lab/program.js";

const RUN = fileURLToPath(new URL("../captured/runs/lab-quick.json", import.meta.url));
const program = copyProgram();
const at = (name: string): string => join(program.work, name);
afterAll(program.remove);

beforeAll(() => {
  copyFileSync(RUN, at("run.json"));
  mkdirSync(at("bin"));
  // Says what it was asked to open, what that begins with, and who may enter the folder that it lies in.
  writeFileSync(at("bin/xdg-open"), '#!/bin/sh\nprintf "%s\\n" "$1" "$(head -c 15 "$1")" "$(stat -c %a "$(dirname "$1")")" > opened\n');
  chmodSync(at("bin/xdg-open"), 0o755);
  // As /tmp is: everybody may make files there.
  mkdirSync(at("tmp"));
  chmodSync(at("tmp"), 0o1777);
});

/** On a terminal of 100 columns, which script(1) gives it, with a display and not over SSH. */
async function open(flags: string): Promise<Ended> {
  const desktop = ["env", "-u", "SSH_CONNECTION", "-u", "SSH_TTY", "-u", "SSH_CLIENT", "DISPLAY=:0", "NO_COLOR=1", `TMPDIR=${at("tmp")}`];
  const user = [...becoming("ordinary user"), ...desktop].join(" ");
  const path = `${at("bin")}:${process.env["PATH"] ?? ""}`;
  return program.shell(`exec ${user} script -qefc "stty columns 100; exec $PODWIRE report run.json ${flags}" /dev/null`, { PATH: path });
}

describe("a page that was opened", () => {
  test("lies in a folder that its owner alone can enter, under a name that no one can guess, and the screen says where", async () => {
    const { code, stdout, stderr } = await open("--open");
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
    const [page = "", start, mode] = readFileSync(at("opened"), "utf8").trimEnd().split("\n");
    expect(dirname(dirname(page))).toBe(at("tmp"));
    expect(page).toMatch(/\/podwire-\w{6}\/report\.html$/);
    expect([start, mode]).toEqual(["<!doctype html>", "700"]);
    expect(stdout).toMatch(new RegExp(`^HTML report +${page}\\r?$`, "m"));
  });

  test("lies where --html says, and nowhere else", async () => {
    const before = readdirSync(at("tmp"));
    const { code, stdout } = await open("--open --html page.html");
    expect(code, stdout).toBe(0);
    expect(readFileSync(at("opened"), "utf8").split("\n")[0]).toBe("page.html");
    expect(readdirSync(at("tmp"))).toEqual(before);
  });

  test("has no place where there is none for it: one line says so", async () => {
    chmodSync(at("tmp"), 0o555);
    const { code, stdout } = await open("--open");
    chmodSync(at("tmp"), 0o1777);
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^podwire: --open: no folder can be made in .*\/tmp \(.*EACCES.*\); name a file with --html FILE\r?\n$/),
    ]);
  });
});
