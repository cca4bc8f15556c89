/**
 * Devices of the node's namespace with everything that changes look at.
 * @packageDocumentation
 */
import type { DeviceFacts } from "../facts.js";
import { coalescingIn, offloadsIn, ringsIn } from "../knobs/ethtool.js";
import { plainMask } from "../knobs/files.js";
import type { Asking } from "./asking.js";
import { addressedIn, type Link, rootQdiscsIn } from "./links.js";
import { deviceFiles, queuesIn } from "./sysfs.js";

/** How the devices are looked at. */
export interface DeviceLook {
  readonly links: readonly Link[];
  readonly sysfs: readonly string[] | undefined;
  /** `/proc/interrupts`; empty where interrupts are no matter. */
  readonly interrupts: string;
}

/** All devices, in the kernel's order. */
export async function devicesNow(ask: Asking, { links, sysfs, interrupts }: DeviceLook): Promise<readonly DeviceFacts[]> {
  const [addresses, qdiscs, files] = await Promise.all([
    ask.printed("ip", "-json", "-6", "address", "show"),
    ask.printed("tc", "-json", "qdisc", "show"),
    deviceFiles(ask, sysfs),
  ]);
  const [addressed, roots] = [addressedIn(addresses ?? ""), rootQdiscsIn(qdiscs ?? "")];
  const facts: DeviceFacts[] = [];
  // One after the other: a node may have hundreds of pods, and reading them must not load it.
  for (const link of links) {
    const read = plainMasks(files.get(link.ifname) ?? {});
    facts.push({
      ...ofLink(link),
      ...(await ofDriver(ask, link)),
      ipv6: addressed.has(link.ifname),
      queues: queuesIn(read),
      files: read,
      ...qdiscOf(roots.get(link.ifname)),
      irqs: await interruptsOf(ask, link, interrupts),
    });
  }
  return facts;
}

function ofLink(link: Link): Omit<DeviceFacts, "ipv6" | "queues" | "files" | "irqs" | "qdiscIsDefault" | "offloads"> {
  const { linkinfo: info = {} } = link;
  const lower = link.link ?? info.info_data?.link;
  const port = info.info_kind === "vxlan" ? info.info_data?.port : undefined;
  return {
    name: link.ifname,
    ifindex: link.ifindex,
    mac: link.address,
    up: link.flags.includes("UP"),
    mtu: link.mtu,
    txqueuelen: link.txqlen,
    ...(info.info_kind === undefined ? {} : { kind: info.info_kind }),
    ...(link.master === undefined ? {} : { master: link.master }),
    // A veth's `link` is its peer, on which it does not stand.
    ...(lower === undefined || info.info_kind === "veth" ? {} : { lower }),
    ...(link.max_mtu === undefined || link.max_mtu === 0 ? {} : { maxMtu: link.max_mtu }),
    ...(link.gso_max_size === undefined ? {} : { gsoMaxSize: link.gso_max_size }),
    ...(link.tso_max_size === undefined ? {} : { tsoMaxSize: link.tso_max_size }),
    ...(port === undefined ? {} : { vxlanPort: port }),
  };
}

type OfDriver = Pick<DeviceFacts, "offloads" | "driver" | "rings" | "coalescing" | "mostQueues">;

async function ofDriver(ask: Asking, { ifname, linkinfo }: Link): Promise<OfDriver> {
  const offloads = offloadsIn((await ask.printed("ethtool", "-k", ifname)) ?? "");
  // Only a card has the rest; on the kernel's own devices there is nothing to set, and on a veth `ethtool -L` taints the kernel.
  if (ifname === "lo" || linkinfo?.info_kind !== undefined) return { offloads };
  const [driver, rings, coalescing, channels] = await Promise.all(
    (["-i", "-g", "-c", "-l"] as const).map(async (what) => (await ask.printed("ethtool", what, ifname)) ?? ""),
  );
  const named = /^driver: (\S+)$/m.exec(driver ?? "")?.[1];
  const [ringState, coalescingState] = [ringsIn(rings ?? ""), coalescingIn(coalescing ?? "")];
  const most = Math.max(
    0,
    ...[...((channels ?? "").split("Current")[0] ?? "").matchAll(/^(?:RX|Combined):\s+(\d+)$/gm)].map(([, count]) => Number(count)),
  );
  return {
    offloads,
    ...(named === undefined ? {} : { driver: named }),
    ...(ringState === undefined ? {} : { rings: ringState }),
    ...(coalescingState === undefined ? {} : { coalescing: coalescingState }),
    ...(most === 0 ? {} : { mostQueues: most }),
  };
}

const plainMasks = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(files).map(([file, value]) => [file, file.endsWith("_cpus") ? plainMask(value) : value]));

const qdiscOf = (
  root: { readonly kind: string; readonly isDefault: boolean } | undefined,
): Pick<DeviceFacts, "qdisc" | "qdiscIsDefault"> =>
  root === undefined ? { qdiscIsDefault: true } : { qdisc: root.kind, qdiscIsDefault: root.isDefault };

/** Interrupts that bear the device's name or its parent's, as drivers name them: `eth0-TxRx-0`, `virtio2-input.0`, `mlx5_comp0@pci:0000:3b:00.0`. */
async function interruptsOf(ask: Asking, { ifname, parentdev, linkinfo }: Link, interrupts: string): Promise<DeviceFacts["irqs"]> {
  if (interrupts === "" || linkinfo?.info_kind !== undefined || ifname === "lo") return [];
  const names = [ifname, ...(parentdev === undefined ? [] : [parentdev])].map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const own = new RegExp(`(?:^|[^\\w.:])(?:${names.join("|")})(?![\\w])`);
  const rows = [...interrupts.matchAll(/^\s*(\d+):[\s\d]*(.*)$/gm)].flatMap(([, irq = "", words = ""]) => {
    const name = words.trim().split(/\s+/).at(-1) ?? "";
    return own.test(` ${name}`) && !/config|ctrl|async|mgmt/i.test(name) ? [{ irq: Number(irq), name }] : [];
  });
  const affinities = await Promise.all(rows.map(async ({ irq }) => ask.file(`/proc/irq/${String(irq)}/smp_affinity_list`)));
  return rows.flatMap((row, index) => {
    const affinity = affinities[index];
    return affinity === undefined ? [] : [{ ...row, affinity }];
  });
}
