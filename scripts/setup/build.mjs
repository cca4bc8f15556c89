/**
 * dist/ from src/, native/ and bpf/. What a compiler made stays in .setup/build/, so that only what has changed is compiled again.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { hashOf, ROOT } from "./checkout.mjs";
import { runToEnd } from "./child.mjs";
import { textOf } from "./file-lock.mjs";
import { locate } from "./programs.mjs";
import { SetupError } from "./setup-error.mjs";

/**
 * What is compiled from C, by its name in dist/native/.
 * @typedef {object} Compiled
 * @property {readonly string[]} sources
 * @property {readonly string[]} [included] files that the sources include
 * @property {"cc" | "clang"} compiler
 * @property {readonly string[]} [flags] before the sources
 * @property {readonly string[]} [libraries] behind them
 * @property {string} [header] without which it is not compiled: what needs it is then unsupported, and says so
 */
export const LIBBPF = "/usr/include/bpf/libbpf.h";

/** @returns {Readonly<Record<string, Compiled>>} */
function native() {
  const loader = readdirSync(join(ROOT, "bpf/loader"))
    .sort()
    .map((name) => `bpf/loader/${name}`);
  /** @param {string} name @param {string[]} flags @returns {Compiled} */
  const object = (name, flags = []) => ({
    sources: [`bpf/${name}.bpf.c`],
    included: ["bpf/services.h", "bpf/pod-routing.h", "bpf/ipv4.h"],
    compiler: "clang",
    // -g: libbpf reads the maps' types there. Debian keeps asm/types.h in a folder of the machine's architecture.
    flags: ["-g", "-target", "bpf", ...flags, "-c", ...multiarchFolders().map((folder) => `-I${folder}`)],
    header: LIBBPF,
  });
  return {
    "podwire-udp-proxy": { sources: ["native/flannel-udp-proxy.c"], compiler: "cc" },
    "podwire-ebpf": {
      sources: loader.filter((path) => path.endsWith(".c")),
      included: ["bpf/loader/loader.h", "bpf/services.h", "bpf/pod-routing.h"],
      compiler: "cc",
      libraries: ["-lbpf"],
      header: LIBBPF,
    },
    "pod-routing.bpf.o": object("pod-routing"),
    // v3: compare and exchange, which kernels have that can run this at all.
    "socket-lb.bpf.o": object("socket-lb", ["-mcpu=v3"]),
    "tc-nodeport.bpf.o": object("tc-nodeport"),
  };
}

/** Folders of headers that are of the machine's architecture. @returns {string[]} */
export function multiarchFolders() {
  return existsSync("/usr/include")
    ? readdirSync("/usr/include")
        .map((name) => join("/usr/include", name))
        .filter((folder) => existsSync(join(folder, "asm/types.h")) && folder !== "/usr/include/asm")
    : [];
}

/** @typedef {{ cc: string | undefined, clang: string | undefined }} Compilers */

/** Whether a program can be compiled here. @param {Compiled} one @param {Compilers} compilers */
const canCompile = ({ compiler, header }, compilers) => compilers[compiler] !== undefined && (header === undefined || existsSync(header));

const NOTE = join(ROOT, "dist/.podwire-build");
/** What `podwire --version` says in brackets, wherever the build is taken to. */
const COMMIT = "commit";
const KEPT = join(ROOT, ".setup/build");
/** What tsc makes, and its memory of what it was made from. */
const COMPILED = join(KEPT, "tsc");
const MEMORY = join(KEPT, "tsc.tsbuildinfo");

/** @returns {string[]} */
function sources() {
  return readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .sort()
    .map((path) => join("src", path));
}

/**
 * Builds dist/ where it is missing or was made from other sources.
 * @returns {import("../setup.mjs").Step | undefined} undefined when there is nothing to do
 */
export function buildStep() {
  // Without a compiler what needs a program of ours is unsupported, and says so.
  /** @type {Compilers} */
  const compilers = { cc: locate("cc"), clang: locate("clang") };
  const programs = native();
  const compiled = Object.entries(programs).filter(([, one]) => canCompile(one, compilers));
  const read = Object.values(programs).flatMap(({ sources: own, included = [] }) => [...own, ...included]);
  const hash = hashOf(["package-lock.json", "tsconfig.json", "tsconfig.build.json", ...sources(), ...new Set(read)]);
  const wanted = [hash, compilers.cc ?? "no cc", compilers.clang ?? "no clang", ...compiled.map(([name]) => name)].join(" ");
  if (textOf(NOTE) === wanted) return commitStep();
  const tools = ["tsc", ...new Set(compiled.map(([, { compiler }]) => compiler))];
  return { title: `build (${tools.join(", ")})`, carryOut: () => build(wanted, compilers, compiled) };
}

/**
 * A commit that changes no source leaves the build as it is; only its name is written anew.
 * @returns {import("../setup.mjs").Step | undefined} undefined when there is nothing to do
 */
function commitStep() {
  const place = join(ROOT, "dist", COMMIT);
  const commit = checkedOutCommit();
  if (commit === undefined || textOf(place) === commit) return undefined;
  const carryOut = () => {
    writeFileSync(place, commit);
    return Promise.resolve();
  };
  return { title: "name of the commit", carryOut };
}

/** The commit that is checked out, with a line break; undefined outside of a clone, where git is missing or the folder is part of someone else's clone. */
function checkedOutCommit() {
  const { status, stdout } = spawnSync("git", ["-c", "safe.directory=*", "rev-parse", "--show-toplevel", "HEAD"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const [folder = "", commit = ""] = status === 0 ? stdout.split("\n") : [];
  return folder !== "" && realpathSync(folder) === realpathSync(ROOT) ? `${commit}\n` : undefined;
}

/**
 * Puts dist/ together beside the old one and then in its place, so that a failed build leaves the old one and a running lab never sees half of one.
 * @param {string} note
 * @param {Compilers} compilers
 * @param {readonly [string, Compiled][]} programs
 */
async function build(note, compilers, programs) {
  const fresh = join(ROOT, ".setup/dist.new");
  const old = join(ROOT, ".setup/dist.old");
  rmSync(fresh, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
  for (const [file, made] of [...(await compiled()), ...(await compiledNative(compilers, programs))]) {
    mkdirSync(dirname(join(fresh, file)), { recursive: true });
    copyFileSync(made, join(fresh, file));
  }
  const commit = checkedOutCommit();
  if (commit !== undefined) writeFileSync(join(fresh, COMMIT), commit);
  writeFileSync(join(fresh, ".podwire-build"), note);
  if (existsSync(join(ROOT, "dist"))) renameSync(join(ROOT, "dist"), old);
  renameSync(fresh, join(ROOT, "dist"));
  rmSync(old, { recursive: true, force: true });
}

/**
 * The modules by their place in dist/. tsc knows by their contents which sources it has not seen yet, but not whether what it made once is still there,
 * and it leaves what it made of sources that are gone.
 * @returns {Promise<[string, string][]>}
 */
async function compiled() {
  const modules = sources().flatMap((source) => [".js", ".d.ts"].map((ending) => relative("src", source).replace(/\.ts$/, ending)));
  await compile();
  if (!modules.every((file) => existsSync(join(COMPILED, file)))) {
    rmSync(KEPT, { recursive: true, force: true });
    await compile();
  }
  return modules.map((file) => [file, join(COMPILED, file)]);
}

async function compile() {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  // With --noEmitOnError it would look through every declaration each time, which takes as long as the first build.
  const options = ["-p", "tsconfig.build.json", "--incremental", "--tsBuildInfoFile", MEMORY, "--outDir", COMPILED];
  const ended = await runToEnd(process.execPath, [tsc, ...options], { cwd: ROOT });
  if (ended.code !== 0) throw new SetupError(`the build failed:\n${ended.output}`);
}

/**
 * The programs by their place in dist/, each compiled where its source or the compiler is another.
 * @param {Compilers} compilers
 * @param {readonly [string, Compiled][]} programs
 * @returns {Promise<[string, string][]>}
 */
async function compiledNative(compilers, programs) {
  mkdirSync(join(KEPT, "native"), { recursive: true });
  return Promise.all(
    programs.map(async ([program, { sources: own, included = [], compiler, flags = [], libraries = [] }]) => {
      const made = join(KEPT, "native", program);
      const path = compilers[compiler] ?? compiler;
      const words = ["-O2", "-Wall", "-Wextra", ...flags, "-o", made, ...own, ...libraries];
      const wanted = `${hashOf([...own, ...included])} ${path} ${words.join(" ")}`;
      if (textOf(`${made}.note`) === wanted && existsSync(made)) return [`native/${program}`, made];
      rmSync(`${made}.note`, { force: true });
      const ended = await runToEnd(path, words, { cwd: ROOT });
      if (ended.code !== 0) throw new SetupError(`${program} cannot be compiled by ${path}:\n${ended.output}`);
      writeFileSync(`${made}.note`, wanted);
      return [`native/${program}`, made];
    }),
  );
}
