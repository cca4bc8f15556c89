import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { MODES } from "../../src/modes/index.js";
import { USERS } from "./built-lab.js";
import { callersState } from "./bystander.js";
import { copyProgram } from "./program.js";

const program = copyProgram();
afterAll(program.remove);

const packageVersion = (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { readonly version: string })
  .version;

describe.each(USERS.filter(({ untried }) => untried === undefined))("podwire lab shell of $user", ({ user }) => {
  test("passes a command's output, input and exit code on, from inside the namespace", async () => {
    const before = callersState();
    const command = "ip -brief address show dev eth0; cat; echo complaint >&2; exit 7";
    const args = ["lab", "shell", "flannel-host-gw", "pod-a", "--", "sh", "-c", command];
    const { code, stdout, stderr } = await program.run(args, { user, stdin: "from outside\n" });
    expect(stdout).toMatch(/^eth0@\S+\s+UP\s+198\.19\.1\.2\/24[^\n]*\nfrom outside\n$/);
    expect({ code, stderr }).toEqual({ code: 7, stderr: "complaint\n" });
    expect(callersState()).toBe(before);
  });
});

describe("podwire lab shell", () => {
  test("takes the first node when no place is named", async () => {
    const { code, stdout } = await program.run(["lab", "shell", "docker-nat", "--", "iptables-save", "-t", "nat"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/-A DOCKER .* -j DNAT/);
  });

  test("says by its exit code that a command is not there or was killed", async () => {
    const exitCode = async (...command: string[]): Promise<number | null> =>
      (await program.run(["lab", "shell", "host", "node-a", "--", ...command])).code;
    expect(await exitCode("/podwire-no-such-program")).toBe(127);
    expect(await exitCode("sh", "-c", "kill -KILL $$")).toBe(137);
  });

  test("gives a prompt that says where one is, leaves Ctrl-C to the shell, and ends with it", async () => {
    const shell = program.startShell('exec script -qefc "exec $PODWIRE lab shell flannel-host-gw pod-a" /dev/null');
    const sees = async (text: string | RegExp): Promise<void> => expect.poll(shell.stdout, { timeout: 30_000, interval: 20 }).toMatch(text);
    await sees("You are in pod-a of flannel-host-gw.");
    await sees(/flannel-host-gw pod-a \S+ [#$] $/);
    shell.type("ip -br addr\n");
    await sees("198.19.1.2/24");
    shell.type("sleep 1000\n");
    await shell.descendant("sleep 1000");
    const prompts = (): number => shell.stdout().split("flannel-host-gw pod-a").length;
    const seen = prompts();
    shell.type("\u0003");
    await expect.poll(prompts, { timeout: 30_000 }).toBeGreaterThan(seen);
    shell.type("echo still $((40 + 2))\n");
    await sees("still 42");
    shell.type("exit 5\n");
    expect((await shell.ended).code).toBe(5);
    expect(program.processes()).toEqual([]);
  });
});

describe("--offload", () => {
  /** Sends 20 MB from pod to pod through the mode's tunnel, and prints bytes and packets that the far card received. */
  const MEAN_PACKET = [
    "far=/run/netns/flannel-vxlan.open",
    "nsenter --net=$far.pod-b socat -u TCP-LISTEN:9999,reuseaddr OPEN:/dev/null & server=$!",
    "until nsenter --net=$far.pod-b ss -Hltn | grep -q ':9999 '; do :; done",
    "head -c 20000000 /dev/zero | socat -u - TCP:198.19.2.2:9999 && wait $server",
    `nsenter --net=$far.node-b ip -json -statistics link show dev eth0`,
  ].join("\n");

  const meanPacket = async (...flags: string[]): Promise<number> => {
    const { code, stdout } = await program.run(["lab", "shell", ...flags, "flannel-vxlan", "pod-a", "--", "bash", "-c", MEAN_PACKET]);
    expect(code).toBe(0);
    const [link] = JSON.parse(stdout) as readonly {
      readonly stats64: { readonly rx: { readonly bytes: number; readonly packets: number } };
    }[];
    return (link?.stats64.rx.bytes ?? 0) / (link?.stats64.rx.packets ?? 1);
  };

  test("off cuts every packet to the MTU before it reaches the cable, on leaves them whole", async () => {
    expect(await meanPacket("--offload", "off")).toBeLessThan(1_515);
    expect(await meanPacket()).toBeGreaterThan(3_000);
  });

  test("takes no other word", async () => {
    const { code, stderr } = await program.run(["lab", "plan", "host", "--offload", "half"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: "podwire: --offload: half is neither on nor off\n" });
  });
});

describe("podwire lab modes", () => {
  test("tells of every mode what it needs and whether this kernel can run it", async () => {
    const [text, json] = await Promise.all([program.run(["lab", "modes"]), program.run(["lab", "modes", "--json"])]);
    const modes = JSON.parse(json.stdout) as { mode: string; status: string; reason?: string; kernel: string[]; requires: string[] }[];
    expect(modes.map(({ mode }) => mode)).toEqual(MODES.map(({ name }) => name));
    for (const { mode, status, reason } of modes) {
      expect(["supported", "unsupported"]).toContain(status);
      expect(reason === undefined, mode).toBe(status === "supported");
      expect(text.stdout).toMatch(new RegExp(`^${mode}: `, "m"));
    }
    expect([text, json].map(({ code, stderr }) => ({ code, stderr }))).toEqual([0, 0].map((code) => ({ code, stderr: "" })));
  });
});

describe("podwire lab plan", () => {
  test.concurrent.each(MODES.map(({ name }) => name))("%s prints commands with their reasons, for any number of nodes", async (mode) => {
    const [two, three] = await Promise.all([program.run(["lab", "plan", mode]), program.run(["lab", "plan", mode, "--nodes", "3"])]);
    expect({ code: two.code, stderr: two.stderr }).toEqual({ code: 0, stderr: "" });
    expect(two.stdout).toContain("netns add");
    expect(two.stdout).toContain("#");
    expect(three.stdout.length).toBeGreaterThan(two.stdout.length);
  });

  test("caps the link when asked", async () => {
    expect((await program.run(["lab", "plan", "host", "--link", "100mbit"])).stdout).toMatch(/tbf rate/);
  });
});

describe("help and version", () => {
  const COMMANDS = [
    [],
    ["lab"],
    ["lab", "modes"],
    ["lab", "plan"],
    ["lab", "shell"],
    ["report"],
    ["compare"],
    ["import"],
    ["tune"],
    ["completion"],
  ];

  test.concurrent.each(COMMANDS.map((words) => [words] as const))("podwire %j --help says how it is used, with examples", async (words) => {
    const { code, stdout, stderr } = await program.run([...words, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^Usage: ${["podwire", ...words].join(" ")} .*\n.*^Examples:\n  .*podwire ${words.join(" ")}`, "ms"));
  });

  test("podwire --version prints the package's version with the commit of the build, and needs neither a package nor git for it", async () => {
    const commit = readFileSync(new URL("../../dist/commit", import.meta.url), "utf8").trim();
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    const version = `${packageVersion} (${commit.slice(0, 7)})`;
    for (const flag of ["--version", "-V"]) {
      expect(await program.run([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
    }
    const { code, stdout } = await program.shell('cp -r "$(dirname "$PODWIRE")"/../{bin,dist,package.json} . && bin/podwire --version');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${version}\n` });
    const unnamed = await program.shell("rm dist/commit && bin/podwire --version");
    expect(unnamed).toEqual({ code: 0, stdout: `${packageVersion}\n`, stderr: "" });
  });
});

describe("completion", () => {
  /** The candidates that a shell offers for a line. */
  const bash = async (...words: string[]): Promise<string[]> => {
    const line = words.map((word) => `'${word}'`).join(" ");
    const asked = `COMP_WORDS=(podwire ${line}); COMP_CWORD=${String(words.length)}; _podwire; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await program.shell(`source <($PODWIRE completion bash); complete -p podwire; ${asked}`);
    expect(stderr).toBe("");
    const [registered, ...candidates] = stdout.trimEnd().split("\n");
    expect(registered).toMatch(/^complete .*-F _podwire podwire$/);
    return candidates.filter((candidate) => candidate !== "");
  };

  test("of bash offers commands, flags, modes, the next of a list, places and metrics", async () => {
    expect(await bash("")).toEqual(expect.arrayContaining(["lab", "report", "completion"]));
    expect(await bash("lab", "--mo")).toEqual(["--modes"]);
    expect(await bash("lab", "")).toEqual(["modes", "layers", "plan", "shell", "conformance", "path"]);
    const measured = MODES.filter(({ neverMeasured }) => neverMeasured === undefined).map(({ name }) => name);
    expect(await bash("lab", "--modes", "")).toEqual(measured);
    expect(await bash("lab", "conformance", "--modes", "wire")).toEqual(["wireguard"]);
    expect(await bash("lab", "--modes", "vlan,mac")).toEqual(["vlan,macvlan"]);
    expect(await bash("lab", "--modes", "=", "calico-r")).toEqual(["calico-routed"]);
    expect(await bash("lab", "--metrics", "latency.i")).toEqual(["latency.icmp", "latency.icmp.cpu"]);
    expect(await bash("lab", "plan", "flannel-v")).toEqual(["flannel-vxlan"]);
    expect(await bash("lab", "shell", "gce", "pod-")).toEqual(["pod-a", "pod-b"]);
    expect(await bash("completion", "z")).toEqual(["zsh"]);
    expect(await bash("schema", "in")).toEqual(["inspection"]);
  });

  test("of bash offers the values of each command's own flags, by their long and short names", async () => {
    expect(await bash("report", "run.json", "-o", "")).toEqual(["json", "yaml", "markdown", "csv", "html"]);
    expect(await bash("report", "run.json", "--output", "=", "m")).toEqual(["markdown"]);
    expect(await bash("lab", "modes", "-o", "")).toEqual(["json", "yaml"]);
    expect(await bash("compare", "--undecided", "")).toEqual(["warn", "fail"]);
  });

  const shellIs = async (name: string): Promise<boolean> => (await program.shell(`command -v ${name}`)).code === 0;

  test("of fish offers the same", async (context) => {
    if (!(await shellIs("fish"))) context.skip("fish is not installed");
    const fish = async (line: string): Promise<string[]> => {
      const words = `$PODWIRE completion fish | source; complete -C '${line}'`;
      return (await program.shell(`fish --no-config -c "${words}"`)).stdout.trimEnd().split("\n");
    };
    expect(await fish("podwire lab --mo")).toEqual(["--modes"]);
    expect(await fish("podwire lab --modes vlan,mac")).toEqual(["vlan,macvlan"]);
    expect(await fish("podwire lab plan flannel-v")).toEqual(["flannel-vxlan"]);
    expect(await fish("podwire lab modes -o y")).toEqual(["yaml"]);
  });

  test("of zsh is taken by zsh", async (context) => {
    if (!(await shellIs("zsh"))) context.skip("zsh is not installed");
    const words = "autoload -U compinit; compinit -u -D; source <($PODWIRE completion zsh); echo $_comps[podwire]";
    const { stdout, stderr } = await program.shell(`zsh -f -c '${words}'`);
    expect({ stdout, stderr }).toEqual({ stdout: "_bash_complete -o default -F _podwire\n", stderr: "" });
  });
});

test("nothing of any lab is left", () => {
  expect(program.processes()).toEqual([]);
});
