/**
 * Units and flags of Kubernetes 1.2, by systemd's own reading of the units, a shell's of the wrapper, and the flags that 1.2.4's programs took when they were
 * tried (shared/examples/kubernetes-1.2).
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parsePrefix } from "../../src/units/address.js";
import { rendered, textOf } from "../synthetic/rendered.js";
import { checkedDocument } from "./checked-documents.js";
import { testChecker } from "./complaints.js";

const execute = promisify(execFile);
const document = (path: string) => (): string => textOf(rendered("gce", "configure-cbr0"), path);

const KUBELET_FLAGS = [
  ...["api-servers", "kubeconfig", "hostname-override", "node-ip", "configure-cbr0", "non-masquerade-cidr"],
  ...["docker-endpoint", "docker", "register-node"],
];
const DOCKER_FLAGS = ["host", "bridge", "iptables", "ip-masq"];
const CONTROLLER_FLAGS = ["allocate-node-cidrs", "cluster-cidr"];

const unknownFlags = (text: string, known: readonly string[]): readonly string[] =>
  [...text.matchAll(/(?:^|\s)--([a-z0-9-]+)/gm)].flatMap(([, flag = ""]) => (known.includes(flag) ? [] : [flag]));
const withoutComments = (text: string): string => text.replaceAll(/^#.*$/gm, "");
const addresses = (text: string): readonly string[] =>
  [...text.matchAll(/--(?:node-ip|cluster-cidr)=(\S+)/g)].flatMap(([, value = ""]) => (parsePrefix(value) === undefined ? [value] : []));

/** What systemd has against units whose programs are there. */
async function verified(unit: string, dropIn?: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), "podwire-units-"));
  try {
    const name = dropIn === undefined ? "kubelet.service" : "docker.service";
    await writeFile(join(folder, name), unit.replace(/^ExecStart=\/\S+/m, "ExecStart=/bin/true"));
    if (dropIn !== undefined) {
      await mkdir(join(folder, `${name}.d`));
      await writeFile(join(folder, `${name}.d/10.conf`), dropIn.replace(/^ExecStart=\/\S+/m, "ExecStart=/bin/true"));
    }
    const { stdout, stderr } = await execute("systemd-analyze", ["verify", "--man=no", join(folder, name)]);
    // Units that these want are not on every machine.
    return `${stdout}${stderr}`.split("\n").filter((line) => line.includes(folder));
  } catch (error) {
    return [String(error)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const DOCKER_UNIT = "[Unit]\nDescription=docker\n[Service]\nExecStart=/usr/bin/docker daemon\n";

describe("configure-cbr0", () => {
  testChecker(checkedDocument("configure-cbr0", "kubelet.service"), async (text) => [
    ...(await verified(text)),
    ...unknownFlags(withoutComments(text), KUBELET_FLAGS),
    ...addresses(text),
  ]);
  testChecker(checkedDocument("configure-cbr0", "docker's drop-in"), async (text) => [
    ...(await verified(DOCKER_UNIT, text)),
    ...unknownFlags(withoutComments(text), DOCKER_FLAGS),
  ]);
  testChecker(checkedDocument("configure-cbr0", "the controller's flags"), (text) =>
    Promise.resolve([...unknownFlags(withoutComments(text), CONTROLLER_FLAGS), ...addresses(text)]),
  );

  test("the wrapper names the program that is missing, and begins kubelet where all are there", async () => {
    const script = document("node-a/opt/podwire/kubelet-wrapper")().replace("exec /opt/podwire/kubelet", "echo");
    const folder = await mkdtemp(join(tmpdir(), "podwire-wrapper-"));
    try {
      const run = (): Promise<{ stdout: string; stderr: string }> =>
        execute("/bin/sh", ["-c", script, "wrapper", "--v=2"], { env: { PATH: folder } });
      for (const program of ["brctl", "ip", "iptables", "systemctl"]) {
        await expect(run()).rejects.toThrow(`${program} is missing`);
        await writeFile(join(folder, program), "#!/bin/sh\n", { mode: 0o755 });
      }
      expect((await run()).stdout).toBe("--v=2\n");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test("masks other than /24 are refused", () => {
    expect(() =>
      rendered("gce", "configure-cbr0", { cluster: "podCIDRs: [198.19.0.0/16]\nnodeMask: 25\napiServer: https://198.18.0.1:6443\n" }),
    ).toThrow("Kubernetes 1.2 gives each node a /24 of IPv4, and node-a has 198.19.0.0/25");
  });
});
