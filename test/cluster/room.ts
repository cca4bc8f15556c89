/**
 * How many clusters a machine has room for at once: each of them watches files, and the kernel limits the watchers of a user.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";

/** Watchers (inotify instances) of a cluster, and of each of its nodes. */
const INSTANCES = { cluster: 10, node: 8 };
/** Nodes of a cluster for which no number is asked. */
export const NODES = 2;
/** The share of the kernel's limit that clusters may take: other programs of the user watch files too. */
const SHARE = 0.9;
const LIMIT = "/proc/sys/fs/inotify/max_user_instances";

/** Watchers of clusters with so many nodes. */
export const instancesOf = (...nodes: readonly number[]): number =>
  nodes.reduce((sum, count) => sum + INSTANCES.cluster + INSTANCES.node * count, 0);

/** What clusters of a test run may watch by together. */
export class Room {
  readonly #total: number;
  readonly #spare: () => Promise<number>;
  #kept = 0;
  #taken = 0;
  #waiting: (() => void)[] = [];

  /**
   * @param spare - ends something that is kept and that no one uses, where there is such; resolves to its watchers, or 0
   * @param total - watchers; the kernel's limit, less what is left to others, when it is not said
   */
  constructor(spare: () => Promise<number>, total = Math.floor(Number(readFileSync(LIMIT, "utf8")) * SHARE)) {
    this.#spare = spare;
    this.#total = total;
  }

  /** Resolves when there is room for what stays until the end of the run, or until it is spared. */
  async keep(instances: number): Promise<void> {
    await this.#reserve(instances, () => {
      this.#kept += instances;
    });
  }

  /** Resolves when there is room; gives what gives it back. What has no room at all waits until it is alone. */
  async take(instances: number): Promise<() => void> {
    await this.#reserve(instances, () => {
      this.#taken += instances;
    });
    return () => {
      this.#taken -= instances;
      this.changed();
    };
  }

  /** Of what was kept, and is gone. */
  giveBack(instances: number): void {
    this.#kept -= instances;
    this.changed();
  }

  /** To be called when something that is kept has fallen idle: it may be spared now. */
  changed(): void {
    for (const next of this.#waiting.splice(0)) next();
  }

  /** The look and the taking are one step, since those who wait beside look at the same moment. */
  async #reserve(instances: number, add: () => void): Promise<void> {
    const fits = (): boolean => this.#kept + this.#taken + instances <= this.#total;
    while (!fits()) {
      const spared = await this.#spare();
      if (spared > 0) this.giveBack(spared);
      // Someone else may have made room meanwhile.
      else if (!fits()) {
        if (this.#taken === 0) break;
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
    }
    add();
  }
}
