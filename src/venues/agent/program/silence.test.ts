import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchSilence } from "./silence.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const watched = () => {
  const acts: string[] = [];
  const heard = watchSilence([
    { after: 2_000, act: () => acts.push("stop") },
    { after: 60_000, act: () => acts.push("leave") },
  ]);
  return { acts, heard };
};

test("each limit acts once in a silence", async () => {
  const { acts } = watched();
  await vi.advanceTimersByTimeAsync(1_999);
  expect(acts).toEqual([]);
  await vi.advanceTimersByTimeAsync(10);
  expect(acts).toEqual(["stop"]);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(acts).toEqual(["stop", "leave"]);
});

test("a line begins anew, after a limit has acted too", async () => {
  const { acts, heard } = watched();
  for (const pause of [1_900, 1_900, 30_000, 1_900]) {
    heard();
    await vi.advanceTimersByTimeAsync(pause);
  }
  expect(acts).toEqual(["stop"]);
  heard();
  await vi.advanceTimersByTimeAsync(2_100);
  expect(acts).toEqual(["stop", "stop"]);
});

test("a line that was waiting while the process itself was held up counts", async () => {
  const { acts, heard } = watched();
  // Due timers come first when the process wakes up, then what has arrived.
  vi.advanceTimersByTime(2_000);
  heard();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(acts).toEqual([]);
});
