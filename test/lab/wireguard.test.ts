/** The mode wireguard with its real programs, in a lab of its own: what works on it, which MTU, that packets are encrypted, and that nothing of it stays. */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { locate } from "../../scripts/setup/programs.mjs";
import { type Conformance, conformanceSchema, contradictions } from "../../src/model/conformance.js";
import { wireguard } from "../../src/modes/wireguard.js";
import { milliseconds } from "../../src/units/quantity.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { whyUnsupported } from "../../src/venues/lab/build-modes.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";
import { callersState } from "./bystander.js";
import { copyProgram, type Ended } from "./program.js";

const PROGRAMS = ["wireguard-go", "wg"];
const missing = PROGRAMS.filter((name) => locate(name) === undefined);
const why = !isRoot ? ", by root alone" : missing.length > 0 ? `, without ${missing.join(" and ")}` : "";
const SERVICES = "wireguard+kube-proxy-nftables:10";
/** A key as wg(8) writes it: 32 bytes in base64. */
const KEY = /[A-Za-z0-9+/]{43}=/;

describe.skipIf(why !== "")(`podwire lab conformance${why}`, () => {
  const program = copyProgram();
  afterAll(program.remove);
  let ended: Ended;
  let found: Conformance;
  let before: string;

  beforeAll(async () => {
    before = callersState();
    ended = await program.run(["lab", "conformance", "--modes", `wireguard,${SERVICES}`, "--json"]);
    expect(ended.stdout, ended.stderr).not.toBe("");
    found = conformanceSchema.parse(JSON.parse(ended.stdout));
  });

  const cellsOf = (variant: string) => found.variants.find((one) => one.variant === variant)?.cells ?? [];

  test("packets agree with what the mode's file says, with Services on it too", () => {
    expect(found.variants.flatMap(({ failure }) => (failure === undefined ? [] : [failure]))).toEqual([]);
    expect(found.variants.flatMap(contradictions)).toEqual([]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(cellsOf(SERVICES).filter(({ set, result }) => set === "services" && result !== "works")).toEqual([]);
    expect(cellsOf(SERVICES).length).toBeGreaterThan(40);
  });

  test("pods cross in both families, and whole packets pass in both", (context) => {
    const without = cellsOf("wireguard").find(({ because = "" }) => because.startsWith("this machine cannot have IPv6"));
    for (const family of ["ipv4", "ipv6"]) {
      if (family === "ipv6" && without !== undefined) context.skip(without.because);
      const cells = cellsOf("wireguard").filter((cell) => cell.family === family && cell.set === "pods");
      expect(cells.length).toBeGreaterThan(10);
      const others = cells.filter(({ result }) => result !== "works").map(({ check }) => check);
      expect(others.filter((check) => check !== "multicast")).toEqual([]);
    }
  });

  test("nothing of it stays: no program, no folder of its sockets, nothing of the caller's is changed", () => {
    expect(program.processes()).toEqual([]);
    expect(existsSync("/run/podwire-wireguard")).toBe(false);
    expect(callersState()).toBe(before);
  });

  test("no key is in what is reported", () => {
    expect(ended.stdout).not.toMatch(KEY);
    expect(ended.stderr).not.toMatch(KEY);
  });
});

describe.skipIf(why !== "")(`a lab of wireguard${why}`, () => {
  const built = copyBuilt();
  let lab: LabSession;
  beforeAll(async () => {
    lab = await openLab(machineOf("root", built), { modes: [resolveVariant("wireguard")], links: ["open"], mtu: 1500, nodes: 3 });
  });
  afterAll(async () => {
    await lab.close();
    built.remove();
  });

  const inside = async (place: string, argv: readonly [string, ...string[]]): Promise<string> => {
    const namespace = `wireguard.open.${place}`;
    const { stdout, stderr } = await lab.agent.order<"run">({ kind: "run", argv, namespace, timeout: milliseconds(10_000) });
    return stdout + stderr;
  };

  test("pods have the card's MTU less 80 bytes, and so has the device, whatever wireguard-go gave it", async () => {
    expect(lab.failures).toEqual({});
    for (const [place, device] of [
      ["pod-a", "eth0"],
      ["node-a", "flannel-wg"],
    ] as const)
      expect(await inside(place, ["ip", "-o", "link", "show", "dev", device])).toContain(" mtu 1420 ");
    expect(lab.paths.find(({ name }) => name === "pod-pod")?.kernelMtu).toMatchObject({ bytes: 1420 });
  });

  test("every node is a peer of every other; pods' packets leave a node encrypted, and never as they are", async () => {
    const clear = ["OUTPUT", "FORWARD"].map((chain) => `-A ${chain} -o eth0 -d 198.19.0.0/16 -j ACCEPT\n`).join("");
    const rules = `*raw\n-A OUTPUT -o eth0 -p udp --dport 51820 -j ACCEPT\nCOMMIT\n*mangle\n${clear}COMMIT\n`;
    const namespace = "wireguard.open.node-a";
    const argv = ["iptables-restore", "--noflush"] as const;
    const { exitCode, stderr } = await lab.agent.order<"run">({
      kind: "run",
      argv,
      stdin: rules,
      namespace,
      timeout: milliseconds(10_000),
    });
    expect(exitCode, stderr).toBe(0);
    for (const pod of ["198.19.2.2", "198.19.3.2"])
      expect(await inside("pod-a", ["ping", "-c", "3", "-i", "0.2", "-w", "5", pod])).toContain(" 3 received");
    const counted = async (table: string) =>
      [...(await inside("node-a", ["iptables-save", "-c", "-t", table])).matchAll(/^\[(\d+):\d+\] -A .*-o eth0/gm)].map(([, count]) =>
        Number(count),
      );
    expect((await counted("raw"))[0]).toBeGreaterThanOrEqual(6);
    expect(await counted("mangle")).toEqual([0, 0]);
  });

  test("the path is known to be broken once wireguard-go has ended on one of its nodes", async () => {
    const path = lab.paths.find(({ name }) => name === "pod-pod");
    if (path === undefined) throw new Error("no path");
    expect(lab.faultOf(path)).toBeUndefined();
    // The namespaces' order is the agent's: any of the three will do.
    const script = `for file in /proc/[0-9]*/comm; do
      case $(cat "$file") in wireguard-go) pid=\${file#/proc/}; kill -KILL "\${pid%/comm}"; exit;; esac
    done`;
    await lab.agent.order<"run">({ kind: "run", argv: ["sh", "-c", script], timeout: milliseconds(5_000) });
    await expect.poll(() => lab.faultOf(path)).toMatch(/ended/);
  });
});

test("without its programs the mode is unsupported, and names the packages that bring them", async () => {
  const machine = machineOf(isRoot ? "root" : "ordinary user", { folder: "", agent: "", driver: "", remove: () => undefined });
  const commands = {
    ...machine.commands,
    locate: async (name: string) => (PROGRAMS.includes(name) ? undefined : machine.commands.locate(name)),
  };
  expect(await whyUnsupported({ ...machine, commands }, new Map(), wireguard)).toBe(
    "needs wireguard-go (Debian package wireguard-go); needs wg (Debian package wireguard-tools)",
  );
});
