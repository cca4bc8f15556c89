import { expect, test } from "vitest";
import { handClock } from "../../test/synthetic/hand-clock.js";
import { milliseconds } from "../units/quantity.js";
import type { LabMachine } from "../venues/lab/lab-agent.js";
import { type CliContext, progressTo, type Terminal } from "./context.js";

/** What is said of sentences that come so many milliseconds apart. */
async function said(isTTY: boolean | undefined, every: number, sentences: number): Promise<readonly string[]> {
  const clock = handClock();
  const lines: string[] = [];
  const live = { ...(isTTY === undefined ? {} : { isTTY }), write: () => true, on: () => undefined, off: () => undefined };
  const terminal = { live, err: (text: string) => lines.push(text) } as unknown as Terminal;
  const context: Pick<CliContext, "terminal" | "machine"> = { terminal, machine: { clock } as unknown as LabMachine };
  const say = progressTo(context);
  for (let place = 0; place < sentences; place += 1) {
    say(`trying ${String(place)}`);
    await clock.sleep(milliseconds(every));
  }
  return lines;
}

test("progress is said at most once in ten seconds where there is no terminal", async () => {
  expect(await said(false, 4_000, 7)).toEqual(["podwire: trying 0\n", "podwire: trying 3\n", "podwire: trying 6\n"]);
  expect(await said(undefined, 9_999, 3)).toEqual(["podwire: trying 0\n", "podwire: trying 2\n"]);
});

test("and as soon as ten seconds are over", async () => {
  expect(await said(false, 10_000, 3)).toHaveLength(3);
});

test("on a terminal every sentence is said", async () => {
  expect(await said(true, 0, 5)).toHaveLength(5);
});
