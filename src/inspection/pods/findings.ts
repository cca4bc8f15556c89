/**
 * What pods and nodes show that is amiss.
 * @packageDocumentation
 */
import type { Finding } from "../../model/inspection.js";
import { pathMtu, sentAtOnce } from "../../model/path-mtu.js";
import type { AttachmentSeen, PodMtu } from "./attachment.js";
import { from, type Look, routeTo } from "./look.js";
import { refusalOf } from "./refusals.js";
import type { WaySeen } from "./way.js";

/** Ways that a kernel refuses, and MTUs that do not go together. `attachments` are those of the pods, in their order. */
export const findingsIn = (pods: readonly Look[], attachments: readonly AttachmentSeen[], ways: readonly WaySeen[]): readonly Finding[] => [
  ...ways.flatMap((one) => ("why" in one && one.refused === true ? [amiss("podRoutes", one.why, one.from)] : [])),
  ...pods.flatMap((pod) => pods.filter(({ node }) => node !== pod.node).flatMap((other) => refusedIn(pod, other))),
  ...differingMtu(pods, attachments),
  ...routesAboveLinks(pods, attachments),
  ...byDestination(pods, attachments),
  ...asFarEndAsks(pods, attachments),
];

const amiss = (claim: string, text: string, from?: string): Finding => ({ claim, text, ...(from === undefined ? {} : { from }) });

const mtuAt = (seen: readonly AttachmentSeen[], place: number): PodMtu | undefined => {
  const one = seen[place];
  return one === undefined || "why" in one ? undefined : one.mtu;
};

/** A pod that puts different amounts into one packet for different destinations: a route or what path-MTU discovery taught says so of some of them. */
function byDestination(pods: readonly Look[], seen: readonly AttachmentSeen[]): Finding[] {
  return pods.flatMap(({ id }, place) => {
    const sizes = (mtuAt(seen, place)?.towards ?? []).map((one) => ({ id: one.id, bytes: sentAtOnce(one.sizes).bytes }));
    if (new Set(sizes.map(({ bytes }) => bytes)).size < 2) return [];
    const each = sizes.map((one) => `${String(one.bytes)} to ${one.id}`).join(", ");
    return [amiss("mtu.podPath", `${id} puts different amounts into one packet by destination: ${each} bytes`)];
  });
}

/** TCP heeds the segment size that the far end's route advertises (`advmss`), which no route of the sender shows. */
function asFarEndAsks(pods: readonly Look[], seen: readonly AttachmentSeen[]): Finding[] {
  return pods.flatMap((near, place) =>
    (mtuAt(seen, place)?.towards ?? []).flatMap(({ id, sizes }): Finding[] => {
      const there = pods.findIndex((one) => one.id === id);
      const far = mtuAt(seen, there)?.towards.find((one) => one.id === near.id)?.sizes;
      const path = pathMtu(sizes, far, pods[there]?.address ?? "");
      if (far?.advmss === undefined || path.by !== "far end") return [];
      const text = `TCP packets from ${near.id} to ${id} have ${String(path.bytes)} bytes, where its kernel would send ${String(sentAtOnce(sizes).bytes)}: ${id} asks for segments of ${String(far.advmss)} (advmss)`;
      return [amiss("mtu.podPath", text)];
    }),
  );
}

function refusedIn(pod: Look, other: Look): Finding[] {
  const refusal = refusalOf(pod, other);
  return refusal === undefined ? [] : [amiss("podRoutes", refusal.sentence, from(pod, routeTo(other.address)))];
}

/** Linux takes a route's MTU for IPv4 whatever the link's is (net/ipv4/route.c; tried with 6.18: segments of 8948 bytes over a link of 1500, and drops). */
function routesAboveLinks(pods: readonly Look[], seen: readonly AttachmentSeen[]): Finding[] {
  return pods.flatMap(({ id }, place) => {
    const { route, link = 0 } = mtuAt(seen, place) ?? {};
    if (route === undefined || route <= link) return [];
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
    const mtu = mtuAt(seen, place);
    return mtu === undefined ? [] : [{ id, bytes: mtu.path.bytes }];
  });
  if (new Set(sizes.map(({ bytes }) => bytes)).size < 2) return [];
  return [
    amiss(
      "mtu.podPath",
      `pods put different amounts into one packet: ${sizes.map(({ id, bytes }) => `${id} ${String(bytes)}`).join(", ")} bytes`,
    ),
  ];
}
