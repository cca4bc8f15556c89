import { expect, test } from "vitest";
import { realClock } from "../machine/clock.js";
import type { Ending, LineProcess } from "../machine/ports.js";
import { seconds } from "../units/quantity.js";
import { TuningError } from "./error.js";
import { GUARD_WORDS, startGuard } from "./lease.js";
import { afterTakingBack, NotTakenBackError } from "./not-taken-back.js";

const first = new TuningError("the path is gone");

test("an error stays what it is where its guard takes everything back", async () => {
  expect(await afterTakingBack(first, { takeBack: async () => Promise.resolve("") })).toBe(first);
});

test("neither the error nor what kept the guard from its work hides the other", async () => {
  const failure = new Error("the guard's input is closed");
  const both = await afterTakingBack(first, { takeBack: async () => Promise.reject(failure) });
  expect(both).toBeInstanceOf(NotTakenBackError);
  expect(both).toMatchObject({
    errors: [first, failure],
    message:
      "the path is gone; and its guard could not take everything back: the guard's input is closed. `podwire tune status` tells what stands.",
  });
  const told = await afterTakingBack(first, {
    takeBack: async () => Promise.resolve("podwire: mtu of eth0 is 9000: someone else\npodwire: x"),
  });
  expect(told).toMatchObject({
    message: expect.stringContaining("back: mtu of eth0 is 9000: someone else x. `podwire tune status`") as string,
  });
});

/** A guard that is ready at once, and ends so when its input closes. */
async function guardEnding(ending: Partial<Ending>): Promise<string> {
  let end: (ending: Ending) => void = () => undefined;
  const ended = new Promise<Ending>((resolve) => {
    end = resolve;
  });
  const process: LineProcess = {
    ...{ pid: 1, send: () => undefined, kill: () => undefined, ended },
    closeInput: () => {
      end({ exitCode: 0, signal: undefined, stderr: "", ...ending });
    },
  };
  const processes = {
    start: (_: readonly string[], onLine: (line: string) => void) => {
      queueMicrotask(() => {
        onLine(GUARD_WORDS.ready);
      });
      return process;
    },
  };
  const guard = await startGuard({ processes, clock: realClock, program: ["podwire"] }, seconds(60));
  return guard.takeBack();
}

test("a guard that was killed before it took anything back does not pass for one that did", async () => {
  expect(await guardEnding({})).toBe("");
  expect(await guardEnding({ exitCode: undefined, signal: "SIGKILL" })).toBe("the guard ended (SIGKILL)");
  expect(await guardEnding({ exitCode: 1, stderr: "podwire: the disk is full\n" })).toBe("podwire: the disk is full");
});
