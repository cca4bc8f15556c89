import fc from "fast-check";
import { expect, test } from "vitest";
import { sample } from "../../../test/synthetic/profile.js";
import { type FoldedStack, foldStacks, toolsOf } from "./fold.js";
import { pprofOf } from "./pprof.js";
import { speedscopeText } from "./speedscope.js";

/** Fields of a message in the wire format: numbers and bytes by the number of the field. */
function fieldsOf(bytes: Uint8Array): Map<number, (number | Uint8Array)[]> {
  const fields = new Map<number, (number | Uint8Array)[]>();
  let place = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = bytes[place] ?? Number.NaN;
      place += 1;
      value += (byte % 0x80) * factor;
      factor *= 0x80;
      if (!(byte >= 0x80)) return value;
    }
  };
  while (place < bytes.length) {
    const key = varint();
    const type = key % 8;
    if (type !== 0 && type !== 2) throw new Error(`type ${String(type)} at ${String(place)}`);
    let value: number | Uint8Array = varint();
    if (type === 2) {
      const end = place + value;
      if (end > bytes.length) throw new Error("a field is longer than its message");
      value = bytes.subarray(place, end);
      place = end;
    }
    fields.set(Math.floor(key / 8), [...(fields.get(Math.floor(key / 8)) ?? []), value]);
  }
  return fields;
}

const messages = (values: readonly (number | Uint8Array)[] = []): Uint8Array[] => values.filter((value) => value instanceof Uint8Array);
const number = (fields: ReturnType<typeof fieldsOf>, field: number): number => Number(fields.get(field)?.[0] ?? 0);

/** The numbers of a packed field. */
const packed = (bytes: Uint8Array): number[] => {
  const numbers: number[] = [];
  let [value, factor] = [0, 1];
  for (const byte of bytes) {
    value += (byte % 0x80) * factor;
    factor *= 0x80;
    if (byte >= 0x80) continue;
    numbers.push(value);
    [value, factor] = [0, 1];
  }
  return numbers;
};

/** The stacks that a reader of profile.proto sees, by its field numbers. */
function decoded(bytes: Uint8Array): FoldedStack[] {
  const profile = fieldsOf(bytes);
  const strings = messages(profile.get(6)).map((text) => new TextDecoder().decode(text));
  expect(strings[0]).toBe("");
  const functions = new Map(messages(profile.get(5)).map((one) => [number(fieldsOf(one), 1), strings[number(fieldsOf(one), 2)] ?? "?"]));
  const locations = new Map(
    messages(profile.get(4)).map((one) => {
      const fields = fieldsOf(one);
      const [line] = messages(fields.get(4));
      return [number(fields, 1), functions.get(number(fieldsOf(line ?? new Uint8Array()), 1)) ?? "?"];
    }),
  );
  return messages(profile.get(2)).map((one) => {
    const fields = fieldsOf(one);
    const [ids = new Uint8Array()] = messages(fields.get(1));
    const [values = new Uint8Array()] = messages(fields.get(2));
    return {
      stack: packed(ids)
        .map((id) => locations.get(id) ?? "?")
        .reverse(),
      weight: packed(values)[1] ?? 0,
    };
  });
}

const stacks = fc.array(sample).map((samples) => foldStacks(samples, toolsOf(["ab"])));

test("a reader of profile.proto sees the stacks that were written", () => {
  fc.assert(
    fc.property(stacks, (some) => {
      expect(decoded(pprofOf(some, { hertz: 997, title: "a title" }))).toEqual(some);
    }),
  );
});

test("types of samples and the period are those of CPU profiles", () => {
  const profile = fieldsOf(pprofOf([], { hertz: 1000, title: "a title" }));
  const strings = messages(profile.get(6)).map((text) => new TextDecoder().decode(text));
  const typeOf = (bytes: Uint8Array) => [strings[number(fieldsOf(bytes), 1)], strings[number(fieldsOf(bytes), 2)]];
  expect(messages(profile.get(1)).map(typeOf)).toEqual([
    ["samples", "count"],
    ["cpu", "nanoseconds"],
  ]);
  expect(messages(profile.get(11)).map(typeOf)).toEqual([["cpu", "nanoseconds"]]);
  expect(number(profile, 12)).toBe(1_000_000);
  expect(strings[number(profile, 13)]).toBe("a title");
});

interface Speedscope {
  readonly shared: { readonly frames: readonly { readonly name: string }[] };
  readonly profiles: readonly {
    readonly name: string;
    readonly samples: number[][];
    readonly weights: number[];
    readonly endValue: number;
  }[];
}

test("speedscope's file has each profile's stacks, over one list of frames", () => {
  fc.assert(
    fc.property(stacks, stacks, (host, pods) => {
      const file = JSON.parse(
        speedscopeText(
          [
            { name: "host", stacks: host },
            { name: "pods", stacks: pods },
          ],
          "title",
        ),
      ) as Speedscope;
      const read = file.profiles.map(({ samples, weights }) =>
        samples.map((stack, place) => ({ stack: stack.map((one) => file.shared.frames[one]?.name), weight: weights[place] })),
      );
      expect(read).toEqual([host, pods]);
      for (const { weights, endValue } of file.profiles) expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(endValue);
    }),
  );
});
