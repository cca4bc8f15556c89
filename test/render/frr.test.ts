/** FRR's own reading of what is rendered for it. `vtysh -C` may print complaints and end with 0, and it takes abbreviated words. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { unpackedProgram } from "../../scripts/setup/unpacked.mjs";
import { rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument, WITH_GATEWAY } from "./checked-documents.js";
import { testChecker } from "./complaints.js";

const execute = promisify(execFile);
const vtysh = unpackedProgram("vtysh");
const unavailable = vtysh === undefined ? "FRR is not on this machine, nor unpacked in .setup/" : undefined;
const DUAL = {
  nodes: WITH_GATEWAY.nodes.replace("mtu", "address6: 'fd00::11/64', mtu").replace(/mtu(?=[^}]*}\n$)/, "address6: 'fd00::12/64', mtu"),
};

async function complaints(text: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "podwire-frr-"));
  try {
    await writeFile(join(folder, "frr.conf"), text);
    // Its own settings, which only root and a group of FRR's may read.
    await writeFile(join(folder, "vtysh.conf"), "");
    const { stdout, stderr } = await execute(vtysh?.path ?? "vtysh", ["--config_dir", folder, "-C", "-f", join(folder, "frr.conf")], {
      env: { ...process.env, ...vtysh?.environment },
    });
    return `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
  } catch (error) {
    return [String(error)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

describe.skipIf(unavailable !== undefined)(`FRR${unavailable === undefined ? "" : ` (${unavailable})`}`, () => {
  for (const name of ["a node's routes", "the router's side of BGP"]) testChecker(checkedDocument("frr", name), complaints);

  test.each([
    ["flannel-host-gw", "node-a/etc/frr/frr.conf"],
    ["gce", "router/frr.conf"],
    ["calico-routed", "router/frr.conf"],
  ])("takes both families of %s", async (variant, path) => {
    const cluster = "podCIDRs: [198.19.0.0/16, 'fd00:1::/56']\nas: 64512\n";
    const text = textOf(rendered(variant, "frr", { ...DUAL, cluster }), path);
    expect(text).toContain("ipv6 forwarding");
    expect(await complaints(text)).toEqual([]);
  });
});

describe("FRR's routes", () => {
  test("are those of iproute2: to each other node on a node, to all nodes on the router", () => {
    const routes = (variant: string, path: string): readonly string[] =>
      textOf(rendered(variant, "frr"), path)
        .split("\n")
        .filter((line) => line.startsWith("ip route "));
    expect(routes("flannel-host-gw", "node-a/etc/frr/frr.conf")).toEqual(["ip route 198.19.1.0/24 198.18.0.12 eth0"]);
    expect(routes("gce", "router/frr.conf")).toEqual(["ip route 198.19.0.0/24 198.18.0.11", "ip route 198.19.1.0/24 198.18.0.12"]);
  });
});
