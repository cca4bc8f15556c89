import { expect, test } from "vitest";
import { Room } from "./cluster/room.js";

const NOTHING = () => Promise.resolve(0);
/** Whether a promise has settled once everything that could happen has. */
const settled = async (promise: Promise<unknown>): Promise<boolean> => {
  let done = false;
  promise.then(
    () => (done = true),
    () => undefined,
  );
  await new Promise((resolve) => setImmediate(resolve));
  return done;
};

test("who does not fit waits until room is given back", async () => {
  const room = new Room(NOTHING, 100);
  const giveBack = await room.take(60);
  const second = room.take(60);
  expect(await settled(second)).toBe(false);
  giveBack();
  expect(await settled(second)).toBe(true);
});

test("what is kept and idle is ended for who does not fit", async () => {
  const idle: number[] = [];
  const room = new Room(() => Promise.resolve(idle.pop() ?? 0), 100);
  await room.keep(50);
  await room.take(40);
  const third = room.take(30);
  expect(await settled(third)).toBe(false);
  idle.push(50);
  room.changed();
  expect(await settled(third)).toBe(true);
  expect(await settled(room.take(40))).toBe(false);
});

test("what failed to start gives back what was kept for it", async () => {
  const room = new Room(NOTHING, 100);
  await room.keep(70);
  await room.take(20);
  const next = room.keep(70);
  expect(await settled(next)).toBe(false);
  room.giveBack(70);
  expect(await settled(next)).toBe(true);
});

test("what has no room at all waits until it is alone", async () => {
  const room = new Room(NOTHING, 10);
  const giveBack = await room.take(5);
  const large = room.take(30);
  expect(await settled(large)).toBe(false);
  giveBack();
  expect(await settled(large)).toBe(true);
});

test("of two who wait for the same room one has it", async () => {
  const room = new Room(NOTHING, 100);
  const giveBack = await room.take(60);
  const waiting = [room.take(60), room.take(60)];
  giveBack();
  expect(await Promise.all(waiting.map(settled))).toEqual([true, false]);
});

test("who waits beside has what one spared and did not need", async () => {
  const idle: number[] = [];
  const room = new Room(() => Promise.resolve(idle.pop() ?? 0), 100);
  await room.keep(60);
  await room.take(40);
  const waiting = [room.take(30), room.take(30)];
  expect(await Promise.all(waiting.map(settled))).toEqual([false, false]);
  idle.push(60);
  room.changed();
  expect(await Promise.all(waiting.map(settled))).toEqual([true, true]);
});
