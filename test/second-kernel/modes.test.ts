/**
 * Modes whose link types this machine's kernel may lack, or treats otherwise than older ones do, built and crossed under a second kernel.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { WORKLOADS } from "../../src/model/metric.js";
import type { Wiring } from "../../src/model/wiring.js";
import { MODES } from "../../src/modes/index.js";
import { probeFor } from "../../src/probes/index.js";
import { initialSizing } from "../../src/probes/sizing.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { CAPTURED_PATH } from "../synthetic/outcome.js";
import { built, builtAndCrossed, inside, logOf } from "./scripts.js";
import { missingSecondKernel, runUnderSecondKernel, type SecondKernelRun } from "./user-mode-linux.js";

const LINK_TYPES = ["macvlan", "ipvlan", "vlan", "ipip"] as const;
const modes = MODES.filter((mode) => LINK_TYPES.some((type) => mode.kernel.includes(type)));
const missing = await missingSecondKernel();

/** Between a node and a pod of its own: what a layer makes possible on modes whose children of a card are cut off from it. */
function nodeAndOwnPod(wiring: Wiring): string {
  const addressIn = (name: "pod-pod" | "host-host"): string => wiring.paths[name]?.address ?? "";
  const ping = (from: string, address: string): string => `${inside(from)} /bin/busybox ping -c 1 -W 3 ${address}`;
  return [ping("node-b", addressIn("pod-pod")), ping("pod-b", addressIn("host-host"))].join(" && ");
}

const SHIMMED = ["macvlan", "ipvlan-l2"] as const;

/** The scripts of modes, for nodes that are joined by a switch where there are three. */
const scriptsOf = (names: readonly string[], nodes: number): Record<string, string> =>
  Object.fromEntries(
    MODES.filter(({ name }) => names.includes(name)).map((mode) => [
      mode.name,
      builtAndCrossed(mode.name, mode.wire({ nodes, mtu: 1500 })),
    ]),
  );

/** As a shell reads a word whatever it holds. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The servers of every workload, started as podwire starts them: each listens by what podwire itself asks, and those of TCP take a connection from a pod. */
function serving(name: string): string {
  const { paths, ...wiring } = resolveVariant(name).wire({ nodes: 2, mtu: 1500 });
  const path = paths["pod-pod"];
  if (path === undefined) throw new Error(`${name} has no path between pods`);
  const sizing = initialSizing();
  const servers = new Map(WORKLOADS.flatMap((one) => probeFor(one, sizing).servers(CAPTURED_PATH)).map((spec) => [spec.key, spec]));
  const started = [...servers.values()].map(({ command: { argv, files = {} }, readyPort: { protocol, port } }, place) => {
    const folder = `/run/server-${String(place)}`;
    return [
      `mkdir ${folder}`,
      ...Object.entries(files).map(([file, text]) => `printf %s ${quoted(text)} > ${folder}/${file}`),
      `${inside(path.to)} ${argv.map((word) => quoted(word.replaceAll("{files}", folder))).join(" ")} &`,
      `until ${inside(path.to)} ss --no-header --listening --tcp --udp --numeric | grep -Eq '^${protocol} .*:${String(port)} '; do kill -0 $!; sleep 0.1; done`,
      ...(protocol === "udp"
        ? []
        : [`${inside(path.from)} socat -u OPEN:/dev/null TCP:${path.address}:${String(port)},connect-timeout=5`, "kill -0 $!"]),
    ].join("\n");
  });
  return [built(name, { ...wiring, paths }), ...started, "kill $(jobs -p)", ""].join("\n");
}

describe.skipIf(missing !== undefined)(`under a second kernel${missing === undefined ? "" : ` (${missing})`}`, () => {
  let run: SecondKernelRun;
  beforeAll(async () => {
    const plain = modes.map((mode) => [mode.name, builtAndCrossed(mode.name, mode.wire({ nodes: 2, mtu: 1500 }))] as const);
    const own = SHIMMED.flatMap((name) => {
      const [without, shimmed] = [name, `${name}+host-shim`].map((text) => resolveVariant(text).wire({ nodes: 2, mtu: 1500 }));
      if (without === undefined || shimmed === undefined) throw new Error(`${name} is gone`);
      return [
        [`${name}-alone`, `${builtAndCrossed(`${name}-alone`, without)}\nif ${nodeAndOwnPod(without)}; then exit 1; fi\n`],
        [`${name}-shimmed`, `${builtAndCrossed(`${name}-shimmed`, shimmed)}\n${nodeAndOwnPod(shimmed)}\n`],
      ] as const;
    });
    run = await runUnderSecondKernel(Object.fromEntries([...plain, ...own]));
  });

  test.each(SHIMMED)("%s: a node and its own pod reach each other with host-shim, and not without", (name) => {
    for (const tried of [`${name}-alone`, `${name}-shimmed`])
      expect({ tried, result: run.results[tried], log: logOf(run, tried) }).toEqual({ tried, result: "ok", log: "" });
  });

  test.each(modes.map((mode) => mode.name))("%s: builds, and its nodes and pods reach each other", (name) => {
    expect({ result: run.results[name], log: logOf(run, name) }).toEqual({ result: "ok", log: "" });
  });

  test("covers every link type of the modes that this machine's kernel may lack", () => {
    expect(modes.map((mode) => mode.name)).toEqual(
      expect.arrayContaining(["macvlan", "calico-ipip", "flannel-ipip", "ipvlan-l2", "ipvlan-l3s", "vlan"]),
    );
  });
});

describe.skipIf(missing !== undefined)("under a second kernel that has less", () => {
  const see = "if ls -d /proc/sys/net/bridge 2>/dev/null | grep .; then exit 1; fi";

  test("without br_netfilter, modes that show no frames to iptables are built, with a switch too", async () => {
    const scripts = { ...scriptsOf(["macvlan", "l2-bridge"], 2), ...scriptsOf(["host"], 3), see };
    const run = await runUnderSecondKernel(scripts, { without: ["br_netfilter"] });
    const all = Object.keys(scripts);
    expect(all.map((name) => ({ name, result: run.results[name], log: logOf(run, name) }))).toEqual(
      all.map((name) => ({ name, result: "ok", log: "" })),
    );
  });

  test("with ipv6.disable=1, modes are built and crossed and every server starts, though the settings of IPv6 are not there", async () => {
    const scripts = {
      ...scriptsOf(["flannel-host-gw", "calico-ipip", "macvlan", "l2-bridge"], 2),
      serving: serving("flannel-host-gw"),
      "no-ipv6": "grep -qx 1 /sys/module/ipv6/parameters/disable && [ ! -e /proc/sys/net/ipv6/conf/all ]",
    };
    const run = await runUnderSecondKernel(scripts, { words: ["ipv6.disable=1"] });
    const all = Object.keys(scripts);
    expect(all.map((name) => ({ name, result: run.results[name], log: logOf(run, name) }))).toEqual(
      all.map((name) => ({ name, result: "ok", log: "" })),
    );
  });

  test("without br_netfilter, a mode whose bridge shows frames to iptables fails with the setting's name", async () => {
    const run = await runUnderSecondKernel(scriptsOf(["gce"], 2), { without: ["br_netfilter"] });
    expect(run.results).toEqual({ gce: "failed" });
    expect(logOf(run, "gce")).toContain("bridge-nf-call-iptables");
  });
});
