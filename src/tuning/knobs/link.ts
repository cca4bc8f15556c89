/**
 * Attributes of a link, and its root qdisc.
 * @packageDocumentation
 */
import type { LinkKnob, QdiscKnob } from "../contract.js";
import { fieldsOf, type KnobForm } from "./form.js";

/** Names in `ip -json`. */
const FIELDS = { mtu: "mtu", txqueuelen: "txqlen", gso_max_size: "gso_max_size" } as const;

export const LINK: KnobForm<LinkKnob> = {
  title: ({ device, attribute }) => `${attribute} of ${device}`,
  reading: ({ device }) => ({ argv: ["ip", "-json", "-details", "link", "show", "dev", device] }),
  valueIn: ({ attribute }, text) => numberIn(text, FIELDS[attribute]),
  writing: ({ device, attribute }, value) => ({ argv: ["ip", "link", "set", "dev", device, attribute, value] }),
};

/** A number of the one link that ip printed. */
function numberIn(json: string, field: string): string | undefined {
  const links: unknown = JSON.parse(json);
  const link: unknown = Array.isArray(links) ? links.find((one) => typeof one === "object" && one !== null && field in one) : undefined;
  const value: unknown = typeof link === "object" && link !== null ? (link as Record<string, unknown>)[field] : undefined;
  return typeof value === "number" ? String(value) : undefined;
}

/** What a device has that no one gave it one: tc prints the handle `0:`. */
export const DEFAULT_QDISC = "default";

export const QDISC: KnobForm<QdiscKnob> = {
  title: ({ device }) => `root qdisc of ${device}`,
  reading: ({ device }) => ({ argv: ["tc", "qdisc", "show", "dev", device, "root"] }),
  valueIn: (_, text) => rootQdiscIn(text),
  writing: ({ device }, value) =>
    value === DEFAULT_QDISC
      ? { argv: ["tc", "qdisc", "delete", "dev", device, "root"] }
      : { argv: ["tc", "qdisc", "replace", "dev", device, "root", ...value.split(" ")] },
  // What is asked for names some options, what tc prints has them all.
  satisfies: (read, asked) => read === asked || kindOf(read) === asked,
};

const kindOf = (qdisc: string): string | undefined => qdisc.split(" ")[0];

/** The root qdisc in `tc qdisc show dev DEVICE root`: `qdisc tbf 8001: root refcnt 2 rate 500Mbit ...`. */
function rootQdiscIn(text: string): string {
  const found = /^qdisc (\S+) (\S+): (?:dev \S+ )?root (?:refcnt \d+ ?)?(.*)$/m.exec(text);
  if (found === null || found[2] === "0") return DEFAULT_QDISC;
  return fieldsOf(`${found[1] ?? ""} ${found[3] ?? ""}`);
}
