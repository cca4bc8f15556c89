/**
 * What a run will send, in words.
 * @packageDocumentation
 */
import type { LinkTraffic, Traffic } from "../../venues/cluster/objects/traffic.js";

/** One sentence a link. */
export function trafficSentences({ links, atBitsPerSecond, capped }: Traffic): string[] {
  const rate = `${String(atBitsPerSecond / 1e9)} Gbit/s`;
  const counted = capped
    ? `every generator is capped at ${rate}`
    : `counted at ${rate}; nothing caps the generators unless --max-rate does`;
  return links.map((link) => `${sentenceOf(link)} (${counted})`);
}

const sentenceOf = ({ link, seconds, bytes, paths }: LinkTraffic): string =>
  `load ${link}: at most ${seconds.toFixed(0)} s, ${gigabytes(bytes)}, for ${paths.join(", ")}`;

const gigabytes = (bytes: number): string => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(0)} MB`);
