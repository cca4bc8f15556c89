/** Rendered daemon.json: dockerd itself starts with it, and its bridge is what was written. Runs as root only, and then dockerd must be there. */
import { afterAll, describe, expect, test } from "vitest";
import { removeCgroups, startDocker } from "../oracles/docker-engine.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { LAB_SEGMENT, labNodes, rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument } from "./checked-documents.js";
import { testChecker } from "./complaints.js";
import { bareNodes, runScript, spaceOf } from "./lab-machine.js";

const isRoot = process.getuid?.() === 0;
const FILE = "node-a/etc/docker/daemon.json";
const NAT = { nodes: labNodes().replaceAll("mtu: 1500", "mtu: 1400"), cluster: "" };
const SEGMENT = { cluster: LAB_SEGMENT };

interface Bridge {
  readonly Options: Readonly<Record<string, string>>;
  readonly IPAM: { readonly Config: readonly { readonly Subnet?: string; readonly IPRange?: string; readonly Gateway?: string }[] };
}

describe.runIf(isRoot)("dockerd", () => {
  const machines: PrivateMachine[] = [];
  afterAll(async () => {
    await Promise.all(machines.map((one) => one.close()));
    await removeCgroups();
  });

  /** Starts dockerd with a file; what its default network is then. */
  async function started(text: string, mode: string): Promise<{ readonly bridge: Bridge; readonly rules: string }> {
    const machine = await privateMachine();
    machines.push(machine);
    await bareNodes(machine, mode);
    if (mode === "l2-bridge") await runScript(machine, rendered("l2-bridge", "iproute2", SEGMENT), "node-a", "podwire-network.sh");
    await machine.run(["tee", "/run/daemon.json"], { stdin: text });
    const engine = await startDocker(machine, spaceOf("node-a"), ["--config-file", "/run/daemon.json"]);
    const [bridge] = JSON.parse(await engine.docker("network", "inspect", "bridge")) as [Bridge];
    return { bridge, rules: await machine.run(["iptables-save"], { in: spaceOf("node-a") }) };
  }
  const complaints =
    (mode: string) =>
    async (text: string): Promise<readonly string[]> =>
      started(text, mode).then(
        () => [],
        (error: unknown) => [String(error)],
      );

  test("has the card's MTU for its containers, and its rules", async () => {
    const { bridge, rules } = await started(textOf(rendered("docker-nat", "docker", NAT), FILE), "docker-nat");
    expect(bridge.Options["com.docker.network.driver.mtu"]).toBe("1400");
    expect(rules).toContain("-j MASQUERADE");
  });

  test("gives containers addresses of the node's slice, and writes no rule", async () => {
    const { bridge, rules } = await started(textOf(rendered("l2-bridge", "docker", SEGMENT), FILE), "l2-bridge");
    expect(bridge.IPAM.Config[0]).toMatchObject({ Subnet: "198.18.0.0/24", IPRange: "198.18.0.32/28" });
    expect(bridge.Options["com.docker.network.bridge.name"]).toBe("br0");
    expect(rules).not.toMatch(/MASQUERADE|DOCKER/);
  });

  testChecker(checkedDocument("docker", "daemon.json"), complaints("l2-bridge"));
});
