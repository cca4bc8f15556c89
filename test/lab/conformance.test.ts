/** Conformance with packets, in real namespaces: every mode of this kernel is what its file says, and what is broken on purpose is found, with the place. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, type TestContext, test } from "vitest";
import { type CheckName, type Conformance, type ConformanceCell, conformanceSchema, contradictions } from "../../src/model/conformance.js";
import type { Step, Wiring } from "../../src/model/wiring.js";
import type { Mode } from "../../src/modes/contract.js";
import { ruleTable } from "../../src/modes/parts/ruleset.js";
import { conformanceOf } from "../../src/use-cases/lab/conformance-cells.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { type ExchangeLab, openExchangeLab } from "../../src/venues/lab/exchange-lab.js";
import { type Built, copyBuilt, isRoot, machineOf } from "./built-lab.js";
import { callersState } from "./bystander.js";
import { copyProgram, type Ended } from "./program.js";

const cellsOf = (cells: readonly ConformanceCell[], check: CheckName) => cells.filter((cell) => cell.check === check);

/** Skips, with the reason, where this machine has no IPv6 or no ip6tables. */
function skipWithoutIpv6(context: TestContext, cells: readonly ConformanceCell[]): void {
  const without = cells.find(({ because = "" }) => because.startsWith("this machine cannot have IPv6"));
  if (without !== undefined) context.skip(without.because);
}

const KEEPING = [
  ["flannel-host-gw+kube-proxy-iptables:10", ["nodeport-localhost"]],
  ["flannel-vxlan+kube-proxy-nftables:10", ["clusterip-unused-port"]],
  ["macvlan+host-shim+socket-lb:10+tc-nodeport:10", ["pod-own-host"]],
  ["ebpf-routed+socket-lb:10+tc-nodeport:10", ["pod-own-host"]],
  ["ebpf-vxlan+socket-lb:10+tc-nodeport:10", ["pod-own-host"]],
] as const;
const TRAP = "flannel-host-gw+notrack-pods+kube-proxy-iptables:10";
/** Carries what comes from outside, and nothing else. */
const FROM_OUTSIDE_ONLY = "macvlan+tc-nodeport:10";
/** The way out of the ticket's dead end. */
const WITHOUT_NETFILTER = "flannel-host-gw+no-netfilter+socket-lb:10";

describe("the command", () => {
  const program = copyProgram();
  afterAll(program.remove);
  let before: string;
  let modes: Ended;
  let services: Ended;

  // Side by side, since a good part of it is waiting for what must not answer.
  beforeAll(async () => {
    before = callersState();
    const variants = [...KEEPING.map(([variant]) => variant), TRAP, FROM_OUTSIDE_ONLY, WITHOUT_NETFILTER].join(",");
    [modes, services] = await Promise.all([
      program.run(["lab", "conformance", "--json", "--html", "matrix.html"]),
      program.run(["lab", "conformance", "--json", "--modes", isRoot ? variants : "kindnet"]),
    ]);
  });

  const read = ({ stdout, stderr }: Ended): Conformance => {
    expect(stdout, stderr).not.toBe("");
    return conformanceSchema.parse(JSON.parse(stdout));
  };
  const variantOf = (variant: string) => {
    const found = read(services).variants.find((one) => one.variant === variant);
    expect(found?.failure, services.stderr).toBeUndefined();
    return found?.cells ?? [];
  };

  test("tries every mode of this kernel; packets agree with each mode's file, and nothing of the caller's changes", () => {
    const { variants } = read(modes);
    expect(variants.flatMap((variant) => contradictions(variant).map((cell) => ({ variant: variant.variant, ...cell })))).toEqual([]);
    expect(variants.filter(({ failure }) => failure?.status === "failed")).toEqual([]);
    expect(modes.code, modes.stderr).toBe(0);
    expect(variants.filter(({ failure }) => failure === undefined).length).toBeGreaterThan(8);
    expect(readFileSync(join(program.work, "matrix.html"), "utf8")).toContain("<h1>What works on each network</h1>");
    expect(callersState()).toEqual(before);
  });

  test("pods and nodes reach each other by IPv6 where the product has it, and nothing goes where it has not", (context) => {
    const { variants } = read(modes);
    skipWithoutIpv6(
      context,
      variants.flatMap(({ cells }) => cells),
    );
    const tried = variants.filter(({ failure }) => failure === undefined);
    const six = (variant: string) => tried.find((one) => one.variant === variant)?.cells.filter(({ family }) => family === "ipv6") ?? [];
    for (const { variant } of tried) expect(six(variant), variant).toHaveLength(16);
    for (const variant of ["flannel-host-gw", "kindnet", "calico-routed"])
      expect(six(variant).filter(({ result }) => result !== "works")).toEqual([]);
    expect(six("flannel-host-gw")[0]?.evidence).toMatch(
      /answered pod-a at \[2001:2::c613:103\]:\d+, which it saw as \[2001:2::c613:102\]:/,
    );
    expect(new Set(six("gce").map(({ result }) => result))).toEqual(new Set(["not-offered"]));
    expect(new Set(six("gce").map(({ because }) => because))).toEqual(
      new Set(["kubelet of 1.2, which is wired here, gave cbr0 one IPv4 range"]),
    );
    expect(six("flannel-vxlan").filter(({ result }) => result !== "works")).toMatchObject([{ check: "path-mtu", result: "does-not-work" }]);
  });

  test.each(KEEPING)("%s keeps every cell of Services and from outside", { skip: !isRoot }, (variant, also) => {
    const cells = variantOf(variant);
    expect(cells.filter(({ result, expected }) => result !== expected)).toEqual([]);
    expect(cells.filter(({ set, result }) => (set === "services" || set === "external") && result !== "works")).toEqual([]);
    expect(cells.length).toBeGreaterThan(40);
    for (const check of ["affinity", "terminating-endpoint", "internal-local-policy"] as const)
      expect(cellsOf(cells, check).map(({ protocol }) => protocol)).toEqual(["tcp", "udp", "udp-unconnected"]);
    for (const check of also) expect(cellsOf(cells, check).map(({ result }) => result)).not.toContain("not-offered");
  });

  test("a program on the card alone carries what comes from outside, and no Service that pods dial", { skip: !isRoot }, () => {
    const cells = variantOf(FROM_OUTSIDE_ONLY);
    expect(cells.filter(({ result, expected }) => result !== expected)).toEqual([]);
    expect(new Set(cellsOf(cells, "nodeport-outside").map(({ result }) => result))).toEqual(new Set(["works"]));
    expect(new Set(cellsOf(cells, "clusterip-across").map(({ result }) => result))).toEqual(new Set(["not-offered"]));
  });

  test("without a rule in the nodes, socket-lb carries every cell of Services", { skip: !isRoot }, () => {
    const cells = variantOf(WITHOUT_NETFILTER);
    expect(cells.filter(({ result, expected }) => result !== expected)).toEqual([]);
    expect(cells.filter(({ set, result }) => set === "services" && result !== "works")).toEqual([]);
    expect(cellsOf(cells, "masquerade").map(({ result }) => result)).toEqual(["not-offered", "not-offered"]);
  });

  test("NOTRACK between pods beside kube-proxy is the known trap: what pods dial by a Service's address is broken, and it is known", {
    skip: !isRoot,
  }, () => {
    const cells = variantOf(TRAP);
    expect(cellsOf(cells, "clusterip-across").map(({ result, expected }) => [result, expected])).toEqual(
      Array.from({ length: 3 }, () => ["does-not-work", "does-not-work"]),
    );
    // A socket without a peer takes the reply of the pod, which is no answer of the Service all the same.
    expect(cellsOf(cells, "affinity").map(({ protocol, result }) => [protocol, result])).toEqual([
      ["tcp", "does-not-work"],
      ["udp", "does-not-work"],
      ["udp-unconnected", "does-not-work"],
    ]);
    expect(cellsOf(cells, "external-ip").map(({ result }) => result)).toEqual(["works", "works"]);
    expect(services.code, services.stderr).toBe(0);
  });

  test.each([
    [["--modes", "host"], "host has no pods"],
    [["--modes", "macvlam"], "Did you mean macvlan?"],
    [["--modes", ""], "--modes: names no mode"],
    [["--html", "/proc/x.html"], "cannot be written"],
  ])("%j is a usage error", async (flags, words) => {
    const ended = await program.run(["lab", "conformance", ...flags]);
    expect(ended.stderr).toContain(words);
    expect(ended.code).toBe(2);
  });
});

/** A mode with steps of its own at the end of its wiring. */
function broken(name: string, by: string, steps: readonly Step[]): Mode {
  const mode = resolveVariant(name);
  return {
    ...mode,
    name: `${name}-${by}`,
    wire: (topology): Wiring => ({ ...mode.wire(topology), steps: [...mode.wire(topology).steps, ...steps] }),
  };
}

const dropping = broken("kindnet", "dropping", [
  {
    kind: "ruleset",
    in: "node-b",
    tool: "iptables",
    tables: [ruleTable("filter", [], ["-A FORWARD -j DROP"])],
    reason: "a firewall that drops",
  },
]);

const narrow = broken(
  "flannel-host-gw",
  "narrow",
  ["pod-a", "pod-a2", "pod-b"].map(
    (pod): Step => ({ kind: "link-set", in: pod, name: "eth0", settings: ["mtu", "1400"], reason: "smaller than said" }),
  ),
);

const kindnet = resolveVariant("kindnet");
const bare: Mode = {
  ...kindnet,
  name: "kindnet-bare",
  wire: (topology) => {
    const wiring = kindnet.wire(topology);
    return { ...wiring, steps: wiring.steps.filter(({ kind }) => kind !== "ruleset") };
  },
};

describe("what is broken on purpose", () => {
  const found = new Map<Mode, readonly ConformanceCell[]>();
  let byIpv6: readonly ConformanceCell[] = [];
  const cells = (mode: Mode, check: CheckName) => cellsOf(found.get(mode) ?? [], check);

  // Side by side, since what is broken is mostly waited for.
  beforeAll(async () => {
    const built: Built = copyBuilt();
    const lab: ExchangeLab = await openExchangeLab(machineOf(isRoot ? "root" : "ordinary user", built), []);
    try {
      const modes = [dropping, narrow, bare];
      const all = await Promise.all(modes.map(async (mode) => conformanceOf(mode, lab)));
      for (const [index, mode] of modes.entries()) found.set(mode, all[index]?.cells ?? []);
      byIpv6 = (await conformanceOf(dropping, lab, ["ipv6"])).cells;
    } finally {
      await lab.close();
      built.remove();
    }
  });

  test("a node that forwards nothing is where packets were seen last", () => {
    expect(cells(dropping, "pod-pod-across")).toHaveLength(2);
    for (const cell of cells(dropping, "pod-pod-across")) {
      expect(cell).toMatchObject({ result: "does-not-work", expected: "works" });
      expect(cell.evidence).toMatch(/silence for \d+ ms .*; last seen in node-b: .*eth0 received \d/);
    }
    expect(cells(dropping, "pod-pod-local").map(({ result }) => result)).toEqual(["works", "works"]);
  });

  test("the same by IPv6", (context) => {
    skipWithoutIpv6(context, byIpv6);
    expect(cellsOf(byIpv6, "pod-pod-across")).toHaveLength(2);
    for (const cell of cellsOf(byIpv6, "pod-pod-across")) {
      expect(cell).toMatchObject({ family: "ipv6", result: "does-not-work", expected: "works" });
      expect(cell.evidence).toMatch(/; last seen in node-b: .*eth0 received \d/);
    }
    expect(cellsOf(byIpv6, "pod-pod-local").map(({ result }) => result)).toEqual(["works", "works"]);
  });

  test("a pod whose MTU is larger than its tunnel's way: small packets pass, whole ones do not", () => {
    expect(cells(narrow, "path-mtu")).toMatchObject([{ result: "does-not-work", expected: "works" }]);
    expect(cells(narrow, "pod-pod-across").map(({ result }) => result)).toEqual(["works", "works"]);
  });

  test("without its masquerading rule the outside sees the pod, and its answer has no way back", () => {
    expect(cells(bare, "masquerade")).toHaveLength(2);
    for (const cell of cells(bare, "masquerade")) expect(cell).toMatchObject({ result: "does-not-work", expected: "works" });
  });
});
