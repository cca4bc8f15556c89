import { lstatSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { milliseconds } from "../units/quantity.js";
import { realClock } from "./clock.js";
import { realCommands } from "./commands.js";
import { minimalEnvironment, searchPath } from "./environment.js";
import { realFiles } from "./files.js";
import { LineSplitter } from "./line-splitter.js";
import type { Command } from "./ports.js";
import { realProcesses } from "./processes.js";

const command = (...argv: [string, ...string[]]): Command => ({ argv, reason: "a test", timeout: milliseconds(10_000) });

describe("commands", () => {
  const commands = realCommands(process.env["PATH"]);

  test("give exit code, output and time", async () => {
    const outcome = await commands.run(command("sh", "-c", "echo out; echo err >&2; exit 4"));
    expect(outcome).toMatchObject({ exitCode: 4, timedOut: false, stdout: "out\n", stderr: "err\n" });
    expect(outcome.startError).toBeUndefined();
    expect(outcome.elapsed).toBeGreaterThan(0);
  });

  test("pass text in, and no environment but a minimal one", async () => {
    expect((await commands.run({ ...command("cat"), stdin: "text" })).stdout).toBe("text");
    const { stdout } = await commands.run({ ...command("env"), environment: { EXTRA: "1" } });
    expect(
      stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split("=")[0])
        .sort(),
    ).toEqual(["EXTRA", "LC_ALL", "PATH"]);
  });

  test("do not go through a shell", async () => {
    expect((await commands.run(command("echo", "$HOME; `id` *"))).stdout).toBe("$HOME; `id` *\n");
  });

  test("end a program that hangs", async () => {
    const outcome = await commands.run({ ...command("sh", "-c", "trap '' TERM; sleep 1000"), timeout: milliseconds(200) });
    expect(outcome).toMatchObject({ timedOut: true, signal: "SIGKILL" });
  });

  test("say that a program is not there instead of throwing", async () => {
    expect((await commands.run(command("podwire-no-such-program"))).startError).toContain("podwire-no-such-program");
  });

  test("are located in PATH and then in the system folders", async () => {
    expect(await realCommands("/nowhere").locate("ip")).toMatch(/sbin\/ip$/);
    expect(await commands.locate("sh")).toMatch(/\/sh$/);
    expect(await commands.locate("podwire-no-such-program")).toBeUndefined();
  });
});

describe("the environment", () => {
  test("adds the system folders and podwire's own programs once and drops relative ones", () => {
    const own = expect.stringMatching(/\/dist\/native$/) as string;
    expect(searchPath("/usr/sbin:.:/opt/bin:")).toEqual(["/usr/sbin", "/opt/bin", "/usr/local/sbin", "/sbin", own]);
    expect(minimalEnvironment(["/a", "/b"])).toEqual({ LC_ALL: "C", PATH: "/a:/b" });
  });
});

describe("the line splitter", () => {
  test("gives the same lines however the text is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.string().filter((line) => !line.includes("\n"))), fc.array(fc.integer({ min: 1, max: 9 })), (lines, cuts) => {
        const seen: string[] = [];
        const splitter = new LineSplitter((line) => seen.push(line));
        let text = lines.map((line) => `${line}\n`).join("");
        for (const cut of cuts) {
          splitter.push(text.slice(0, cut));
          text = text.slice(cut);
        }
        splitter.push(text);
        expect(seen).toEqual(lines);
      }),
    );
  });
});

describe("a line process", () => {
  test("is spoken to by lines and ends when its input closes", async () => {
    const lines: string[] = [];
    const cat = realProcesses(process.env["PATH"]).start(["cat"], (line) => lines.push(line));
    cat.send("one");
    cat.send("two");
    cat.closeInput();
    expect(await cat.ended).toMatchObject({ exitCode: 0, stderr: "" });
    expect(lines).toEqual(["one", "two"]);
  });

  test("keeps the end of what it wrote to standard error", async () => {
    const loud = realProcesses(process.env["PATH"]).start(["sh", "-c", "seq 100000 >&2; echo last words >&2; exit 9"], () => undefined);
    const ending = await loud.ended;
    expect(ending.exitCode).toBe(9);
    expect(ending.stderr).toMatch(/last words\n$/);
    expect(ending.stderr.length).toBeLessThan(20_000);
  });

  test("can be killed, and sending to it afterwards is harmless", async () => {
    const cat = realProcesses(process.env["PATH"]).start(["cat"], () => undefined);
    cat.kill();
    expect(await cat.ended).toMatchObject({ signal: "SIGKILL" });
    cat.send("nobody there");
  });

  test("that cannot be started says so", async () => {
    const none = realProcesses(process.env["PATH"]).start(["podwire-no-such-program"], () => undefined);
    expect((await none.ended).startError).toContain("ENOENT");
    expect(none.pid).toBeUndefined();
  });
});

describe("files", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "podwire-files-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("are written whole, with missing folders, and leave nothing else", async () => {
    const path = join(folder, "new/deep/run.json");
    await realFiles.writeText(path, "old");
    await realFiles.writeText(path, "new");
    expect(await realFiles.readText(path)).toBe("new");
    expect(readdirSync(join(folder, "new/deep"))).toEqual(["run.json"]);
    expect([await realFiles.exists(path), await realFiles.exists(`${path}.part`)]).toEqual([true, false]);
    expect([await realFiles.isRegular(path), await realFiles.isRegular(folder), await realFiles.isRegular("/dev/null")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("leave nothing when they cannot be written", async () => {
    const path = join(folder, "taken");
    await realFiles.writeText(join(path, "inside"), "a folder now");
    await expect(realFiles.writeText(path, "text")).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(["taken"]);
  });

  test("say beforehand that they cannot be written, and leave no trace of having tried", async () => {
    const path = join(folder, "run.json");
    for (const tried of [path, join(folder, "new/deep/run.json")]) expect(await realFiles.whyNotWritable(tried)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
    await realFiles.writeText(path, "kept");
    expect(await realFiles.whyNotWritable(path)).toBeUndefined();
    expect(await realFiles.readText(path)).toBe("kept");
    expect(await realFiles.whyNotWritable(folder)).toContain("is a folder");
    expect(await realFiles.whyNotWritable(join(path, "inside"))).toMatch(/ENOTDIR|EEXIST/);
    // Here Node's own recursive mkdir never comes back.
    expect(await realFiles.whyNotWritable("/proc/podwire/run.json")).toContain("ENOENT");
  });

  test("of one user alone have a folder that no one else can enter", async () => {
    const made = [await realFiles.makePrivateFolder(join(folder, "own-")), await realFiles.makePrivateFolder(join(folder, "own-"))];
    expect(new Set(made).size).toBe(2);
    for (const path of made) {
      expect(path.startsWith(join(folder, "own-"))).toBe(true);
      expect(statSync(path).mode & 0o7777).toBe(0o700);
    }
    await expect(realFiles.makePrivateFolder(join(folder, "nowhere/own-"))).rejects.toThrow("ENOENT");
  });

  test("are put behind a symbolic link, and into a device, not in their place", async () => {
    const [file, link, nowhere] = [join(folder, "file"), join(folder, "link"), join(folder, "nowhere")];
    await realFiles.writeText(file, "old");
    symlinkSync(file, link);
    symlinkSync("/dev/null", nowhere);
    await realFiles.writeText(link, "new");
    expect(await realFiles.readText(file)).toBe("new");
    expect(await realFiles.whyNotWritable(nowhere)).toBeUndefined();
    await realFiles.writeText(nowhere, "text");
    expect([link, nowhere].map((path) => lstatSync(path).isSymbolicLink())).toEqual([true, true]);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});

describe("the clock", () => {
  test("wakes at once when aborted, before or during the sleep", async () => {
    await realClock.sleep(milliseconds(1_000_000), AbortSignal.abort());
    const controller = new AbortController();
    const sleeping = realClock.sleep(milliseconds(1_000_000), controller.signal);
    controller.abort();
    await sleeping;
  });

  test("never goes back", async () => {
    const before = realClock.monotonic();
    await realClock.sleep(milliseconds(1));
    expect(realClock.monotonic()).toBeGreaterThan(before);
  });
});
