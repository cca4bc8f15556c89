/**
 * A venue is a place where commands run: the lab, two hosts, a cluster. Measuring code knows only this contract.
 * @packageDocumentation
 */
import type { LinkKind } from "../model/metric.js";
import type { PathName } from "../model/path.js";
import type { PathMtu } from "../model/path-mtu.js";
import type { ServicePorts } from "../model/wiring.js";
import type { Milliseconds } from "../units/quantity.js";

/** A host or a pod in which commands run. */
export interface Endpoint {
  /** Unique within the venue, e.g. `flannel-vxlan/open/pod-a`. */
  readonly id: string;
  readonly kind: "host" | "pod";
  /** Its network carries other programs' packets too, as that of a cluster's node does: protocol counters are not the load's alone. */
  readonly shared?: true;
}

/** A named pair of endpoints of one mode, and how the second is reached from the first. */
export interface Path {
  /** Unique within the venue, e.g. `flannel-vxlan/open/pod-pod`. */
  readonly id: string;
  readonly mode: string;
  readonly name: PathName;
  readonly link: LinkKind;
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** The address a client connects to and the ports by which each server is reached. */
  readonly address: string;
  readonly ports: ServicePorts;
  /** The ports that the servers in `to` listen on. They differ from `ports` where an address translation lies between. */
  readonly listen: ServicePorts;
  /** Workers of the HTTP server there; one where nothing is said. */
  readonly httpWorkers?: number;
  /** What a raw frame needs: leaving device, its MAC and address, the next hop's MAC. */
  readonly frame: { readonly device: string; readonly sourceMac: string; readonly sourceAddress: string; readonly destinationMac: string };
  /** The device whose receive counters tell what arrived. */
  readonly arrival: { readonly device: string };
  /** Congestion control that TCP senders in `from` use; absent where the venue does not tell. */
  readonly congestionControl?: string;
  /** What the path's ends are meant to put into one packet, bytes; absent where the venue plans none. */
  readonly mtu?: number;
  /** What the kernels of both ends say of that: the same, unless the path is not as it was planned. Absent where they were not asked. */
  readonly kernelMtu?: PathMtu;
}

/** What to run in an endpoint. Tools are named without a folder; the venue finds them. */
export interface EndpointCommand {
  readonly argv: readonly [string, ...string[]];
  readonly reason: string;
  readonly stdin?: string;
  /** The process is ended for certain after this time. */
  readonly timeout: Milliseconds;
  /** Files the command needs, written before it starts to a private folder; `{files}` in argv is replaced by that folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** Names of files in that folder that the command writes and whose text is to be returned with the outcome. */
  readonly collect?: readonly string[];
  /** Endpoints whose counters are read right before the start and right after the end. */
  readonly watch?: readonly Endpoint[];
  /** It only answers others, which is no load by itself: it goes on when the venue cannot hear podwire for a moment. Everything else that works ends then. */
  readonly serves?: boolean;
  /** The venue suspends it after this time by itself: a flood may keep away the order that is to end it. */
  readonly suspendAfter?: Milliseconds;
}

/** CPU time of a whole machine since boot, in seconds, from /proc/stat. */
export interface CpuTimes {
  /** Everything but idle, iowait and steal. */
  readonly busy: number;
  readonly softirq: number;
  /** Time taken by the hypervisor for other guests. */
  readonly steal: number;
  readonly idle: number;
  /** Time for which each CPU was busy or taken by the hypervisor, by the kernel's name of it; absent where it is not read. */
  readonly perCpu?: Readonly<Record<string, number>>;
  /** Time for which a CPU quota (cgroup) held back tasks of the venue, summed over CPUs; absent where there is no quota. */
  readonly throttled?: number;
}

/** Kernel counters of one endpoint at one moment. */
export interface EndpointCounters {
  /**
   * Nanoseconds of the monotonic clock of the endpoint's machine when these were read, where that is another machine than the one whose clock the
   * {@link Reading} has. Two such clocks have nothing in common but their pace.
   */
  readonly clock?: number;
  /** By device name: cumulative counters of /proc/net/dev. */
  readonly devices: Readonly<
    Record<
      string,
      {
        readonly rxBytes: number;
        readonly rxPackets: number;
        readonly rxDropped: number;
        readonly txBytes: number;
        readonly txPackets: number;
        readonly txDropped: number;
      }
    >
  >;
  /** /proc/net/snmp and /proc/net/netstat, as `Tcp.RetransSegs`, `TcpExt.ListenOverflows`, ... */
  readonly protocols: Readonly<Record<string, number>>;
}

/** A reading of the endpoint's own clock, the machine's CPU times and the watched endpoints' counters. */
export interface Reading {
  /** Nanoseconds of the venue machine's monotonic clock, as a number (exact up to 2^53 ns, 104 days). */
  readonly clock: number;
  /** Seconds since boot with the time in which the machine was suspended, which `clock` leaves out; absent where it is not read. */
  readonly sinceBoot?: number;
  readonly cpu: CpuTimes;
  /** By endpoint id. */
  readonly counters: Readonly<Record<string, EndpointCounters>>;
}

/** What a process did: how it ended, what it printed and wrote, and the readings around it. */
export interface ProcessOutcome {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Texts of the collected files; a file that was not written is absent. */
  readonly collected: Readonly<Record<string, string>>;
  readonly before: Reading;
  readonly after: Reading;
  /** Set when the program could not be started (not found, not executable). */
  readonly startError?: string;
}

/** A process in an endpoint. */
export interface VenueProcess {
  /** Settles when the process has ended, however it ended. Never rejects while the venue is open. */
  readonly finished: Promise<ProcessOutcome>;
  /** Suspends the process (SIGSTOP); resolves once it is suspended. */
  stop(): Promise<void>;
  /** Resumes a suspended process (SIGCONT). */
  resume(): Promise<void>;
  /** Asks the process to end (SIGINT by default), kills it if it does not within `grace` (1 s by default), and gives its outcome. */
  end(signal?: "SIGINT" | "SIGTERM" | "SIGKILL", grace?: Milliseconds): Promise<ProcessOutcome>;
}

/** What one time slice saw. */
export interface Slice {
  /** Read right after the process was resumed and the settling part had passed, and right before it was stopped. */
  readonly before: Reading;
  readonly after: Reading;
  /** Whether the watched endpoints' counters came to rest after the stop, and how many milliseconds that took. What still drains would be charged to the next path. */
  readonly drain: { readonly still: boolean; readonly ms: number };
  /** Those of its processes that were gone at its end: what was read is not theirs alone, or not for the whole time. */
  readonly ended: readonly VenueProcess[];
}

/** A cumulative counter of a network device (/proc/net/dev). */
export type DeviceCounter = keyof EndpointCounters["devices"][string];

/** What tells how much of a load has passed an endpoint: a sum of a device's counters, each with its weight, or one of its protocols' counters. */
export type LoadCounter =
  | { readonly device: string; readonly weights: Readonly<Partial<Record<DeviceCounter, number>>> }
  | { readonly protocol: string };

/** A counter, and by how much it must grow until it is the load that it counts and not what a tool's two sides say to each other before. */
export interface LoadSign {
  readonly counter: LoadCounter;
  readonly begins: number;
}

/**
 * Over which part of a load counters are read. The part begins and ends at a change of the counter at the end that the load arrives at, so that packets of
 * 64 kB are never cut; what a load does before it has settled is not in it. Times in milliseconds.
 */
export interface LoadWindow {
  readonly arriving: LoadSign;
  /** What tells of the load at the end that sends it, where that is another machine with counters and CPUs of its own. */
  readonly leaving: LoadSign;
  /** Time after the load's beginning, and after {@link LoadWindow.bucket} is empty, that is not counted. */
  readonly settle: Milliseconds;
  /**
   * A token bucket on the way, full at first: `amount` passes at once, then `perSecond`, both in the counter's unit. Counting waits until it must be empty,
   * `patience` at most: a path slower than that never empties it, and gains nothing by it.
   */
  readonly bucket?: { readonly amount: number; readonly perSecond: number; readonly patience: Milliseconds };
  /** The part lasts for at least so long and sees at least so many packets (changes by one, of a protocol's counter). */
  readonly length: Milliseconds;
  readonly packets: number;
  /** The part ends when the counter has grown by so much since the load began, whatever else: before a load of a known amount runs out. */
  readonly until?: number;
  /** How long to wait for the load to begin, and how long the part may last when little or nothing arrives. */
  readonly patience: Milliseconds;
  readonly longest: Milliseconds;
}

/** What was seen of a load. */
export interface LoadSeen {
  /** All counters and CPU times at both ends of the part. */
  readonly before: Reading;
  readonly after: Reading;
  /** By how much the arriving counter grew between two of its changes, and the seconds between them, by the clock of its machine. */
  readonly amount: number;
  readonly seconds: number;
  /** Seconds from the load's beginning to the end of the part. */
  readonly loadSeconds: number;
  /** Share of that time in which the counter stood still for longer than its packets explain, and the longest time, milliseconds. */
  readonly stillShare: number;
  readonly longestPause: number;
}

/** In a sentence why there was nothing to see of a load. */
export interface LoadUnseen {
  readonly unseen: string;
  /** The load ran and was over too early: more of it would have been seen. */
  readonly brief?: true;
  /** The tool was still running when that was known: it was ended for it, and how it ended is no cause. */
  readonly toolRan?: true;
}

/** A look at a load. */
export type LoadOutcome = LoadSeen | LoadUnseen;

/** A look at a load that is under way. */
export interface LoadWatch {
  /** Settles when the part is over. Never rejects while the venue is open. */
  readonly outcome: Promise<LoadOutcome>;
  /** Ends the look now, as when the load has ended before its time. */
  end(): Promise<void>;
}

/** Facts of a node that explain a figure: kernel, CPU, sysctls, offloads, tool versions. */
export type NodeFacts = Readonly<Record<string, string>>;

/** On which CPUs the first device that receives a path's frames works, or why that cannot be set. */
export type ReceiveSteering =
  | {
      readonly steered: true;
      /** `NAMESPACE DEVICE`. */
      readonly device: string;
      /** The CPUs as the kernel's hexadecimal mask. */
      readonly cpus: string;
    }
  | { readonly steered: false; readonly reason: string };

/** What connection tracking keeps in a network namespace (`nf_conntrack_count`), and how much it may (`nf_conntrack_max`): beyond that, new connections are dropped. */
export interface TrackedConnections {
  readonly entries: number;
  readonly most: number;
}

/** All tracked connections, or those that are closed: with an open one its address translation would go, which a suspended client still needs. */
export type Forgotten = "all" | "closed";

/** A command of a condition. In its words and its standard input `{before}` stands for what {@link ConditionStep.read} printed. */
export interface ConditionCommand {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
}

/** One change of an endpoint, and what takes it back. */
export interface ConditionStep {
  readonly at: Endpoint;
  readonly reason: string;
  /** Prints what there is before the change, where taking it back needs that. Lines and spaces at its ends are left out. */
  readonly read?: ConditionCommand;
  /** Changes all or nothing: one that fails has changed nothing. */
  readonly apply: ConditionCommand;
  readonly undo: ConditionCommand;
  /** Looked at before either of them, where others may change the endpoint meanwhile: what they have written is not overwritten. */
  readonly own?: OwnValue;
}

/** How a condition tells its own value from what someone else has written. */
export interface OwnValue {
  readonly read: ConditionCommand;
  /** Why the value that was read is neither the one before nor the condition's; undefined where it is one of them. */
  readonly whyNot: (read: {
    readonly exitCode: number | undefined;
    readonly stdout: string;
    readonly stderr: string;
  }) => string | undefined;
}

/** What is different for the time of a visit: a setting that is tried, a fault that is planted. */
export interface Condition {
  /** By which observations name it; one name means one thing throughout a run. */
  readonly name: string;
  readonly steps: readonly ConditionStep[];
}

/** An open venue. */
export interface VenueSession {
  /** Paths that are built and answer. Modes that could not be built stand in `failures`. */
  readonly paths: readonly Path[];
  /**
   * Why the venue itself is gone, so that nothing can be measured in it any more; undefined while it is there. What is rejected while it is there
   * concerns that process or slice alone.
   */
  readonly gone: string | undefined;
  /** By mode: why it is not there. */
  readonly failures: Readonly<Record<string, { readonly status: "unsupported" | "failed"; readonly reason: string }>>;
  /** Why a path that was built carries nothing any more, e.g. since a daemon that forwards its packets has ended; undefined while nothing is known. */
  faultOf?(path: Path): string | undefined;
  spawn(endpoint: Endpoint, command: EndpointCommand): Promise<VenueProcess>;
  /**
   * Resumes suspended processes together for `settle` + `length`, then suspends them again.
   * Counters are those of the endpoints named in `watch`.
   */
  slice(processes: readonly VenueProcess[], settle: Milliseconds, length: Milliseconds, watch: readonly Endpoint[]): Promise<Slice>;
  /** CPU times of the machines of these endpoints, and the endpoints' counters, now. */
  read(endpoints: readonly Endpoint[]): Promise<Reading>;
  /** Names of the machines that a path's ends are on: paths with the same ones share CPUs. */
  machinesOf(path: Path): readonly string[];
  /** Looks at the load that is about to run on a path, over a part of it; CPU times and the counters of both ends are read with it. */
  watchLoad(path: Path, window: LoadWindow): LoadWatch;
  /**
   * Lets the first device that receives a path's frames hand them to all CPUs but one (receive packet steering, RPS), the one that a
   * generator is bound to. Without it a path of virtual devices runs in its sender's own context: a flood slows the sender and loses nothing.
   * Absent where the venue has real network cards, which interrupt a CPU of their own.
   */
  steerReceive?(path: Path, generatorCpu: number): Promise<ReceiveSteering>;
  /**
   * Deletes what connection tracking keeps of connections on this path: the next observation, of whatever path, would else pay for it. Absent where the
   * connections are not the venue's alone.
   */
  forgetConnections?(path: Path, which: Forgotten): Promise<void>;
  /**
   * Does some work under a condition: carries its steps out in order, and takes them back in the opposite order when the work is over, however it ended, or when
   * the venue is closed before.
   * @throws Error when a step fails: the work is not begun, and the steps before it are taken back. What cannot be taken back is an error too, after which the
   * venue is `gone`: whatever followed would be measured under the condition.
   */
  under<T>(condition: Condition, work: () => Promise<T>): Promise<T>;
  /**
   * The fullest table of connection tracking on a path, now: that of its ends' machines or of the ends themselves. Undefined where none can be read. Absent where
   * they are deleted.
   */
  trackedOn?(path: Path): Promise<TrackedConnections | undefined>;
  facts(): Promise<NodeFacts>;
  /** Ends every process and removes everything. Idempotent. */
  close(): Promise<void>;
}
