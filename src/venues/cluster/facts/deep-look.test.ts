import { expect, test } from "vitest";
import { beginLook, endLook } from "./deep-look.js";
import type { Ran } from "./inspection.js";

/** A node that answers with what is given, and how often it was asked. */
function node(ran: Ran): { readonly asked: () => number; readonly run: () => Promise<Ran> } {
  let asked = 0;
  return {
    asked: () => asked,
    run: async () => {
      asked += 1;
      return Promise.resolve(ran);
    },
  };
}

const GONE: Ran = { exitCode: undefined, stdout: "", stderr: "", startError: "the API server does not answer", unreached: true };
const REFUSES: Ran = { exitCode: 1, stdout: "", stderr: "no such file" };

test("a node that is out of reach is asked once a reading, and every answer says why there is none", async () => {
  const refusing = node(REFUSES);
  const begun = await beginLook(refusing.run);
  expect(refusing.asked()).toBe(Object.keys({ ...begun.before, ...begun.once }).length);
  const gone = node(GONE);
  const { after } = await endLook(gone.run, begun);
  expect(gone.asked()).toBe(1);
  expect(Object.keys(after)).toEqual(Object.keys(begun.before));
  expect(new Set(Object.values(after).map((answer) => JSON.stringify(answer)))).toEqual(
    new Set([JSON.stringify({ problem: "the API server does not answer" })]),
  );
});
