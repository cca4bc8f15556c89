/**
 * A packet's way through a network: the schema of `podwire/packet-path@1`.
 * @packageDocumentation
 */
import { z } from "zod";

/** Schema name and version. */
export const PACKET_PATH_SCHEMA = "podwire/packet-path@1";

/** What a packet may meet. */
const HOP_KINDS = [
  "socket",
  "program",
  "route",
  "hook",
  "connection",
  "neighbour",
  "qdisc",
  "device",
  "fdb",
  "network",
  "encapsulation",
  "decapsulation",
] as const;

/** Schema of {@link HopRule}. */
const hopRuleSchema = z.object({
  table: z.string(),
  chain: z.string(),
  /** As the ruleset has it; the policy of a chain that came to its end. */
  rule: z.string(),
  action: z.string(),
  /** Of the ruleset as the tool prints it; absent where it has no lines. */
  line: z.int().positive().optional(),
  /** By how much its counter grew during the burst; absent where it has none. Of a nat table only the first packet of a connection counts. */
  packets: z.int().nonnegative().optional(),
});
/** A rule that the packet matched. */
export type HopRule = z.infer<typeof hopRuleSchema>;

/** Schema of {@link PacketHop}. */
const packetHopSchema = z.object({
  /** The namespace, by its name in the wiring; in a cluster the node, or `POD on NODE`; `between the nodes` of what is in none. */
  in: z.string(),
  kind: z.enum(HOP_KINDS),
  /** Of the device, the hook, the program. */
  name: z.string(),
  /** What happens here, in a sentence. */
  says: z.string(),
  /** The packet as it goes on, where that is another than before. */
  packet: z.string().optional(),
  /** Of a hook: rules that were looked at, and those that matched. */
  looked: z.int().nonnegative().optional(),
  rules: z.array(hopRuleSchema).optional(),
  /** By how much the hop's own counter grew during the burst, in packets of all kinds. */
  counter: z
    .object({
      what: z.enum(["sent", "received", "queued"]),
      packets: z.int().nonnegative(),
      dropped: z.int().nonnegative(),
    })
    .optional(),
  /** Where the packet's way ends here: how. */
  ends: z.enum(["delivered", "dropped", "rejected", "unknown"]).optional(),
});
/** One station of the way. */
export type PacketHop = z.infer<typeof packetHopSchema>;

/** Schema of {@link PacketWay}. */
const packetWaySchema = z.object({
  /** As it leaves its sender. */
  packet: z.string(),
  hops: z.array(packetHopSchema),
  /** What the kernel's state says of its end. */
  ends: z.enum(["delivered", "dropped", "rejected", "unknown"]),
  /** Where counters say that packets are lost; absent where they do not. */
  loss: z
    .object({
      /** Places in `hops`, from 0: the last that counted the packets, and the one behind which, or in which, they are lost. */
      after: z.int().nonnegative(),
      at: z.int().nonnegative(),
      /** Packets that the first counted, and how many of them the second did not. */
      packets: z.int().nonnegative(),
      lost: z.int().nonnegative(),
      says: z.string(),
    })
    .optional(),
});
/** One direction. */
export type PacketWay = z.infer<typeof packetWaySchema>;

/** Schema of {@link PacketPath}. */
export const packetPathSchema = z.object({
  schema: z.literal(PACKET_PATH_SCHEMA),
  /** The mode with its layers; in a cluster the mode that its network is wired like, or `unknown`. */
  variant: z.string(),
  /** In a cluster, the kubeconfig's context; absent of a lab. */
  cluster: z.string().optional(),
  path: z.string(),
  /** The answer, in a sentence. */
  says: z.string(),
  /** What was sent to be counted: connections, each with a question and an answer. */
  burst: z.object({ connections: z.int().positive(), answered: z.int().nonnegative() }),
  /** What of the kernel's state could not be read, a sentence each; absent where everything was. */
  unread: z.array(z.string()).optional(),
  request: packetWaySchema,
  /** Absent where the request is not delivered. */
  reply: packetWaySchema.optional(),
});
/** A packet's way there and back, with the counters of a burst at each hop. */
export type PacketPath = z.infer<typeof packetPathSchema>;
