import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bootLinks, keepOffAtBoot } from "../scripts/setup/boot-services.mjs";
import { FOR_RUN, locate } from "../scripts/setup/programs.mjs";
import { SERVICES_HELD_BACK, withoutServiceStarts } from "../scripts/setup/service-starts.mjs";
import { newPackages, unpackedProgram } from "../scripts/setup/unpacked.mjs";
import { packageOf } from "../src/venues/lab/packages.js";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

let folder: string;
let policy: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "podwire-setup-"));
  policy = join(folder, "policy-rc.d");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a package script gets for an answer, as one of apt's descendants. */
async function answer(environment: Record<string, string> = { [SERVICES_HELD_BACK]: "1" }): Promise<number | undefined> {
  return (await execa(policy, ["nginx", "start"], { env: environment, reject: false })).exitCode;
}

describe("service starts", () => {
  it("are forbidden during the work only", async () => {
    let during: number | undefined;
    await withoutServiceStarts(async () => {
      during = await answer();
    }, policy);
    expect(during).toBe(101);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("are allowed again when the work fails", async () => {
    await expect(withoutServiceStarts(() => Promise.reject(new Error("apt failed")), policy)).rejects.toThrow("apt failed");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leave the machine's own policy as it was: the same file, with its mode and times", async () => {
    writeFileSync(policy, "#!/bin/sh\nexit 104\n");
    chmodSync(policy, 0o711);
    const before = statSync(policy);
    let during: number | undefined;
    await withoutServiceStarts(async () => {
      during = await answer();
    }, policy);
    const after = statSync(policy);
    expect(during).toBe(101);
    expect([after.ino, after.mode, after.mtimeMs]).toEqual([before.ino, before.mode, before.mtimeMs]);
    expect(readdirSync(folder)).toEqual(["policy-rc.d"]);
  });

  it("leave a policy that is a dangling link", async () => {
    symlinkSync(join(folder, "nowhere"), policy);
    await withoutServiceStarts(() => Promise.resolve(), policy);
    expect(readdirSync(folder)).toEqual(["policy-rc.d"]);
    expect(existsSync(policy)).toBe(false);
  });

  it("follow the machine's own policy again after a set-up that was killed, and the next set-up clears up after it", async () => {
    writeFileSync(policy, "#!/bin/sh\nexit 104\n", { mode: 0o755 });
    let left = "";
    await withoutServiceStarts(() => {
      left = readFileSync(policy, "utf8");
      return Promise.resolve();
    }, policy);
    // As kill -9 leaves it: the machine's own under its second name, and ours with the pid of a process that is gone.
    writeFileSync(`${policy}.kept-by-podwire`, "#!/bin/sh\nexit 104\n", { mode: 0o755 });
    writeFileSync(policy, left.replaceAll(String(process.pid), "4194304"), { mode: 0o755 });
    expect(await answer({})).toBe(104);
    expect(await answer()).toBe(101);

    await withoutServiceStarts(() => Promise.resolve(), policy);
    expect(readFileSync(policy, "utf8")).toBe("#!/bin/sh\nexit 104\n");
    expect(readdirSync(folder)).toEqual(["policy-rc.d"]);
  });
});

describe("services at boot", () => {
  /** An /etc with links that were there before and links that packages brought. */
  function etcWith(links: readonly string[]): string {
    const etc = join(folder, "etc");
    for (const link of links) {
      mkdirSync(join(etc, link, ".."), { recursive: true });
      symlinkSync("/nowhere", join(etc, link));
    }
    return etc;
  }
  const OWN = ["systemd/system/multi-user.target.wants/cron.service", "rc2.d/S01cron"];
  const NEW = [
    "systemd/system/multi-user.target.wants/nginx.service",
    "systemd/system/sockets.target.wants/docker.socket",
    ...["rc2.d/S01nginx", "rc3.d/S01nginx", "rc5.d/S02docker"],
  ];

  it("are found in the folders of both kinds of init", () => {
    expect(bootLinks(etcWith([...OWN, "systemd/system/dbus.service", "rc0.d/K01cron", "rc2.d/README"])).sort()).toEqual([...OWN].sort());
    expect(bootLinks(join(folder, "nowhere"))).toEqual([]);
  });

  it("are switched off where they are new, with or without systemctl", async () => {
    const etc = etcWith([...OWN, ...NEW]);
    const ran: string[] = [];
    await keepOffAtBoot(OWN, etc, (program, args) => {
      ran.push([program, ...args].join(" "));
      return Promise.resolve({ code: 0, output: "" });
    });
    const rc = ["update-rc.d nginx disable", "update-rc.d docker disable"];
    if (locate("systemctl") === undefined) {
      expect(ran).toEqual(rc);
      expect(bootLinks(etc).filter((path) => path.startsWith("systemd/"))).toEqual([OWN[0]]);
    } else expect(ran).toEqual(["systemctl disable --quiet nginx.service docker.socket", ...rc]);
  });

  it("are named when they cannot be switched off", async () => {
    const refuse = () => Promise.resolve({ code: 1, output: "no such service" });
    await expect(keepOffAtBoot([], etcWith(["rc2.d/S01nginx"]), refuse)).rejects.toThrow(
      "update-rc.d nginx disable failed:\nno such service",
    );
  });
});

describe("packages", () => {
  it("are called the same by set-up and by the program's own messages", () => {
    const bySetup = FOR_RUN.flatMap(({ name, programs = [] }) => programs.map((program) => [program, name]));
    expect(bySetup.map(([program = ""]) => [program, packageOf(program)])).toEqual(bySetup);
  });
});

describe("programs that are only unpacked", () => {
  it("are what apt would install anew, and nothing that it would upgrade", () => {
    const plan = [
      "The following packages will be upgraded:",
      "  systemd",
      "Inst systemd [252.38-1~deb12u1] (252.39-1~deb12u2 Debian:12.15/oldstable [amd64]) []",
      "Inst libyang2 (2.1.30-2 Debian:12.15/oldstable [amd64])",
      "Inst frr (8.4.4-1.1~deb12u2 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64])",
      "Conf frr (8.4.4-1.1~deb12u2 Debian:12.15/oldstable [amd64])",
    ];
    expect(newPackages(plan.join("\n"))).toEqual(["libyang2=2.1.30-2", "frr=8.4.4-1.1~deb12u2"]);
  });

  it("are the machine's own where it has them", () => {
    expect(unpackedProgram("ip")).toEqual({ path: locate("ip"), environment: {} });
    expect(unpackedProgram("no-such-program")).toBeUndefined();
  });
});

describe("setup.mjs", () => {
  /** A small checkout: the set-up script as it is, one source file, and npm packages that are there already. */
  function smallCheckout(source: string): void {
    for (const path of [
      "scripts/setup.mjs",
      "scripts/setup",
      "native",
      "bpf",
      "package.json",
      "package-lock.json",
      "tsconfig.json",
      "tsconfig.build.json",
    ]) {
      cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    }
    mkdirSync(join(folder, "src"));
    writeFileSync(join(folder, "src/main.ts"), source);
    mkdirSync(join(folder, "node_modules"));
    for (const name of ["typescript", "@types", "undici-types"])
      symlinkSync(join(ROOT, "node_modules", name), join(folder, "node_modules", name));
    const lock = createHash("sha256")
      .update("package-lock.json\0")
      .update(readFileSync(join(ROOT, "package-lock.json")));
    writeFileSync(join(folder, "node_modules/.podwire-setup"), lock.digest("hex"));
  }

  async function setUp(purpose: string) {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [join(folder, "scripts/setup.mjs"), purpose], { reject: false });
    expect(stdout).toBe("");
    return { exitCode, said: stderr };
  }

  const built = () => readFileSync(join(folder, "dist/main.js"), "utf8");

  it("says how it is used", async () => {
    smallCheckout("export {};\n");
    expect(await setUp("everything")).toEqual({ exitCode: 2, said: "setup: Usage: node scripts/setup.mjs run|test|build|products" });
  });

  it("builds what is missing or stale, and is silent where nothing is", async () => {
    smallCheckout("export const answer = 1;\n");
    const first = await setUp("build");
    expect(first.said).toMatch(/^setup: build \(tsc, cc(?:, clang)?\) \.\.\. [\d.]+ s$/);
    expect(built()).toContain("answer = 1");

    const inode = statSync(join(folder, "dist/main.js")).ino;
    expect(await setUp("build")).toEqual({ exitCode: 0, said: "" });
    expect(statSync(join(folder, "dist/main.js")).ino).toBe(inode);

    writeFileSync(join(folder, "src/main.ts"), "export const answer = 2;\n");
    await setUp("build");
    expect(built()).toContain("answer = 2");
  });

  it("names the commit of a clone in the build, anew after a commit that changes no source", async () => {
    const git = async (cwd: string, ...args: string[]): Promise<string> =>
      (await execa("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", ...args], { cwd })).stdout;
    const commit = () => readFileSync(join(folder, "dist/commit"), "utf8").trim();
    smallCheckout("export {};\n");
    await setUp("build");
    expect(existsSync(join(folder, "dist/commit"))).toBe(false);

    await git(folder, "init", "--quiet");
    await git(folder, "commit", "--quiet", "--allow-empty", "-m", "one");
    const { said } = await setUp("build");
    expect(said).toMatch(/^setup: name of the commit \.\.\. /);
    expect(commit()).toBe(await git(folder, "rev-parse", "HEAD"));
    expect(await setUp("build")).toEqual({ exitCode: 0, said: "" });

    await git(folder, "commit", "--quiet", "--allow-empty", "-m", "two");
    writeFileSync(join(folder, "src/main.ts"), "export const more = 1;\n");
    await setUp("build");
    expect(commit()).toBe(await git(folder, "rev-parse", "HEAD"));
  });

  it("names no commit where the folder is part of someone else's clone", async () => {
    const outer = folder;
    await execa("git", ["init", "--quiet"], { cwd: outer });
    await execa("git", ["-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "--allow-empty", "-m", "one"], {
      cwd: outer,
    });
    folder = join(outer, "inner");
    try {
      smallCheckout("export {};\n");
      await setUp("build");
      expect(existsSync(join(folder, "dist/main.js"))).toBe(true);
      expect(existsSync(join(folder, "dist/commit"))).toBe(false);
    } finally {
      folder = outer;
    }
  });

  it("compiles podwire's own programs", async () => {
    smallCheckout("export {};\n");
    await setUp("build");
    const proxy = await execa(join(folder, "dist/native/podwire-udp-proxy"), [], { reject: false });
    expect(proxy).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("DEVICE ADDRESS:PORT") as string });
  });

  it("keeps the old build when the new one fails, and shows the compiler's words", async () => {
    smallCheckout("export const answer = 1;\n");
    await setUp("build");
    writeFileSync(join(folder, "src/main.ts"), 'export const answer: number = "two";\n');
    const { exitCode, said } = await setUp("build");
    expect(exitCode).toBe(1);
    expect(said).toContain("Type 'string' is not assignable to type 'number'");
    expect(built()).toContain("answer = 1");
    expect(readdirSync(join(folder, ".setup"))).not.toContain("lock");
  });

  it("lets one of several at once do the work, past the lock of one that was killed", async () => {
    smallCheckout("export const answer = 1;\n");
    mkdirSync(join(folder, ".setup"));
    writeFileSync(join(folder, ".setup/lock"), "4194304");
    const all = await Promise.all([setUp("build"), setUp("build"), setUp("build")]);
    expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(all.filter(({ said }) => said.includes("build (tsc, cc"))).toHaveLength(1);
    expect(readdirSync(join(folder, ".setup"))).toEqual(["build"]);
  });

  /** A checkout that was built with two modules. */
  async function builtWithTwo(): Promise<void> {
    smallCheckout('import { part } from "./part.js";\nexport const answer = part;\n');
    writeFileSync(join(folder, "src/part.ts"), "export const part = 1;\n");
    await setUp("build");
  }
  const modules = () => readdirSync(join(folder, "dist")).filter((name) => name.endsWith(".js"));

  it("builds what the sources are, whatever was compiled before: after a source has gone, and come back as it was", async () => {
    await builtWithTwo();
    const before = readFileSync(join(folder, "src/main.ts"), "utf8");
    rmSync(join(folder, "src/part.ts"));
    writeFileSync(join(folder, "src/main.ts"), "export const answer = 3;\n");
    await setUp("build");
    expect(modules()).toEqual(["main.js"]);
    writeFileSync(join(folder, "src/main.ts"), before);
    writeFileSync(join(folder, "src/part.ts"), "export const part = 1;\n");
    await setUp("build");
    expect(modules()).toEqual(["main.js", "part.js"]);
    expect(built()).toContain('from "./part.js"');
  });

  it("sees an error in a module that has not changed, since what it imports has", async () => {
    await builtWithTwo();
    writeFileSync(join(folder, "src/part.ts"), "export const other = 1;\n");
    const { exitCode, said } = await setUp("build");
    expect(exitCode).toBe(1);
    expect(said).toMatch(/src\/main\.ts.*no exported member 'part'/);
    expect((await setUp("build")).exitCode).toBe(1);
  });

  it("compiles everything again where what was compiled before has gone", async () => {
    await builtWithTwo();
    rmSync(join(folder, ".setup/build/tsc/part.js"));
    rmSync(join(folder, "dist"), { recursive: true });
    expect((await setUp("build")).exitCode).toBe(0);
    expect(modules()).toEqual(["main.js", "part.js"]);
  });

  it("compiles a program of podwire's own again where its source has changed, and only then", async () => {
    smallCheckout("export {};\n");
    await setUp("build");
    const made = join(folder, ".setup/build/native/podwire-udp-proxy");
    const first = statSync(made).mtimeMs;
    writeFileSync(join(folder, "src/main.ts"), "export const answer = 1;\n");
    await setUp("build");
    expect(statSync(made).mtimeMs).toBe(first);
    writeFileSync(join(folder, "native/flannel-udp-proxy.c"), "int main(void) { return 42; }\n");
    await setUp("build");
    expect((await execa(join(folder, "dist/native/podwire-udp-proxy"), [], { reject: false })).exitCode).toBe(42);
  });
});
