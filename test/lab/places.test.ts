/**
 * Places that podwire may be started in: a chroot, a home folder that cannot be written, a container without privileges, a part of the machine's
 * CPUs, and a machine whose only control groups are those of version 2.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runSchema } from "../../src/model/run.js";
import { isRoot } from "./built-lab.js";
import { copyProgram } from "./program.js";

const program = copyProgram();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "podwire-places-"));
});
afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Words before a command that a shell's script runs as `"$@"`: as root, with mounts and pids of its own, which are gone when it ends. */
function through(script: string): readonly string[] {
  const path = join(folder, "place.sh");
  writeFileSync(path, `set -e\n${script}\n`);
  const user = isRoot ? [] : ["--user", "--map-root-user"];
  return ["unshare", ...user, "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", path];
}

/** The folder above all others in which a path lies: `usr`. */
const top = (path: string): string => path.split("/")[1] ?? "";

/** A folder `$root` with this machine's files, in a mount that spreads to all who share it. The folder itself is no mount point. */
const makeRoot = (mount: string): string => `
mount -t tmpfs chroot '${mount}'
mount --make-shared '${mount}'
root='${mount}/root'
mkdir "$root"
for part in ${[...new Set(["usr", "bin", "sbin", "lib", "lib64", "etc", "dev", "sys", "var", top(tmpdir()), top(process.execPath)])].join(" ")}; do
  if [ -L "/$part" ]; then cp -P "/$part" "$root/$part"
  elif [ -d "/$part" ]; then mkdir -p "$root/$part"; mount --rbind "/$part" "$root/$part"; fi
done
mkdir "$root/proc" "$root/run"
mount -t proc proc "$root/proc"`;

describe("in a chroot, whose root directory is no mount point", () => {
  test("a lab is built and can be entered, and nothing of it is mounted outside", async () => {
    const mount = join(folder, "mount");
    mkdirSync(mount);
    const [ready, go, during] = ["ready", "go", "during"].map((name) => join(folder, name)) as [string, string, string];
    // What is mounted outside is looked at while the lab is there.
    const place = through(`${makeRoot(mount)}
mkfifo '${ready}' '${go}'
chroot "$root" "$@" &
read -r line < '${ready}'
cat /proc/self/mountinfo > '${during}'
echo > '${go}'
wait $!`);
    const inside = `ip -brief address show dev eth0; ls /run/netns | grep -c flannel; echo > '${ready}'; read -r line < '${go}'`;
    const args = ["lab", "shell", "flannel-host-gw", "pod-a", "--", "sh", "-c", inside];
    const { code, stdout, stderr } = await program.run(args, { through: place });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^eth0@\S+\s+UP\s+198\.19\.1\.2\/24[^\n]*\n4\n$/);
    const outside = readFileSync(during, "utf8");
    expect(outside).toContain(" chroot rw");
    expect(outside).not.toContain(" podwire rw");
  });
});

describe("with a home folder that cannot be written", () => {
  test("a lab measures, and its files go where the program runs", async () => {
    const home = join(folder, "home");
    mkdirSync(home);
    const place = through(`mount -t tmpfs -o ro home '${home}'\nif touch '${home}/file' 2>/dev/null; then exit 99; fi\nexec "$@"`);
    const args = ["lab", "--modes", "host", "--metrics", "latency.icmp", "--budget", "2s", "--out", "home.json"];
    expect(await program.run(args, { through: place, environment: { HOME: home } })).toMatchObject({ code: 0 });
    expect(existsSync(join(program.work, "home.json"))).toBe(true);
  });
});

/** Root's user id without its rights, as a container engine gives it. */
const WITHOUT_RIGHTS = 'exec setpriv --bounding-set -sys_admin,-net_admin -- "$@"';

describe("in a container without privileges", () => {
  const enter = async (script: string) => program.run(["lab", "shell", "host", "--", "echo", "inside"], { through: through(script) });

  test("a lab is built in a user namespace", async () => {
    expect(await enter(WITHOUT_RIGHTS)).toEqual({ code: 0, stdout: "inside\n", stderr: "" });
  });

  test("one that hides parts of /proc is named as the reason why there is no lab, with the option that shows them", async () => {
    const { code, stdout, stderr } = await enter(`mount --bind /dev/null /proc/version\n${WITHOUT_RIGHTS}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^podwire: this container hides parts of \/proc.*--security-opt systempaths=unconfined[^\n]*\n$/);
  });
});

describe.skipIf(availableParallelism() < 2)("on a part of the CPUs (needs two)", () => {
  const withoutCpu0 = ["taskset", "--cpu-list", "1"];
  const reason = "trafgen sends from CPU 0 only, and podwire may use CPU 1 only (a cpuset or taskset)";

  test("what its tool is bound to another CPU for is not measured, with the reason, and the rest is", async () => {
    const out = join(program.work, "run.json");
    const args = ["lab", "--modes", "host", "--metrics", "pps,latency.icmp", "--budget", "2s", "--out", out];
    const { code } = await program.run(args, { through: withoutCpu0 });
    expect(code).toBe(1);
    const { observations } = runSchema.parse(JSON.parse(readFileSync(out, "utf8")));
    const errors = (workload: string) => new Set(observations.filter((one) => one.workload === workload).map(({ error }) => error));
    expect(errors("pps")).toEqual(new Set([reason]));
    expect(errors("latency.icmp")).toEqual(new Set([undefined]));
  });

  test("nothing but that is refused before anything is built", async () => {
    const { code, stderr } = await program.run(["lab", "--modes", "host", "--metrics", "pps"], { through: withoutCpu0 });
    expect({ code, stderr }).toEqual({ code: 1, stderr: `podwire: nothing can be measured: ${reason}\n` });
  });
});

/** As on a machine that has no others: no hierarchy of version 1 is mounted, and the one of version 2 is in their place. */
const UNIFIED = `umount -R /sys/fs/cgroup 2>/dev/null || :
mount -t cgroup2 cgroup2 /sys/fs/cgroup
test "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs
exec "$@"`;

describe.runIf(isRoot)("with control groups of version 2 only (needs root)", () => {
  test("a lab measures", async () => {
    const out = join(program.work, "unified.json");
    const args = ["lab", "--modes", "host", "--metrics", "tcp-open,latency.icmp", "--budget", "3s", "--out", out];
    expect(await program.run(args, { through: through(UNIFIED) })).toMatchObject({ code: 0 });
    const { observations } = runSchema.parse(JSON.parse(readFileSync(out, "utf8")));
    expect(new Set(observations.map(({ workload }) => workload))).toEqual(new Set(["tcp-open", "latency.icmp"]));
    expect(observations.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  test("socket-lb is attached, and carries connections to its Services", async () => {
    const out = join(program.work, "unified-services.json");
    const args = ["lab", "--modes", "macvlan+socket-lb", "--metrics", "http", "--budget", "6s", "--out", out];
    expect(await program.run(args, { through: through(UNIFIED) })).toMatchObject({ code: 0 });
    const { observations } = runSchema.parse(JSON.parse(readFileSync(out, "utf8")));
    expect(observations.filter(({ path, values }) => path === "pod-service" && (values["http"] ?? 0) > 0)).not.toEqual([]);
  });
});
