import { expect, test } from "vitest";
import { CounterFiles } from "./counter-files.js";
import { CounterReader } from "./readings.js";

test("the clock is read after the counters, at both ends of an interval", async () => {
  const own = await CounterFiles.open(undefined);
  const seen: bigint[] = [];
  const read = own.read.bind(own);
  own.read = () => {
    const texts = read();
    seen.push(process.hrtime.bigint());
    return texts;
  };
  const readings = new CounterReader();
  for (const taken of [readings.take([["a", own]]), readings.take([["a", own]])]) expect(taken.clock).toBeGreaterThan(seen.shift() ?? 0n);
});
