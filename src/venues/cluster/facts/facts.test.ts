import { expect, test } from "vitest";
import { byNode, congestionSentence } from "./facts.js";

test("what nodes share stands once, what they differ in by node", () => {
  expect(
    byNode([
      { kernel: "6.1", cpus: "4" },
      { kernel: "6.6", cpus: "4" },
    ]),
  ).toEqual({ kernel: "6.1", cpus: "4", "kernel (node b)": "6.6" });
  expect(byNode([])).toEqual({});
});

test("one congestion control is one clause, several are named by pod", () => {
  expect(
    congestionSentence(
      new Map([
        ["host-a", "cubic"],
        ["pod-a", "cubic"],
      ]),
    ),
  ).toBe("cubic in every pod and on every host (the nodes' own)");
  expect(
    congestionSentence(
      new Map([
        ["host-a", "bbr"],
        ["pod-a", "cubic"],
      ]),
    ),
  ).toBe("bbr in host-a; cubic in pod-a");
});
