import { spawnSync } from "node:child_process";
import { afterAll, describe, expect, test } from "vitest";
import type { Wiring } from "../../src/model/wiring.js";
import type { Mode } from "../../src/modes/contract.js";
import { bitsPerSecond, milliseconds } from "../../src/units/quantity.js";
import { resolveVariant } from "../../src/variants/variant.js";
import type { LabOptions } from "../../src/venues/lab/build-modes.js";
import { findUnsupported, openLab } from "../../src/venues/lab/lab-session.js";
import { venueContract } from "../contract/venue.js";
import { becoming, copyBuilt, isRoot, machineOf, ORDINARY_USER, USERS } from "./built-lab.js";

const built = copyBuilt();
afterAll(built.remove);

function modes(...names: readonly string[]): Mode[] {
  return names.map((name) => resolveVariant(name));
}

const options = (...names: readonly string[]): LabOptions => ({ modes: modes(...names), links: ["open"], mtu: 1500, nodes: 2 });

describe.each(USERS)("the lab of $user", ({ user, untried }) => {
  describe.skipIf(untried !== undefined)("keeps the venue contract", () => {
    venueContract(async () => openLab(machineOf(user, built), options("host", "flannel-vxlan", "docker-nat")), "/run/netns");
  });

  test.skipIf(untried !== undefined)("two of them at once do not see each other", async () => {
    const labs = await Promise.all([1, 2].map(async () => openLab(machineOf(user, built), options("host", "l2-bridge"))));
    const [first, second] = labs;
    const path = first?.paths[0];
    if (first === undefined || second === undefined || path === undefined) throw new Error("no lab");
    await second.close();
    const ping = await first.spawn(path.from, {
      argv: ["ping", "-n", "-q", "-c", "1", "-w", "5", path.address],
      reason: "the first lab still stands",
      timeout: milliseconds(10_000),
    });
    expect(await ping.finished).toMatchObject({ exitCode: 0 });
    await first.close();
  });

  test.skipIf(untried !== undefined)("a capped copy has the rate limit on the link of both nodes, an open one has none", async () => {
    const lab = await openLab(machineOf(user, built), { ...options("host"), links: ["open", "capped"], rate: bitsPerSecond(1e9) });
    const qdiscs = await Promise.all(
      lab.paths
        .flatMap((path) => [path.from, path.to])
        .map(async (endpoint) => {
          const process = await lab.spawn(endpoint, {
            argv: ["tc", "qdisc", "show", "dev", "eth0"],
            reason: "look",
            timeout: milliseconds(10_000),
          });
          return `${endpoint.id} ${(await process.finished).stdout.includes("tbf") ? "limited" : "free"}`;
        }),
    );
    expect(qdiscs.sort()).toEqual([
      "host/capped/node-a limited",
      "host/capped/node-b limited",
      "host/open/node-a free",
      "host/open/node-b free",
    ]);
    await lab.close();
  });

  test.skipIf(untried !== undefined)("is entered by a command of the caller, as a shell would be", async () => {
    const lab = await openLab(machineOf(user, built), options("host"));
    const [program, ...args] = [
      ...becoming(user),
      ...lab.enter("host.open.node-b", ["sh", "-c", "ip -4 -brief address show dev eth0; ls /run/netns; echo $$"]),
    ];
    const { stdout, stderr } = spawnSync(program ?? "", args, { encoding: "utf8" });
    expect({ stdout, stderr }).toMatchObject({
      stdout: expect.stringMatching(/198\.18\.0\.12[\s\S]*host\.open\.node-a/) as unknown,
      stderr: "",
    });
    await lab.close();
  });

  test.skipIf(untried !== undefined)("a mode that cannot be built is failed with the command's words, and the rest goes on", async () => {
    const [host] = modes("host");
    if (host === undefined) throw new Error("no host");
    const broken: Mode = { ...host, name: "broken", wire: (topology) => spoil(host.wire(topology)) };
    const unsupported: Mode = { ...host, name: "wishful", programs: ["podwire-no-such-program"] };
    const lab = await openLab(machineOf(user, built), { ...options("host"), modes: [broken, host, unsupported] });
    expect(lab.paths.map((path) => path.mode)).toEqual(["host"]);
    expect(lab.failures["broken"]).toMatchObject({ status: "failed" });
    expect(lab.failures["broken"]?.reason).toContain("route replace 198.19.0.0/16 via 203.0.113.1");
    expect(lab.failures["wishful"]).toEqual({
      status: "unsupported",
      reason: "needs podwire-no-such-program (Debian package podwire-no-such-program)",
    });
    await lab.close();
  });
});

describe("what an ordinary user may not do", () => {
  const user = "ordinary user";

  test("a TUN device without access to /dev/net/tun: unsupported, with the command that changes it", async (context) => {
    const mode = modes("flannel-udp");
    const reason = (await findUnsupported(machineOf(user, built), mode)).get("flannel-udp");
    const mine = spawnSync("/usr/bin/test", ["-w", "/dev/net/tun"], isRoot ? { uid: ORDINARY_USER, gid: ORDINARY_USER } : {}).status === 0;
    if (mine) context.skip("/dev/net/tun is open to every user here");
    expect(reason).toMatch(/sudo chmod 0666 \/dev\/net\/tun|needs CONFIG_TUN/);
  });

  test("user namespaces at all: one error that says which setting to change", () => {
    // A user namespace in which no further one may be made; the setting belongs to it and not to the machine.
    const forbidding = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"';
    const argv = [...becoming(user), "unshare", "--user", "--map-root-user", "sh", "-c", forbidding, "sh"];
    const [program, ...args] = [...argv, process.execPath, built.driver, built.agent, "host"];
    const { stdout, status } = spawnSync(program, args, { encoding: "utf8", env: { ...process.env, PODWIRE_TEST_ORDINARY: "1" } });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      event: "error",
      message: expect.stringContaining("user.max_user_namespaces is 0") as unknown,
      hint: expect.stringContaining("`sudo sysctl -w user.max_user_namespaces=15000`") as unknown,
    });
  });

  test("a lab whose agent was not built says so", async () => {
    await expect(openLab({ ...machineOf(user, built), agent: "/nowhere/main.js" }, options("host"))).rejects.toMatchObject({
      message: expect.stringContaining("/nowhere/main.js") as unknown,
      hint: expect.stringContaining("npm run build") as unknown,
    });
  });
});

/** Adds a route whose gateway cannot be reached: the kernel refuses it. */
const spoil = (wiring: Wiring): Wiring => ({
  ...wiring,
  steps: [...wiring.steps, { kind: "route", in: "node-a", to: "198.19.0.0/16", options: ["via", "203.0.113.1"], reason: "cannot work" }],
});
