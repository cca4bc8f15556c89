import { describe, expect, test } from "vitest";
import type { Condition, ConditionStep } from "../contract.js";
import { Conditions, type RunAt } from "./conditions.js";
import type { RunOutcome } from "./protocol.js";

const ENDED: RunOutcome = { exitCode: 0, signal: undefined, timedOut: false, stdout: "", stderr: "" };
const KILLED: RunOutcome = { ...ENDED, exitCode: undefined, signal: "SIGKILL", timedOut: true };

const step = (name: string): ConditionStep => ({
  at: { id: "a", kind: "host" },
  reason: "a test",
  apply: { argv: ["apply", name] },
  undo: { argv: ["undo", name] },
});
const condition = (...names: readonly string[]): Condition => ({ name: "both", steps: names.map(step) });

/** Conditions of a venue that notes its commands; it answers as planned, or that all is well. */
function noting(answer: (words: string, nth: number) => RunOutcome | Promise<RunOutcome> | undefined = () => undefined) {
  const commands: string[] = [];
  const run: RunAt = async (_, { argv, stdin }) => {
    const words = [...argv, ...(stdin === undefined ? [] : [`< ${stdin}`])].join(" ");
    commands.push(words);
    return (await answer(words, commands.filter((one) => one === words).length - 1)) ?? ENDED;
  };
  return { conditions: new Conditions(run), commands };
}

/** A promise that the test settles. */
function held<T>(): { readonly promise: Promise<T>; readonly settle: (value: T) => void } {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

const work = async (): Promise<string> => Promise.resolve("done");

describe("a condition", () => {
  test("is taken back in the opposite order, as often as it is applied", async () => {
    const { conditions, commands } = noting();
    const once = ["apply one", "apply two", "undo two", "undo one"];
    expect(await conditions.under(condition("one", "two"), work)).toBe("done");
    expect(commands).toEqual(once);
    await conditions.under(condition("one", "two"), work);
    expect(commands).toEqual([...once, ...once]);
  });

  test("is taken back with what it replaced, in words and in input", async () => {
    const { conditions, commands } = noting((words) => (words === "read" ? { ...ENDED, stdout: "\n4096\t$& 6291456\n" } : undefined));
    const undo = { argv: ["set", "key={before}"] as const, stdin: "route replace {before}\n" };
    await conditions.under({ name: "read", steps: [{ ...step("new"), read: { argv: ["read"] }, undo }] }, work);
    expect(commands).toEqual(["read", "apply new", "set key=4096\t$& 6291456 < route replace 4096\t$& 6291456\n"]);
  });

  test("does not overwrite what someone else has written, before it or meanwhile", async () => {
    const own = (foreign: number): Condition => {
      let looks = 0;
      const whyNot = (): string | undefined => (looks++ === foreign ? "it is 77: someone else has written it" : undefined);
      return { name: "two", steps: [step("one"), { ...step("two"), own: { read: { argv: ["look"] }, whyNot } }] };
    };
    const before = noting();
    await expect(before.conditions.under(own(0), work)).rejects.toThrow("two cannot be applied: it is 77");
    expect(before.commands).toEqual(["apply one", "look", "undo one"]);
    expect(before.conditions.stuck).toBeUndefined();
    const meanwhile = noting();
    await expect(meanwhile.conditions.under(own(1), work)).rejects.toThrow("two cannot be taken back: it is 77");
    expect(meanwhile.commands).toEqual(["apply one", "look", "apply two", "look"]);
    expect(meanwhile.conditions.stuck).toBe("two cannot be taken back: it is 77: someone else has written it");
  });

  test("whose state cannot be read is not applied", async () => {
    const { conditions, commands } = noting((words) => (words === "read" ? { ...ENDED, exitCode: 1, stderr: "no such key" } : undefined));
    const unreadable = { name: "unreadable", steps: [step("one"), { ...step("two"), read: { argv: ["read"] as const } }] };
    await expect(conditions.under(unreadable, work)).rejects.toThrow(
      "unreadable cannot be prepared: read ended (exit code 1): no such key",
    );
    expect(commands).toEqual(["apply one", "read", "undo one"]);
  });

  test("whose step fails has that step not taken back: it changed nothing", async () => {
    const { conditions, commands } = noting((words) => (words === "apply two" ? { ...ENDED, exitCode: 2, stderr: "refused" } : undefined));
    await expect(conditions.under(condition("one", "two", "three"), work)).rejects.toThrow("both cannot be applied: apply two ended");
    expect(commands).toEqual(["apply one", "apply two", "undo one"]);
    expect(conditions.stuck).toBeUndefined();
  });

  test("whose step could not be started has that step not taken back: it did nothing", async () => {
    const missing: RunOutcome = { ...ENDED, exitCode: undefined, startError: "apply is not installed" };
    const { conditions, commands } = noting((words) => (words === "apply two" ? missing : undefined));
    await expect(conditions.under(condition("one", "two"), work)).rejects.toThrow("both cannot be applied: ");
    expect(commands).toEqual(["apply one", "apply two", "undo one"]);
    expect(conditions.stuck).toBeUndefined();
  });

  test("whose step is cut short has that step taken back: it may have changed something", async () => {
    const { conditions, commands } = noting((words) => (words === "apply two" ? KILLED : undefined));
    await expect(conditions.under(condition("one", "two"), work)).rejects.toThrow("both was cut short: apply two ended (SIGKILL)");
    expect(commands).toEqual(["apply one", "apply two", "undo two", "undo one"]);
  });

  test("that cannot be taken back is an error whatever the work gave, and stays one", async () => {
    const { conditions } = noting((words) => (words === "undo one" ? { ...ENDED, exitCode: 1, stderr: "busy" } : undefined));
    const reason = "both cannot be taken back: undo one ended (exit code 1): busy";
    await expect(conditions.under(condition("one", "two"), work)).rejects.toThrow(reason);
    expect(conditions.stuck).toBe(reason);
  });
});

describe("the end of a venue", () => {
  test("takes back what holds, once", async () => {
    const { conditions, commands } = noting();
    const busy = held<string>();
    const doing = conditions.under(condition("one", "two"), async () => busy.promise);
    await expect.poll(() => commands).toEqual(["apply one", "apply two"]);
    await conditions.takeBackAll();
    expect(commands).toEqual(["apply one", "apply two", "undo two", "undo one"]);
    busy.settle("late");
    expect(await doing).toBe("late");
    expect(commands).toHaveLength(4);
  });

  test("waits for a step that is under way and lets no further one begin", async () => {
    const applying = held<RunOutcome>();
    const { conditions, commands } = noting((words) => (words === "apply one" ? applying.promise : undefined));
    const doing = conditions.under(condition("one", "two"), work);
    const ending = conditions.takeBackAll();
    expect(commands).toEqual(["apply one"]);
    applying.settle(ENDED);
    await ending;
    await expect(doing).rejects.toThrow("the venue was closed before both held");
    expect(commands).toEqual(["apply one", "undo one"]);
  });

  test("tries again what could not be taken back before", async () => {
    const { conditions, commands } = noting((words, nth) => (words === "undo one" && nth === 0 ? { ...ENDED, exitCode: 1 } : undefined));
    await expect(conditions.under(condition("one"), work)).rejects.toThrow("cannot be taken back");
    await conditions.takeBackAll();
    expect(commands).toEqual(["apply one", "undo one", "undo one"]);
  });
});
