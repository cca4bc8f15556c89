/**
 * A machine that boots on the fabric of a test cluster: a root file system with systemd as its first process, a disk that stays between boots, and a link.
 * @packageDocumentation
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { FABRIC_PLACE } from "../../cluster/description.mjs";
import type { Cluster } from "../../cluster/fixture.js";
import { machinesCgroupOf, makeCgroups, removeCgroups } from "../../cluster/registry.mjs";
import { plantSeed } from "../../cluster/sandbox/seed.mjs";
import { FABRIC } from "../../cluster/variants.mjs";

const BOOT = fileURLToPath(new URL("./boot.mjs", import.meta.url));

/** A file of the machine's disk. */
export interface DiskFile {
  /** From the root. */
  readonly path: string;
  /** What it holds, or a file of this machine that it is a copy of. */
  readonly content: { readonly text: string } | { readonly from: string };
  /** 0644 where nothing is said. */
  readonly mode?: number;
}

/** A text file. */
export const textFile = (path: string, text: string, mode = 0o644): DiskFile => ({ path, content: { text }, mode });

/** A program. */
export const programFile = (path: string, from: string): DiskFile => ({ path, content: { from }, mode: 0o755 });

/**
 * udev of a machine whose network devices alone can be written to. systemd leaves it out where /sys is read-only, and what was there before it stays unseen, as
 * a card is that came before the rules.
 */
export const UDEV_OF_THE_NETWORK: readonly DiskFile[] = [
  "systemd-udevd.service",
  "systemd-udevd-control.socket",
  "systemd-udevd-kernel.socket",
].map((unit) =>
  textFile(
    `/etc/systemd/system/${unit}.d/network.conf`,
    "[Unit]\nConditionPathIsReadWrite=\nConditionPathIsReadWrite=/sys/devices/virtual/net\n",
  ),
);

/** Where a machine's image comes from. */
export interface MachineImage {
  /** The root file system, which is only read. */
  readonly root: string;
  /** A containerd root with the images that it has. */
  readonly seed: string;
  /** What else the image has. */
  readonly files: readonly DiskFile[];
}

/** A machine; it is off at first. */
export class NodeMachine {
  readonly #cluster: Cluster;
  readonly #image: MachineImage;
  readonly #disk: string;
  readonly #cgroup: string;
  /** A card has its address for life: without one it would have another at each boot, and udev would give it a third. */
  readonly #address: string;
  #running: { readonly process: ChildProcess; readonly pid: string } | undefined;

  private constructor(
    readonly name: string,
    cluster: Cluster,
    image: MachineImage,
  ) {
    this.#cluster = cluster;
    this.#image = image;
    this.#disk = join(cluster.description.state, `machine-${name}`);
    this.#cgroup = `${machinesCgroupOf(cluster.description.id)}/${name}`;
    const bytes = createHash("sha256").update(name).digest("hex").slice(0, 10);
    this.#address = `02:${bytes.replaceAll(/(..)(?=.)/g, "$1:")}`;
  }

  /** Its disk, with the image's files. */
  static async made(name: string, cluster: Cluster, image: MachineImage): Promise<NodeMachine> {
    const machine = new NodeMachine(name, cluster, image);
    mkdirSync(join(machine.#disk, "containerd"), { recursive: true });
    await plantSeed(image.seed, join(machine.#disk, "containerd"));
    machine.write(image.files);
    return machine;
  }

  /** Puts files on the disk; the machine is off. */
  write(files: readonly DiskFile[]): void {
    for (const { path, content, mode = 0o644 } of files) {
      const place = join(this.#disk, "upper", path);
      mkdirSync(dirname(place), { recursive: true });
      if ("text" in content) writeFileSync(place, content.text);
      else copyFileSync(content.from, place);
      chmodSync(place, mode);
    }
  }

  /** Plugs its link in and turns it on. Resolves when systemd runs; throws where the namespaces cannot be made. */
  async boot(): Promise<void> {
    const { name } = this;
    await removeCgroups(this.#cgroup);
    makeCgroups(this.#cgroup);
    await this.#fabric("ip", "netns", "add", name);
    const card = ["name", "eth0", "address", this.#address, "netns", name];
    await this.#fabric("ip", "link", "add", `to-${name}`, "type", "veth", "peer", ...card);
    await this.#fabric("ip", "link", "set", `to-${name}`, "master", FABRIC.bridge, "up");
    const boot = [process.execPath, BOOT, this.#image.root, this.#disk, this.#cgroup];
    const [program = "", ...words] = this.#cluster.enter(FABRIC_PLACE, ["nsenter", `--net=/run/netns/${name}`, "--", ...boot]);
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
    const said: string[] = [];
    createInterface({ input: child.stderr }).on("line", (line) => said.push(line));
    const lines = createInterface({ input: child.stdout });
    const first = await Promise.race([once(lines, "line") as Promise<[string]>, once(child, "close").then(() => undefined)]);
    if (first === undefined) throw new Error(`${name} did not boot: ${said.join("\n")}`);
    this.#running = { process: child, pid: String((JSON.parse(first[0]) as { readonly pid: number }).pid) };
  }

  /** Standard output of a program on it; throws with the program's words. */
  run(argv: readonly string[]): Promise<string> {
    return this.#cluster.runIn(FABRIC_PLACE, this.#inside(argv));
  }

  /** Resolves with the first line of a unit's journal, of this boot, that fits. */
  async journalLine(unit: string, fits: RegExp): Promise<string> {
    const argv = this.#inside(["journalctl", "--boot", "--follow", "--lines=all", "--output=cat", `--unit=${unit}`]);
    const [program = "", ...words] = this.#cluster.enter(FABRIC_PLACE, argv);
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"] });
    try {
      for await (const line of createInterface({ input: child.stdout })) if (fits.test(line)) return line;
      throw new Error(`the journal of ${unit} ended before a line with ${fits.source}`);
    } finally {
      child.kill("SIGKILL");
    }
  }

  /** Turns it off at once, as a loss of power does, after what it wrote is on its disk; and takes its link away. */
  async off(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    const ended = once(running.process, "close");
    await this.#fabric("kill", "-KILL", running.pid);
    await ended;
    await this.#fabric("ip", "link", "delete", `to-${this.name}`);
    await this.#fabric("ip", "netns", "delete", this.name);
  }

  #inside(argv: readonly string[]): readonly string[] {
    const pid = this.#running?.pid;
    if (pid === undefined) throw new Error(`${this.name} is off`);
    return ["nsenter", `--target=${pid}`, "--mount", "--net", "--pid", "--uts", "--ipc", "--cgroup", "--", ...argv];
  }

  #fabric(...argv: readonly string[]): Promise<string> {
    return this.#cluster.runIn(FABRIC_PLACE, argv);
  }
}
