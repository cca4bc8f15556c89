/** What eBPF layers and modes say where they cannot be: what is missing, and the command that changes it. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { resolveVariant } from "../../src/variants/variant.js";
import type { LabMachine } from "../../src/venues/lab/lab-agent.js";
import { findUnsupported } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf, type User } from "./built-lab.js";

const MODES = ["macvlan+socket-lb:10", "macvlan+tc-nodeport:10", "ebpf-vxlan"] as const;
const built = copyBuilt();
afterAll(built.remove);

/** A machine whose lab finds podwire's own programs in the copy only. */
function machineWithCopy(user: User): LabMachine {
  const machine = machineOf(user, built);
  return {
    ...machine,
    processes: {
      start: (argv, onLine) =>
        machine.processes.start(["env", `PATH=/usr/sbin:/usr/bin:/sbin:/bin:${built.folder}/dist/native`, ...argv], onLine),
    },
  };
}

const reasons = async (user: User): Promise<readonly (string | undefined)[]> => {
  const found = await findUnsupported(
    machineWithCopy(user),
    [...MODES, "macvlan+host-shim"].map((name) => resolveVariant(name)),
  );
  expect(found.has("macvlan+host-shim")).toBe(false);
  return MODES.map((mode) => found.get(mode));
};

describe("eBPF layers and modes are unsupported, and no other layer with them,", () => {
  test("for an ordinary user", async () => {
    for (const reason of await reasons("ordinary user")) expect(reason).toMatch(/^needs root: .*`sudo podwire lab` would change that$/);
  });

  test.runIf(isRoot)("where the kernel does not count what a program puts into a pod", async () => {
    const loader = join(built.folder, "dist/native/podwire-ebpf");
    expect(await reasons("root")).toEqual([undefined, undefined, undefined]);
    renameSync(loader, `${loader}.whole`);
    // Stands for such a kernel: nothing arrives.
    writeFileSync(loader, '#!/bin/sh\ntest "$1" = try-peer || exec "$0.whole" "$@"\n', { mode: 0o755 });
    const [sockets, card, pods] = await reasons("root");
    renameSync(`${loader}.whole`, loader);
    expect([sockets, card]).toEqual([undefined, undefined]);
    expect(pods).toMatch(/^needs Linux 6\.7 or newer: this one puts packets into a pod without counting them/);
  });

  test.runIf(isRoot)("without programs, which take clang, and without the loader, which takes libbpf", async () => {
    for (const name of ["socket-lb", "tc-nodeport", "pod-routing"]) rmSync(join(built.folder, `dist/native/${name}.bpf.o`));
    for (const reason of await reasons("root"))
      expect(reason).toMatch(/^needs [\w-]+\.bpf\.o, which .*clang.*`sudo apt-get install clang libbpf-dev && npm run build`$/);
    rmSync(join(built.folder, "dist/native/podwire-ebpf"));
    for (const reason of await reasons("root"))
      expect(reason).toMatch(/^needs podwire-ebpf, which .*`sudo apt-get install gcc libc6-dev libbpf-dev && npm run build`/);
  });
});
