/**
 * What can be done with a knob of any kind.
 * @packageDocumentation
 */
import type { Knob } from "../contract.js";
import { COALESCING, OFFLOAD, RING } from "./ethtool.js";
import { DEVICE_FILE, MACHINE_FILE, SYSCTL } from "./files.js";
import type { Call, KnobForm, Reading } from "./form.js";
import { LINK, QDISC } from "./link.js";
import { OWN_RULES } from "./own-rules.js";

type Kind = Knob["kind"];

const FORMS: { readonly [K in Kind]: KnobForm<Extract<Knob, { readonly kind: K }>> } = {
  sysctl: SYSCTL,
  "device-file": DEVICE_FILE,
  "machine-file": MACHINE_FILE,
  offload: OFFLOAD,
  ring: RING,
  coalescing: COALESCING,
  link: LINK,
  qdisc: QDISC,
  "own-rules": OWN_RULES,
};

/** The form of a knob's kind. Each form takes only knobs of its kind, which the table above holds to. */
const formOf = (knob: Knob): KnobForm<Knob> => FORMS[knob.kind] as unknown as KnobForm<Knob>;

/** Its name for people, unique on a node. */
export const titleOf = (knob: Knob): string => formOf(knob).title(knob);

/** Where its value is read from. */
export const readingOf = (knob: Knob): Reading => formOf(knob).reading(knob);

/** The value in what was read; undefined where the node has no such knob. */
export const valueIn = (knob: Knob, text: string): string | undefined => formOf(knob).valueIn(knob, text);

/** The value that a failed reading means, if it means one. */
export const valueOfFailure = (knob: Knob, words: string): string | undefined => formOf(knob).valueOfFailure?.(knob, words);

/** The command that gives it a value; `text` is what was last read of it. */
export const writingOf = (knob: Knob, value: string, text = ""): Call => formOf(knob).writing(knob, value, text);

/** Whether a value that was read is the one that was asked for. */
export const satisfies = (knob: Knob, read: string, asked: string): boolean => formOf(knob).satisfies?.(read, asked) ?? read === asked;

/** The device that a knob is of; undefined for the others. */
export const deviceOf = (knob: Knob): string | undefined => ("device" in knob ? knob.device : undefined);
