import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import type { PathSpec } from "../../src/model/wiring.js";
import { MODES } from "../../src/modes/index.js";
import { compile, namespaceName } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";

const SANDBOX = [
  "--pdeathsig",
  "KILL",
  "unshare",
  "--user",
  "--map-root-user",
  "--net",
  "--mount",
  "--pid",
  "--fork",
  "--kill-child",
  "--mount-proc",
];
const PREAMBLE = "set -e\nmount --make-rprivate / && mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up\n";
/** Link types that some kernels lack; a mode that needs one is left to the second kernel. */
const OPTIONAL_LINKS = ["ipvlan", "vlan", "ipip"] as const;

function inSandbox(script: string): string {
  return execFileSync("setpriv", [...SANDBOX, "bash"], {
    input: PREAMBLE + script,
    encoding: "utf8",
    timeout: 60_000,
    stdio: ["pipe", "pipe", "pipe"],
  });
}

function kernelHas(type: string): boolean {
  const options =
    type === "vlan" ? "link base name x type vlan id 7" : type === "ipvlan" ? "link base name x type ipvlan" : `name x type ${type}`;
  return inSandbox(`ip link add base type veth\nip link add ${options} >/dev/null 2>&1 && echo yes || echo no\n`).trim() === "yes";
}

const missing = new Set<string>(OPTIONAL_LINKS.filter((type) => !kernelHas(type)));
/** The kernel takes programs from root alone; test/lab/pod-networks.test.ts has those modes. */
const OF_ROOT = ["tun", "redirect-peer"] as const;
const modes = MODES.filter(
  (mode) => !mode.kernel.some((feature) => missing.has(feature)) && !OF_ROOT.some((feature) => mode.kernel.includes(feature)),
);

/** A TCP exchange from one end of a path to the other, on the port where a web server would be reached. */
function exchange(prefix: string, path: PathSpec): string {
  const inside = (namespace: string): string => `nsenter --net=/run/netns/${namespaceName(prefix, namespace)}`;
  return [
    `${inside(path.to)} socat -u TCP-LISTEN:80,reuseaddr,fork SYSTEM:'cat >> /run/got' &`,
    `until ${inside(path.to)} ss -Hltn | grep -q ':80 '; do :; done`,
    `echo "${path.from} to ${path.to}" | ${inside(path.from)} socat -u - TCP:${path.address}:${String(path.ports.http)},connect-timeout=5`,
    `until grep -q "${path.from} to ${path.to}" /run/got 2>/dev/null; do :; done`,
    "cat /run/got",
  ].join("\n");
}

describe("a printed plan, run by a shell as an ordinary user could", () => {
  test.each(modes.map((mode) => mode.name))("%s: builds, and its pods reach each other", (name) => {
    const mode = MODES.find((candidate) => candidate.name === name);
    const wiring = mode?.wire({ nodes: 3, mtu: 1500 });
    const path = wiring?.paths["pod-pod"] ?? wiring?.paths["host-host"];
    if (mode === undefined || wiring === undefined || path === undefined) throw new Error(`${name} has no path`);
    const prefix = `${name}.open`;
    const out = inSandbox(`${planText(name, compile(prefix, wiring))}\n${exchange(prefix, path)}\n`);
    expect(out).toContain(`${path.from} to ${path.to}`);
  });
});
