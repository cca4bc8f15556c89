/**
 * What is known of a node before anything is changed: values, devices, counters and programs, as plain data that changes are proposed from.
 * @packageDocumentation
 */

/** A feature as `ethtool -k` prints it. */
export interface OffloadState {
  readonly on: boolean;
  /** The driver allows no other value. */
  readonly fixed: boolean;
}

/** A ring's entries now and at most. */
export interface RingState {
  readonly now: number;
  readonly most: number;
}

/** A network device of the namespace. */
export interface DeviceFacts {
  readonly name: string;
  readonly ifindex: number;
  readonly mac: string;
  /** As the kernel calls the link's kind (`veth`, `bridge`, `vxlan`, ...); absent for a card. */
  readonly kind?: string;
  /** As `ethtool -i` names it; absent where the device has none. */
  readonly driver?: string;
  readonly up: boolean;
  /** Device that it is a port of. */
  readonly master?: string;
  /** Device that it stands on: a VLAN's, a tunnel's. */
  readonly lower?: string;
  readonly mtu: number;
  /** The largest that the driver takes; absent where the kernel names none. */
  readonly maxMtu?: number;
  readonly txqueuelen: number;
  /** Bytes; absent where `ip` does not print them. */
  readonly gsoMaxSize?: number;
  /** What the driver could take at most (`tso_max_size`), bytes. */
  readonly tsoMaxSize?: number;
  /** Whether it has IPv6 addresses, which an MTU below 1280 would delete. */
  readonly ipv6: boolean;
  /** UDP port of a VXLAN device. */
  readonly vxlanPort?: number;
  /** By ethtool's long name. Empty where they cannot be read. */
  readonly offloads: Readonly<Record<string, OffloadState>>;
  /** Absent where the driver has no rings that can be read. */
  readonly rings?: Readonly<Partial<Record<"rx" | "tx", RingState>>>;
  /** By the parameter's name in `ethtool -C`; absent where the driver has none. */
  readonly coalescing?: Readonly<Record<string, string>>;
  /** Receive and transmit queues, as folders of sysfs. */
  readonly queues: { readonly rx: number; readonly tx: number };
  /** Queues that `ethtool -l` would allow at most; absent where it says nothing. */
  readonly mostQueues?: number;
  /** Files below `/sys/class/net/DEVICE/` that could be read, by their relative path. */
  readonly files: Readonly<Record<string, string>>;
  /** The root qdisc as tc prints it, kind first: `noqueue`, `tbf rate 500Mbit burst 64Kb lat 50ms`. */
  readonly qdisc?: string;
  /** Whether the kernel made that qdisc by itself. */
  readonly qdiscIsDefault: boolean;
  /** Interrupts of the device: number, name, and on which CPUs they may run. */
  readonly irqs: readonly { readonly irq: number; readonly name: string; readonly affinity: string }[];
}

/** Counters whose growth between two readings speaks for a change. */
export interface GrownCounters {
  /** Seconds between the readings. */
  readonly seconds: number;
  /** By name: `softnet.dropped`, `softnet.time_squeeze`, `TcpExt.ListenOverflows`, `conntrack.insert_failed`, ... */
  readonly grown: Readonly<Record<string, number>>;
}

/** Everything that changes are proposed from. */
export interface NodeFacts {
  /** Whether this is the first network namespace of the machine, where values of the machine may be changed. */
  readonly firstNamespace: boolean;
  /** Whether all processes of the machine are seen here: in a container of its own pid namespace those that write the same values are not. */
  readonly allProcesses: boolean;
  /** `/proc/sys/kernel/random/boot_id`. */
  readonly boot: string;
  /** Inode of the network namespace. The kernel gives it to another one as soon as this one is gone. */
  readonly namespace: string;
  /**
   * Inode of the namespace's `lo` in sysfs: the kernel counts these up and gives none again before the next boot (before 4.14 it does), and `lo` lives as long as its namespace.
   * Absent in the first namespace, which is never another one, and where a sysfs may not be mounted (it takes root).
   */
  readonly loopback?: string;
  /** `uname -r`. */
  readonly kernel: string;
  /** CPUs that are online. */
  readonly cpus: readonly number[];
  /** Values of `/proc/sys/net`, by name with dots; what the kernel lacks is absent. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** Other files that were read, by path: of the machine, and below `/proc/net` of the namespace. */
  readonly files: Readonly<Record<string, string>>;
  readonly devices: readonly DeviceFacts[];
  /** Counters since boot (or since the namespace was made), by the names of {@link GrownCounters}. */
  readonly counters: Readonly<Record<string, number>>;
  /** Absent where they were read once only. */
  readonly growth?: GrownCounters;
  /** Programs on this node that write its knobs, by the name that they are known by: `irqbalance`, `kube-proxy`. */
  readonly owners: readonly string[];
  /** Interrupts that irqbalance was told to leave. */
  readonly bannedIrqs: readonly number[];
  /** Programs that are installed, by name. */
  readonly tools: Readonly<Record<string, boolean>>;
  /** Features of the kernel that changes ask for, by name; absent where it could not be found out. */
  readonly kernelHas: Readonly<Partial<Record<"fq" | "flowtable", boolean>>>;
  /** podwire's own nft table as nft prints it, empty where there is none; absent where nft is missing or may not be asked. */
  readonly ownRules?: string;
  /** Whether the namespace tracks connections: rules that need it are loaded. */
  readonly tracks: boolean;
  /** Whether rules of Services are loaded (chains of kube-proxy); absent where rules may not be asked for. */
  readonly serviceRules?: boolean;
  /** Whether it has pods behind it: a bridge, a tunnel, or a veth whose other end is in another namespace. */
  readonly hasPods: boolean;
  /** How `/sys/class/net` of this namespace is reached: words before a command. Absent where the mounted sysfs is of another namespace. */
  readonly sysfs?: readonly string[];
}
