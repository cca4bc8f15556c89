/**
 * A real dockerd in a private machine: no registry, its own data, its own cgroups.
 * @packageDocumentation
 */
import { execFile, spawn } from "node:child_process";
import { access, readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PrivateMachine } from "./private-machine.js";

const execute = promisify(execFile);
const SOCKET = "/run/docker-oracle/socket";
const CGROUPS = "/sys/fs/cgroup";
const CGROUP_PREFIX = "podwire-oracle-";

/** A running engine. */
export interface DockerEngine {
  /** Runs the docker client. */
  docker(...words: readonly string[]): Promise<string>;
  /** Pid of a container's first process, as the machine numbers it. */
  pidOf(container: string): Promise<string>;
}

/** The version of the installed dockerd; throws what to install when there is none. */
export async function dockerdVersion(): Promise<string> {
  try {
    const { stdout } = await execute("dockerd", ["--version"]);
    return /version ([\w.]+)/.exec(stdout)?.[1] ?? stdout;
  } catch (cause) {
    throw new Error("dockerd is not installed: the Docker oracle needs it (apt-get install docker.io)", { cause });
  }
}

/**
 * Starts dockerd in a network namespace of the machine and imports an image `busybox` from the machine's static busybox.
 * The machine's end ends it; {@link removeCgroups} takes away what it leaves.
 */
export async function startDocker(machine: PrivateMachine, namespace: string, options: readonly string[]): Promise<DockerEngine> {
  await machine.run(["mkdir", "-p", "/run/docker-oracle"]);
  const folder = (name: string): string => `/run/docker-oracle/${name}`;
  const [program, ...words]: readonly [string, ...string[]] = [
    ...machine.enter(namespace),
    ...["dockerd", "--host", `unix://${SOCKET}`, "--data-root", folder("data"), "--exec-root", folder("exec"), "--pidfile", folder("pid")],
    ...["--storage-driver", "vfs", "--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", ownCgroup(), ...options],
  ];
  const daemon = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"] });
  const log: string[] = [];
  const listening = new Promise<void>((resolve, reject) => {
    daemon.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      log.push(chunk);
      if (log.join("").includes("API listen on")) resolve();
    });
    daemon.once("exit", () => {
      reject(new Error(`dockerd ended:\n${log.join("")}`));
    });
  });
  await listening;
  const docker: DockerEngine["docker"] = (...words) => machine.run(["docker", "--host", `unix://${SOCKET}`, ...words]);
  await machine.run([
    "sh",
    "-ec",
    "mkdir -p /run/rootfs/bin && cp /bin/busybox /run/rootfs/bin && tar -C /run/rootfs -cf /run/rootfs.tar .",
  ]);
  await docker("import", "/run/rootfs.tar", "busybox");
  return { docker, pidOf: async (container) => (await docker("inspect", "--format", "{{.State.Pid}}", container)).trim() };
}

const ownCgroup = (): string => `${CGROUP_PREFIX}${String(process.pid)}`;

/** Removes the empty cgroups of this process's engine and of earlier ones whose process is gone. Call it when the machine is closed. */
export async function removeCgroups(): Promise<void> {
  for (const parent of [CGROUPS, ...(await subfolders(CGROUPS))]) {
    for (const folder of await subfolders(parent)) {
      const name = folder.slice(parent.length + 1);
      if (name.startsWith(CGROUP_PREFIX) && (name === ownCgroup() || !(await isAlive(name.slice(CGROUP_PREFIX.length)))))
        await removeTree(folder);
    }
  }
}

async function removeTree(folder: string): Promise<void> {
  for (const inner of await subfolders(folder)) await removeTree(inner);
  // The kernel lets go of a cgroup only once its last process is reaped, which the end of a pid namespace does not wait for.
  for (let attempt = 0; ; attempt += 1) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      if ((error as NodeJS.ErrnoException).code !== "EBUSY" || attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const isAlive = (pid: string): Promise<boolean> =>
  access(`/proc/${pid}`).then(
    () => true,
    () => false,
  );

const subfolders = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
