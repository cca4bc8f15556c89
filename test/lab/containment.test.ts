/** What a path loses that stands on a daemon, when that daemon ends while the lab runs. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { milliseconds } from "../../src/units/quantity.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";

const built = copyBuilt();
let lab: LabSession;

beforeAll(async () => {
  const modes = ["host", "flannel-udp"].map((name) => resolveVariant(name));
  lab = await openLab(machineOf(isRoot ? "root" : "ordinary user", built), { modes, links: ["open"], mtu: 1500, nodes: 2 });
});

afterAll(async () => {
  await lab.close();
  built.remove();
});

/** Kills what has this name in the lab, whose processes are all that it can see. */
async function kill(name: string): Promise<void> {
  const script = `for file in /proc/[0-9]*/comm; do
    case $(cat "$file") in ${name}*) pid=\${file#/proc/}; kill -KILL "\${pid%/comm}";; esac
  done`;
  await lab.agent.order<"run">({ kind: "run", argv: ["sh", "-c", script], timeout: milliseconds(5_000) });
}

test("a path is known to be broken once a daemon of its mode has ended, and others are not", async () => {
  const faults = () => Object.fromEntries(lab.paths.map((path) => [`${path.mode} ${path.name}`, lab.faultOf(path)]));
  expect(lab.failures).toEqual({});
  expect(Object.values(faults()).filter((fault) => fault !== undefined)).toEqual([]);
  await kill("podwire-udp-pro");
  await expect.poll(() => faults()["flannel-udp pod-pod"]).toMatch(/^podwire-udp-proxy ended \(SIGKILL\)/);
  expect(faults()["host host-host"]).toBeUndefined();
});
