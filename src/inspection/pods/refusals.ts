/**
 * A route that leads nowhere is the kernel's own answer, and says more than that nothing could be read. Sources: ip-route(8) (types unreachable, blackhole,
 * prohibit), Linux net/ipv4/fib_semantics.c (fib_props: the error of each type), net/ipv4/route.c (inet_rtm_getroute answers with it).
 * @packageDocumentation
 */
import { parseRoutes, type Route } from "./links.js";
import { type Look, printed, ROUTES, routeTo, written } from "./look.js";
import { routeFor } from "./prefixes.js";

/** By the kernel's words in a C library's English: what kind of route gives them. */
const TYPES: Readonly<Record<string, string>> = {
  "No route to host": "unreachable",
  "Invalid argument": "blackhole",
  "Permission denied": "prohibit",
};

/** What the kernel answered instead of a way. */
export interface Refusal {
  /** `node-2 sends nothing to pod-a: its route is unreachable 198.19.1.0/24 of BIRD`. */
  readonly sentence: string;
}

/** Why the kernel of a look would send nothing to an address; undefined where it would, or did not answer. */
export function refusalOf(look: Look, target: { readonly id: string; readonly address: string }): Refusal | undefined {
  const answer = look.answers[written(routeTo(target.address))];
  const words = answer !== undefined && "problem" in answer ? /RTNETLINK answers: (.+)/.exec(answer.problem)?.[1]?.trim() : undefined;
  if (words === undefined) return undefined;
  const who = look.network === "host" ? look.node : look.id;
  const nothing = `${who} sends nothing to ${target.id} (${target.address})`;
  if (words === "Network is unreachable") return { sentence: `${nothing}: it has no route there` };
  const type = TYPES[words];
  if (type === undefined) return { sentence: `${nothing}: its kernel answers "${words}"` };
  const route = routeFor(target.address, parseRoutes(printed(look, ROUTES) ?? "") ?? []);
  return { sentence: `${nothing}: its route there is \`${route?.type === type ? routeText(route) : type}\`` };
}

const routeText = ({ type, to, protocol }: Route): string =>
  `${type ?? ""} ${to}${protocol === undefined ? "" : ` proto ${protocol}`}`.trim();
