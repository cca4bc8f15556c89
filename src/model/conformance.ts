/**
 * What works on a network, cell by cell: names, results and the schema of `podwire/conformance@1`.
 * @packageDocumentation
 */
import { z } from "zod";
import { EXCHANGE_PROTOCOLS } from "./exchange.js";

/** Checks by set, in the order in which tables list them. */
export const CHECKS_BY_SET = {
  pods: [
    "pod-pod-local",
    "pod-pod-across",
    "pod-own-host",
    "pod-host-across",
    "host-own-pod",
    "host-pod-across",
    "large-transfer",
    "segment-sizes",
    "path-mtu",
    "fragments",
  ],
  services: [
    "clusterip-local",
    "clusterip-across",
    "clusterip-from-host-local",
    "clusterip-from-host-across",
    "hairpin",
    "no-endpoints",
    "endpoint-removed",
    "terminating-endpoint",
    "affinity",
    "internal-local-policy",
  ],
  external: ["nodeport-outside", "nodeport-from-node", "nodeport-local-policy", "source-kept", "external-ip"],
  egress: ["masquerade"],
  "also-seen": ["multicast", "nodeport-localhost", "clusterip-unused-port"],
} as const;

/** A group of checks. */
export type CheckSet = keyof typeof CHECKS_BY_SET;
/** Sets in the order of tables. */
export const CHECK_SETS = Object.keys(CHECKS_BY_SET) as readonly CheckSet[];
/** Sets that a need can name; what is also seen can be named by its checks alone. */
export const NEEDED_SETS = CHECK_SETS.filter((set) => set !== "also-seen");
/** One thing that is tried. */
export type CheckName = (typeof CHECKS_BY_SET)[CheckSet][number];
/** All checks in the order of tables. */
export const CHECK_NAMES: readonly CheckName[] = CHECK_SETS.flatMap((set): readonly CheckName[] => CHECKS_BY_SET[set]);

/** The set that a check is in. */
export function setOf(check: CheckName): CheckSet {
  const set = CHECK_SETS.find((one) => (CHECKS_BY_SET[one] as readonly CheckName[]).includes(check));
  if (set === undefined) throw new Error(`${check} is in no set`);
  return set;
}

/**
 * What came of a cell. `not-offered`: the variant says that it does not do it, and packets agree. `not-applicable`: it has no meaning there.
 */
export const CELL_RESULTS = ["works", "does-not-work", "not-offered", "not-applicable"] as const;
/** One of {@link CELL_RESULTS}. */
export type CellResult = (typeof CELL_RESULTS)[number];

/** What a variant is expected to do in a check, where that is not simply to work, and why. */
export interface Expectation {
  /** `either`: nothing that is known says it, and packets decide whether it works or is not offered. */
  readonly expected: CellResult | "either";
  /** One clause, without a full stop. */
  readonly because: string;
}
/** Expectations of a mode or a layer; a check that is not named is expected to work. */
export type Expectations = Readonly<Partial<Record<CheckName, Expectation>>>;

/** Checks that ask a Service. */
export const SERVICE_CHECKS: readonly CheckName[] = [
  ...CHECKS_BY_SET.services,
  ...CHECKS_BY_SET.external,
  "nodeport-localhost",
  "clusterip-unused-port",
];

/** Schema of {@link ConformanceCell}. */
const conformanceCellSchema = z.object({
  check: z.enum(CHECK_NAMES as readonly [CheckName, ...CheckName[]]),
  set: z.enum(CHECK_SETS as readonly [CheckSet, ...CheckSet[]]),
  family: z.enum(["ipv4", "ipv6"]),
  /** The socket by which it was tried; null where it makes no difference. */
  protocol: z.enum(EXCHANGE_PROTOCOLS).nullable(),
  result: z.enum(CELL_RESULTS),
  /** What the variant's own description says. */
  expected: z.enum(CELL_RESULTS),
  /** What was seen, in words: who answered whom, or how the question ended and where it was last counted. */
  evidence: z.string(),
  /** The description's reason, where it expects anything else than that it works. */
  because: z.string().optional(),
});
/** One exchange, or a few of one kind, with what came of them. */
export type ConformanceCell = z.infer<typeof conformanceCellSchema>;

/** Schema of {@link VariantConformance}. */
const variantConformanceSchema = z.object({
  variant: z.string(),
  /** Why nothing could be tried; the cells are then empty. */
  failure: z.object({ status: z.enum(["unsupported", "failed"]), reason: z.string() }).optional(),
  cells: z.array(conformanceCellSchema),
  /** What building the variant's ground, loading into it and trying took; absent in older files, and where several are tried side by side. */
  seconds: z.number().nonnegative().optional(),
});
/** The cells of one variant. */
export type VariantConformance = z.infer<typeof variantConformanceSchema>;

/** Schema name and version of a conformance. */
export const CONFORMANCE_SCHEMA = "podwire/conformance@1";

/** Schema of what `podwire lab conformance --json` and `podwire cluster conformance --json` print. */
export const conformanceSchema = z.object({ schema: z.literal(CONFORMANCE_SCHEMA), variants: z.array(variantConformanceSchema) });
/** What works on which variants. */
export type Conformance = z.infer<typeof conformanceSchema>;

/** Schema of {@link RunConformance}. */
export const runConformanceSchema = conformanceSchema.extend({
  /** What trying took, which no budget counts. */
  seconds: z.number().nonnegative(),
});
/** What works on the modes of a run, tried after its measuring. */
export type RunConformance = z.infer<typeof runConformanceSchema>;

/** Cells in which packets contradict the variant's description: a defect of podwire's, or a network that is not what it is described as. */
export const contradictions = ({ cells }: VariantConformance): readonly ConformanceCell[] =>
  cells.filter(({ result, expected }) => result !== expected);
