/**
 * docker-nat against dockerd 20.10 itself: both wire a node and a container with the same published ports, and their dumps are compared.
 * Runs as root only, and then dockerd must be there.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dockerNat } from "../../src/modes/docker-nat.js";
import { host } from "../../src/modes/host.js";
import { DOCKER_GATEWAY, PUBLICATIONS } from "../../src/modes/parts/docker.js";
import { compile } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import { differences } from "./differences.js";
import { dockerdVersion, removeCgroups, startDocker } from "./docker-engine.js";
import { dumpNamespace, type NamespaceDump } from "./dump.js";
import { type PrivateMachine, privateMachine } from "./private-machine.js";
import { PRODUCT_SYSCTLS } from "./product-sysctls.js";

const TOPOLOGY = { nodes: 2, mtu: 1500 } as const;
const isRoot = process.getuid?.() === 0;
/** Other engines make other rules; the mode is of this one. */
const ENGINE = "20.10";
const version = isRoot ? await dockerdVersion() : "";

interface Wired {
  readonly node: NamespaceDump;
  readonly container: NamespaceDump;
}

/** By the lab: the plan of docker-nat, as it is printed. */
async function byLab(machine: PrivateMachine): Promise<Wired> {
  await machine.run(["bash", "-e"], { stdin: planText("docker-nat", compile("lab", dockerNat.wire(TOPOLOGY))) });
  return {
    node: await dumpNamespace(machine.inside("lab.node-a"), { sysctls: PRODUCT_SYSCTLS }),
    container: await dumpNamespace(machine.inside("lab.pod-a"), { sysctls: PRODUCT_SYSCTLS }),
  };
}

/** By dockerd, on a bare node of the lab. */
async function byDocker(machine: PrivateMachine): Promise<Wired> {
  await machine.run(["bash", "-e"], { stdin: planText("host", compile("real", host.wire(TOPOLOGY))) });
  const engine = await startDocker(machine, "real.node-a", ["--bip", `${DOCKER_GATEWAY}/16`]);
  const ports = PUBLICATIONS.flatMap(({ protocol, published, listening }) => [
    "-p",
    `${String(published)}:${String(listening)}/${protocol}`,
  ]);
  await engine.docker("run", "--detach", "--name", "server", ...ports, "busybox", "/bin/busybox", "sleep", "infinity");
  const pid = await engine.pidOf("server");
  const inContainer = ["nsenter", "--target", pid, "--net"] as const;
  return {
    node: await dumpNamespace(machine.inside("real.node-a"), { sysctls: PRODUCT_SYSCTLS }),
    container: await dumpNamespace((argv) => machine.run([...inContainer, ...argv]), { sysctls: PRODUCT_SYSCTLS }),
  };
}

describe.runIf(isRoot)(`docker-nat and dockerd ${version}`, () => {
  const machines: PrivateMachine[] = [];
  let real: Wired;
  let lab: Wired;

  beforeAll(async () => {
    if (!version.startsWith(ENGINE)) return;
    machines.push(await privateMachine(), await privateMachine());
    const [one, other] = machines as [PrivateMachine, PrivateMachine];
    [real, lab] = await Promise.all([byDocker(one), byLab(other)]);
  });
  afterAll(async () => {
    await Promise.all(machines.map((machine) => machine.close()));
    await removeCgroups();
  });

  test("wire the node alike: links, addresses, routes, sysctls, every rule in its place", (context) => {
    if (!version.startsWith(ENGINE)) context.skip(`engine ${version} runs here and the mode is of ${ENGINE}`);
    expect(differences(real.node, lab.node)).toEqual([]);
  });

  test("wire the container alike, but for who may open a socket (one of the mode's deviations)", (context) => {
    if (!version.startsWith(ENGINE)) context.skip(`engine ${version} runs here and the mode is of ${ENGINE}`);
    expect(differences(real.container, lab.container)).toEqual([
      "real: sysctl net.ipv4.ip_unprivileged_port_start=0",
      "real: sysctl net.ipv4.ping_group_range=0\t2147483647",
      "lab: sysctl net.ipv4.ip_unprivileged_port_start=1024",
      "lab: sysctl net.ipv4.ping_group_range=1\t0",
    ]);
  });
});
