/**
 * What pods and nodes show that is amiss.
 * @packageDocumentation
 */
import type { Finding } from "../../model/inspection.js";
import type { AttachmentSeen } from "./attachment.js";
import { from, type Look, routeTo } from "./look.js";
import { refusalOf } from "./refusals.js";
import type { WaySeen } from "./way.js";

/** Ways that a kernel refuses, and MTUs that do not go together. `attachments` are those of the pods, in their order. */
export const findingsIn = (pods: readonly Look[], attachments: readonly AttachmentSeen[], ways: readonly WaySeen[]): readonly Finding[] => [
  ...ways.flatMap((one) => ("why" in one && one.refused === true ? [amiss("podRoutes", one.why, one.from)] : [])),
  ...pods.flatMap((pod) => pods.filter(({ node }) => node !== pod.node).flatMap((other) => refusedIn(pod, other))),
  ...differingMtu(pods, attachments),
  ...routesAboveLinks(pods, attachments),
];

const amiss = (claim: string, text: string, from?: string): Finding => ({ claim, text, ...(from === undefined ? {} : { from }) });

function refusedIn(pod: Look, other: Look): Finding[] {
  const refusal = refusalOf(pod, other);
  return refusal === undefined ? [] : [amiss("podRoutes", refusal.sentence, from(pod, routeTo(other.address)))];
}

/** Linux takes a route's MTU for IPv4 whatever the link's is (net/ipv4/route.c; tried with 6.18: segments of 8948 bytes over a link of 1500, and drops). */
function routesAboveLinks(pods: readonly Look[], seen: readonly AttachmentSeen[]): Finding[] {
  return pods.flatMap(({ id }, place) => {
    const one = seen[place];
    if (one === undefined || "why" in one || one.mtu.route === undefined || one.mtu.route <= one.mtu.link) return [];
    const { route, link } = one.mtu;
    return [
      amiss(
        "mtu.podRoute",
        `${id} has a route with an MTU of ${String(route)} bytes over a link of ${String(link)}: its kernel sends what the link drops`,
      ),
    ];
  });
}

/** Pods of one network that send packets of different sizes were made at different times, or by nodes that are set up differently. */
function differingMtu(pods: readonly Look[], seen: readonly AttachmentSeen[]): Finding[] {
  const sizes = pods.flatMap(({ id }, place) => {
    const one = seen[place];
    return one === undefined || "why" in one ? [] : [{ id, bytes: one.mtu.path.bytes }];
  });
  if (new Set(sizes.map(({ bytes }) => bytes)).size < 2) return [];
  return [
    amiss(
      "mtu.podPath",
      `pods put different amounts into one packet: ${sizes.map(({ id, bytes }) => `${id} ${String(bytes)}`).join(", ")} bytes`,
    ),
  ];
}
