/**
 * Decides what each figure was measured between: from what its tool says, the words and the command above it, its addresses, and at last
 * the file's name. Where these disagree, or none is there, the figure stays unplaced and says why.
 * @packageDocumentation
 */

import type { FileFindings, Recognised } from "../findings.js";
import { modeOf } from "../where/modes.js";
import { type Role, roleOfFileName } from "../where/places.js";
import { contains, type Network, readNetwork } from "./networks.js";

/** What a comparison can be made of. */
export type Placement = "host" | "pod" | "service";

/** A figure with its file. */
export interface Located extends Recognised {
  readonly file: string;
}

/** A figure and where it belongs. */
export interface Placed {
  readonly figure: Located;
  readonly role: Placement | undefined;
  /** Why it is placed so, or why it is not placed. */
  readonly why: readonly string[];
  readonly subject: string | undefined;
  readonly subjectWhy: string | undefined;
}

interface Evidence {
  readonly role: Role;
  readonly why: string;
}

interface KnownNetwork {
  readonly network: Network;
  readonly role: Placement;
  readonly why: string;
}

/** Networks that a distribution takes unless told otherwise: the weakest evidence, used where there is no other. */
const CUSTOMARY: readonly KnownNetwork[] = (
  [
    ["10.244.0.0/16", "pod", "10.244.0.0/16 is the customary pod network of flannel and kubeadm"],
    ["10.42.0.0/16", "pod", "10.42.0.0/16 is the customary pod network of k3s"],
    ["172.17.0.0/16", "pod", "172.17.0.0/16 is docker0's customary network"],
  ] as const
).flatMap(([text, role, why]) => {
  const network = readNetwork(text);
  return network === undefined ? [] : [{ network, role, why }];
});

const NO_COUNTERPART: Readonly<Partial<Record<Role, string>>> = {
  "pod-host": "a path with a pod at one end and a host at the other has no counterpart between hosts",
  "same-node": "a path on one machine does not use the wire: there is no counterpart between hosts",
  outside: "a path that leaves the cluster has no counterpart between hosts",
};

/** Places all figures of all files. Figures of one file may be placed by what another says of their addresses. */
export function place(files: readonly FileFindings[]): readonly Placed[] {
  const figures = files.flatMap(({ file, figures: own }) => own.map((figure): Located => ({ ...figure, file })));
  const told = knownNetworks(files);
  const first = figures.map((figure) => placeBySaying(figure, told));
  const learned = learnedAddresses(first);
  return first
    .map((placed) => (placed.role === undefined && placed.why.length === 0 ? placeByRest(placed, learned) : placed))
    .map(withoutNetworkOfPods);
}

/** The network that stands above a figure and that only the pods have. */
export const networkOfPods = ({ stated, surroundings }: Placed["figure"]): string | undefined =>
  stated?.subject === undefined && surroundings.subject?.ofPods === true ? surroundings.subject.what : undefined;

/** Hosts' figures stand under no mode where only the pods have it. */
function withoutNetworkOfPods(placed: Placed): Placed {
  return placed.role === "host" && networkOfPods(placed.figure) !== undefined
    ? { ...placed, subject: undefined, subjectWhy: undefined }
    : placed;
}

function knownNetworks(files: readonly FileFindings[]): readonly KnownNetwork[] {
  return files.flatMap(({ file, addresses }) =>
    addresses.flatMap(({ network: text, role, how, line }): KnownNetwork[] => {
      const network = readNetwork(text);
      return network === undefined
        ? []
        : [
            {
              network,
              role,
              why: `${text} is ${role === "pod" ? "the pods'" : role === "host" ? "a host's" : "a Service's"} (${file}:${String(line)}, ${how})`,
            },
          ];
    }),
  );
}

function placeBySaying(figure: Located, told: readonly KnownNetwork[]): Placed {
  const { stated } = figure;
  const subject = subjectFor(figure);
  if (stated?.role !== undefined) return decided(figure, [{ role: stated.role, why: stated.how }], subject);
  const words = wordEvidence(figure);
  const byAddress = addressEvidence(figure.addresses, told);
  // That a bare command followed one in a pod says nothing where its addresses do.
  const said =
    words.evidence.every(({ role }) => role === "unclear") && figure.surroundings.command?.what === "unclear" ? [] : words.evidence;
  return decided(figure, [...(byAddress.length > 0 ? said : words.evidence), ...byAddress], subject, words.contradiction);
}

/**
 * What the words above a figure and the command that printed it say. Where the command itself says where it ran, that counts more than the
 * words, and a contradiction is reported; words that say more (a Service, one node, the host's network) complete it.
 */
function wordEvidence({ surroundings, file }: Located): { readonly evidence: readonly Evidence[]; readonly contradiction?: string } {
  const { role, command, hostNetwork } = surroundings;
  const byWords: Evidence[] =
    role === undefined ? [] : [{ role: role.what, why: `the words in ${file}:${String(role.line)}: "${role.text}"` }];
  if (command === undefined) return { evidence: byWords };
  const byCommand: Evidence = { role: command.what, why: `the command in ${file}:${String(command.line)}: "${command.text}"` };
  if (command.what === "unclear" || command.what === "pod-host") return { evidence: [byCommand] };
  if (role === undefined || role.what === command.what) return { evidence: [...byWords, byCommand] };
  if (role.what === "unclear" || role.what === "topology") return { evidence: [byCommand] };
  if (role.what === "host" && command.what === "pod" && hostNetwork) return { evidence: byWords };
  if (role.what !== "host" && role.what !== "pod") return { evidence: [...byWords, byCommand] };
  return {
    evidence: [byCommand],
    contradiction: `the words in ${file}:${String(role.line)} say ${role.what}s, the command says ${command.what}s: the command counts`,
  };
}

type Subject = Pick<Placed, "subject" | "subjectWhy">;

function subjectFor({ stated, surroundings, file, line }: Located): Subject {
  if (stated?.subject === null) return { subject: undefined, subjectWhy: undefined };
  if (stated?.subject !== undefined) return { subject: stated.subject, subjectWhy: `the line itself, ${file}:${String(line)}` };
  const above = surroundings.subject;
  if (above !== undefined) return { subject: above.what, subjectWhy: `the words in ${file}:${String(above.line)}: "${above.text}"` };
  const named = modeOf((file.split(/[\\/]/).at(-1) ?? file).replace(/[_.]+/g, " "));
  return { subject: named, subjectWhy: named === undefined ? undefined : `the file's name, ${file}` };
}

/** One role from all evidence, or the reason why there is none. No evidence at all gives neither. */
function decided(figure: Located, evidence: readonly Evidence[], subject: Subject, contradiction?: string): Placed {
  const base = {
    figure: contradiction === undefined ? figure : { ...figure, notes: [...(figure.notes ?? []), contradiction] },
    ...subject,
  };
  const why = evidence.map((one) => one.why);
  const dead = evidence.find(({ role }) => NO_COUNTERPART[role] !== undefined);
  if (dead !== undefined) return { ...base, role: undefined, why: [NO_COUNTERPART[dead.role] ?? "", dead.why] };
  const clear = new Set(
    evidence.map(({ role }) => role).filter((role): role is Placement => role === "host" || role === "pod" || role === "service"),
  );
  if (clear.has("service")) clear.delete("pod");
  const [role, ...others] = [...clear].sort();
  if (others.length > 0) return { ...base, role: undefined, why: ["what is said about it disagrees", ...why] };
  // Words that name both sides alike leave nothing to customary networks and file names.
  if (role !== undefined && evidence.every((one) => one.role !== "unclear")) return { ...base, role, why };
  if (why.length === 0) return { ...base, role: undefined, why };
  const topology = evidence.every((one) => one.role === "topology");
  const doubt = topology
    ? "the words say where the ends are, not what they are"
    : evidence.some(({ why: text }) => text.startsWith("the command"))
      ? "nothing says where this command ran: one before it ran elsewhere"
      : "the words name hosts and pods alike";
  return { ...base, role: undefined, why: [doubt, ...why] };
}

/** What the addresses of an output say by the networks that they lie in; the narrowest network counts. */
function addressEvidence(addresses: readonly string[], networks: readonly KnownNetwork[]): readonly Evidence[] {
  const loopback = addresses.find((address) => /^(?:127\.|::1$)/.test(address));
  if (loopback !== undefined) return [{ role: "same-node", why: `the address ${loopback} is of loopback` }];
  const found = addresses.flatMap((address): { readonly address: string; readonly role: Placement; readonly why: string }[] => {
    const around = networks.filter(({ network }) => contains(network, address)).sort((a, b) => b.network.length - a.network.length);
    const narrowest = around.filter(({ network }) => network.length === around[0]?.network.length);
    const roles = new Set(narrowest.map(({ role }) => role));
    return narrowest[0] === undefined || roles.size > 1
      ? []
      : [{ address, role: narrowest[0].role, why: `the address ${address}: ${narrowest[0].why}` }];
  });
  const roles = new Set(found.map(({ role }) => role));
  if (roles.has("host") && roles.has("pod")) return [{ role: "pod-host", why: found.map(({ why }) => why).join("; ") }];
  const wanted = roles.has("service") ? "service" : [...roles][0];
  const first = found.find(({ role }) => role === wanted);
  return first === undefined ? [] : [first];
}

/** Addresses of figures that words have placed, where all of these agree. */
function learnedAddresses(placed: readonly Placed[]): readonly KnownNetwork[] {
  const seen = new Map<string, { readonly role: Placement; readonly why: string } | undefined>();
  for (const { figure, role } of placed) {
    if (role === undefined) continue;
    for (const address of figure.addresses) {
      const known = seen.get(address);
      const agrees = !seen.has(address) || known?.role === role;
      seen.set(
        address,
        agrees ? (known ?? { role, why: `${address} is a ${role}'s elsewhere (${figure.file}:${String(figure.line)})` }) : undefined,
      );
    }
  }
  return [...seen].flatMap(([address, known]): KnownNetwork[] => {
    const network = readNetwork(address);
    return known === undefined || network === undefined ? [] : [{ network, ...known }];
  });
}

function placeByRest(placed: Placed, learned: readonly KnownNetwork[]): Placed {
  const { figure } = placed;
  const subject = { subject: placed.subject, subjectWhy: placed.subjectWhy };
  const byAddress = [learned, CUSTOMARY]
    .map((networks) => addressEvidence(figure.addresses, networks))
    .find((evidence) => evidence.length > 0);
  if (byAddress !== undefined) return decided(figure, byAddress, subject);
  const named = roleOfFileName(figure.file);
  if (named !== undefined) return decided(figure, [{ role: named, why: `the file's name, ${figure.file}` }], subject);
  return { ...placed, why: ["nothing says whether hosts or pods were measured"] };
}
