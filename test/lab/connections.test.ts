/** What observations of HTTP leave in connection tracking, and that the lab takes it away again. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { nginxServer } from "../../src/probes/http/nginx.js";
import { milliseconds } from "../../src/units/quantity.js";
import { resolveVariant } from "../../src/variants/variant.js";
import type { EndpointCommand, Path } from "../../src/venues/contract.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, machineOf, USERS } from "./built-lab.js";

const LIMIT = milliseconds(20_000);
/** How long something may take that a busy machine has to come to first. */
const PATIENCE = 30_000;
/** Each way of having rules, and none. */
const MODES = ["host", "macvlan", "l2-bridge", "flannel-vxlan", "gce", "docker-nat", "kindnet", "calico-routed"];
const TRACKING = ["flannel-vxlan", "gce", "docker-nat", "kindnet", "calico-routed"];

const isClosed = (line: string): boolean => / (?:TIME_WAIT|CLOSE) /.test(line);

const built = copyBuilt();
afterAll(built.remove);

describe.each(USERS)("connections in the lab of $user", ({ user, untried }) => {
  describe.skipIf(untried !== undefined)("that are over", () => {
    let lab: LabSession;

    beforeAll(async () => {
      lab = await openLab(machineOf(user, built), {
        modes: MODES.map((name) => resolveVariant(name)),
        links: ["open"],
        mtu: 1500,
        nodes: 2,
      });
    });

    afterAll(async () => {
      await lab.close();
    });

    const pathOf = (mode: string): Path => {
      const path = lab.paths.find((one) => one.mode === mode && one.name === (mode === "host" ? "host-host" : "pod-pod"));
      if (path === undefined) throw new Error(`no path of ${mode}: ${JSON.stringify(lab.failures[mode])}`);
      return path;
    };
    const run = async (namespace: string, ...argv: [string, ...string[]]): Promise<string> =>
      (await lab.agent.order<"run">({ kind: "run", argv, namespace, timeout: LIMIT })).stdout;
    /** Tracked TCP connections of each namespace of a mode, as the kernel lists them. */
    const tracked = async (mode: string): Promise<readonly string[]> => {
      const { stdout } = await lab.agent.order<"run">({ kind: "run", argv: ["ls", "/run/netns"], timeout: LIMIT });
      const own = stdout.split("\n").filter((name) => name.startsWith(`${mode}.`));
      return (await Promise.all(own.map(async (name) => (await run(name, "conntrack", "-L", "-p", "tcp")).trim().split("\n"))))
        .flat()
        .filter(Boolean);
    };
    const loadOf = (path: Path, requests: number): EndpointCommand => ({
      argv: ["ab", "-q", "-n", String(requests), "-c", "5", `http://${path.address}:${String(path.ports.http)}/`],
      reason: "connections, each for one request",
      timeout: LIMIT,
    });
    const load = async (path: Path): Promise<void> => {
      const server = nginxServer(path);
      await lab.spawn(path.to, server.command);
      await vi.waitFor(
        async () => {
          expect(await (await lab.spawn(path.from, loadOf(path, 200))).finished).toMatchObject({ exitCode: 0 });
        },
        { timeout: PATIENCE },
      );
    };

    test.each(MODES)("%s", async (mode) => {
      const path = pathOf(mode);
      await load(path);
      const left = await tracked(mode);
      // That rules make the kernel track is read off the plan: the kernel has to agree.
      if (TRACKING.includes(mode)) expect(left.length).toBeGreaterThanOrEqual(200);
      else expect(left).toEqual([]);
      // The last ones may still be about to close.
      await vi.waitFor(
        async () => {
          expect((await tracked(mode)).every(isClosed)).toBe(true);
        },
        { timeout: PATIENCE },
      );
      await lab.forgetConnections(path, "closed");
      expect(await tracked(mode)).toEqual([]);
      // Where there is nothing to delete, nothing is wrong.
      for (const which of ["closed", "all"] as const) await lab.forgetConnections(path, which);
    });

    test("are deleted while their client is suspended, and what is open goes on through its address translation", async () => {
      const path = pathOf("docker-nat");
      await load(path);
      await lab.forgetConnections(path, "all");
      expect(await tracked("docker-nat")).toEqual([]);
      // It waits for its CPU and, suspended, for the looks at the table.
      const timeout = milliseconds(2 * PATIENCE + LIMIT);
      const command = { ...loadOf(path, 20_000), timeout, reason: "a client that is suspended in the middle" };
      const client = await lab.spawn(path.from, command);
      await vi.waitFor(
        async () => {
          expect((await tracked("docker-nat")).length).toBeGreaterThan(50);
        },
        { timeout: PATIENCE },
      );
      await client.stop();
      await vi.waitFor(
        async () => {
          await lab.forgetConnections(path, "closed");
          expect((await tracked("docker-nat")).filter(isClosed)).toEqual([]);
        },
        { timeout: PATIENCE },
      );
      await client.resume();
      const { exitCode, stdout } = await client.finished;
      expect({ exitCode, failed: /Failed requests: +(\d+)/.exec(stdout)?.[1] }).toEqual({ exitCode: 0, failed: "0" });
    });
  });
});
