/**
 * A profile for pprof: the message `perftools.profiles.Profile` (github.com/google/pprof, proto/profile.proto) in the wire format of protocol buffers.
 * @packageDocumentation
 */
import type { FoldedStack } from "./fold.js";
import { NameTable } from "./stack-tree.js";

/** What is written beside the stacks. */
export interface PprofOptions {
  /** Samples a second and CPU. */
  readonly hertz: number;
  /** What it is a profile of; stands among its comments. */
  readonly title: string;
}

/** Numbers of fields in profile.proto. */
const PROFILE = { sampleType: 1, sample: 2, location: 4, function: 5, stringTable: 6, periodType: 11, period: 12, comment: 13 } as const;
const VALUE_TYPE = { type: 1, unit: 2 } as const;
const SAMPLE = { locationId: 1, value: 2 } as const;
const LOCATION = { id: 1, line: 4 } as const;
const LINE = { functionId: 1 } as const;
const FUNCTION = { id: 1, name: 2 } as const;

/** The message, not compressed. Values of a sample: how often it was taken, and nanoseconds of CPU time. */
export function pprofOf(stacks: readonly FoldedStack[], { hertz, title }: PprofOptions): Uint8Array {
  const strings = new NameTable();
  // The first string has to be the empty one.
  strings.placeOf("");
  const functions = new NameTable();
  const period = Math.round(1e9 / hertz);
  const valueType = (type: string, unit: string): Uint8Array =>
    message([varintField(VALUE_TYPE.type, strings.placeOf(type)), varintField(VALUE_TYPE.unit, strings.placeOf(unit))]);
  const types = [valueType("samples", "count"), valueType("cpu", "nanoseconds")];
  const samples = stacks.map(({ stack, weight }) =>
    message([
      // Innermost first. Ids begin with 1, since 0 stands for nothing.
      packedField(
        SAMPLE.locationId,
        [...stack].reverse().map((name) => functions.placeOf(name) + 1),
      ),
      packedField(SAMPLE.value, [Math.round(weight / period), Math.round(weight)]),
    ]),
  );
  const ids = functions.names.map((_, place) => place + 1);
  const fields = [
    ...types.map((type) => bytesField(PROFILE.sampleType, type)),
    ...samples.map((sample) => bytesField(PROFILE.sample, sample)),
    ...ids.map((id) =>
      bytesField(PROFILE.location, message([varintField(LOCATION.id, id), bytesField(LOCATION.line, varintField(LINE.functionId, id))])),
    ),
    ...functions.names.map((name, place) =>
      bytesField(PROFILE.function, message([varintField(FUNCTION.id, place + 1), varintField(FUNCTION.name, strings.placeOf(name))])),
    ),
    bytesField(PROFILE.periodType, valueType("cpu", "nanoseconds")),
    varintField(PROFILE.period, period),
    varintField(PROFILE.comment, strings.placeOf(title)),
  ];
  // Strings last: what stands before has put its own into the table.
  return message([...fields, ...strings.names.map((text) => bytesField(PROFILE.stringTable, new TextEncoder().encode(text)))]);
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

const [VARINT, LENGTH] = [0, 2];

const key = (field: number, type: number): number[] => varint(field * 8 + type);

const varintField = (field: number, value: number): Uint8Array => Uint8Array.from([...key(field, VARINT), ...varint(value)]);

const bytesField = (field: number, bytes: Uint8Array): Uint8Array =>
  message([Uint8Array.from([...key(field, LENGTH), ...varint(bytes.length)]), bytes]);

const packedField = (field: number, values: readonly number[]): Uint8Array => bytesField(field, Uint8Array.from(values.flatMap(varint)));

function message(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}
