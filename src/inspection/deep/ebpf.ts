/**
 * eBPF programs that packets and sockets meet, as bpftool, `ip -details link` and `tc filter` print them. Sources: bpftool-net(8), bpftool-link(8),
 * bpftool-prog(8), bpftool-map(8), bpftool-cgroup(8), bpftool's src/net.c (__show_dev_tc_bpf), src/link.c (show_link_ifindex_json) and src/main.c (do_version);
 * tried with bpftool 7.1, which lists clsact and XDP, and shows a TCX link by its number only. Since 7.3 (TCX is in Linux since 6.6) its list of devices has
 * TCX and netkit, and its list of links names their devices.
 * @packageDocumentation
 */
import { fields, list } from "../sift.js";

/** A program at a device or a cgroup. */
export interface Attached {
  /** `eth0`, `cgroup 4711` or {@link ELSEWHERE}. Undefined for a device that the tool cannot name. */
  readonly at: string | undefined;
  /** `tcx/ingress`, `clsact/egress`, `xdp`, `connect4`, ... */
  readonly hook: string;
  /** Id of the program; undefined where the tool prints its name only. */
  readonly id: number | undefined;
  readonly name: string | undefined;
}

/** A program or a map that is loaded. */
export interface Loaded {
  readonly id: number;
  readonly type: string;
  readonly name: string;
}

/** Where a program is whose device this namespace does not have. */
export const ELSEWHERE = "devices of other namespaces";

const json = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? "");
  } catch {
    // Whoever asked says that the answer could not be read.
    return undefined;
  }
};

const word = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

/** What `bpftool --json net show` lists. */
export function netPrograms(text: string | undefined): readonly Attached[] {
  return list(json(text)).flatMap((part) => {
    const { xdp, tc } = fields(part);
    const attached = (entry: unknown, hook: string): Attached => {
      const one = fields(entry);
      return { at: word(one["devname"]), hook, id: number(one["prog_id"]) ?? number(one["id"]), name: word(one["name"]) };
    };
    return [
      ...list(xdp).map((entry) => attached(entry, "xdp")),
      ...list(tc).map((entry) => attached(entry, word(fields(entry)["kind"]) ?? "tc")),
    ];
  });
}

/** By number, for a bpftool that is older than the kernel (uapi bpf.h, bpf_link_type). */
const LINK_TYPES: Readonly<Record<number, string>> = { 6: "xdp", 11: "tcx", 13: "netkit" };

/** A program that was attached by a link which has outlived its device meets no packet. */
const DETACHED = "(detached)";

/**
 * What `bpftool --json link show` lists of cgroups and devices. Links are the machine's, whichever namespace has their device, and the tool looks a device's
 * number up in its own: a name that it found may be another device's, which only its list of devices can tell.
 */
export function linkPrograms(text: string | undefined): readonly Attached[] {
  return list(json(text)).flatMap((entry): Attached[] => {
    const one = fields(entry);
    const type = word(one["type"]) ?? LINK_TYPES[number(one["type"]) ?? 0];
    const id = number(one["prog_id"]);
    const hook = hookName(word(one["attach_type"]));
    if (type === "cgroup")
      return [{ at: `cgroup ${String(number(one["cgroup_id"]) ?? "")}`.trim(), hook: hook ?? "cgroup", id, name: undefined }];
    const device = word(one["devname"]);
    if ((type !== "tcx" && type !== "netkit") || device === DETACHED) return [];
    return [{ at: device === "(unknown)" ? ELSEWHERE : device, hook: hook ?? type, id, name: undefined }];
  });
}

/** What `bpftool --json cgroup tree` lists: also programs that were attached without a link. */
export function cgroupPrograms(text: string | undefined): readonly Attached[] {
  return list(json(text)).flatMap((entry) => {
    const { cgroup, programs } = fields(entry);
    return list(programs).map((program): Attached => {
      const one = fields(program);
      return {
        at: `cgroup ${word(cgroup) ?? ""}`.trim(),
        hook: hookName(word(one["attach_type"])) ?? "cgroup",
        id: number(one["id"]),
        name: word(one["name"]),
      };
    });
  });
}

/** `cgroup_inet4_connect` and `connect4` are one hook in two bpftools' words; `tcx_ingress` is `tcx/ingress` as in its list of devices. */
function hookName(attach: string | undefined): string | undefined {
  const [, family, what] = /^cgroup_(?:inet|udp)([46])_(\w+)$/.exec(attach ?? "") ?? [];
  if (family !== undefined) return `${what ?? ""}${family}`;
  return attach?.replace(/^(tcx|netkit)_/, "$1/").replace(/^cgroup_(?:inet_)?/, "");
}

/** What `bpftool --json version` says, as `7.1`. */
export const bpftoolVersion = (text: string | undefined): string | undefined =>
  /^\d+\.\d+/.exec(word(fields(json(text))["version"]) ?? "")?.[0];

/** XDP programs that `ip -json -details link` names. */
export function xdpPrograms(text: string | undefined): readonly Attached[] {
  return list(json(text)).flatMap((entry): Attached[] => {
    const { ifname, xdp } = fields(entry);
    const program = fields(fields(xdp)["prog"]);
    const id = number(program["id"]);
    return id === undefined ? [] : [{ at: word(ifname), hook: "xdp", id, name: word(program["name"]) }];
  });
}

/** Programs that `tc -json filter show dev DEVICE DIRECTION` lists. */
export function filterPrograms(text: string | undefined, device: string, direction: string): readonly Attached[] {
  return list(json(text)).flatMap((entry): Attached[] => {
    const { kind, options } = fields(entry);
    const { bpf_name: name, prog } = fields(options);
    const id = number(fields(prog)["id"]);
    if (kind !== "bpf" || (name === undefined && id === undefined)) return [];
    return [{ at: device, hook: `clsact/${direction}`, id, name: word(fields(prog)["name"]) ?? word(name)?.replace(/:\[\d+\]$/, "") }];
  });
}

/** What `bpftool --json prog show` and `map show` list. */
export function loaded(text: string | undefined): readonly Loaded[] {
  return list(json(text)).flatMap((entry): Loaded[] => {
    const one = fields(entry);
    const [id, type, name] = [number(one["id"]), word(one["type"]), word(one["name"])];
    return id === undefined ? [] : [{ id, type: type ?? String(number(one["type"]) ?? ""), name: name ?? "" }];
  });
}

/**
 * The constants that Cilium's programs were loaded with, by name, from `bpftool --json map dump name .rodata.config`: with BTF each map's one value has them
 * as `__config_NAME`. Where maps of several programs differ, every value that occurs is given.
 */
export function constantsIn(text: string | undefined): ReadonlyMap<string, ReadonlySet<unknown>> {
  const found = new Map<string, Set<unknown>>();
  const take = (value: unknown): void => {
    for (const one of list(value)) take(one);
    for (const [key, inner] of Object.entries(fields(value))) {
      if (!key.startsWith("__config_")) take(inner);
      else found.set(key.slice("__config_".length), (found.get(key.slice("__config_".length)) ?? new Set()).add(inner));
    }
  };
  take(json(text));
  return found;
}
