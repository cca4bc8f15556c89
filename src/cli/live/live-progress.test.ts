import { expect, test } from "vitest";
import type { Clock } from "../../machine/ports.js";
import type { LiveState } from "../../report/terminal/live-state.js";
import { LiveProgress } from "./live-progress.js";

test("what is said after the last drawing is shown before the view ends, once", () => {
  const shown: (readonly string[])[] = [];
  const view = {
    draw: ({ messages }: LiveState) => {
      shown.push(messages);
    },
    close: () => {
      shown.push(["(closed)"]);
    },
  };
  const clock = { monotonic: () => 0 } as Clock;
  const plan = { venue: "cluster", linkBitsPerSecond: null, budgetSeconds: 5, metrics: ["http"], rows: [] } as const;
  const progress = new LiveProgress(view, clock, plan);
  progress.waiting("creating the pods");
  progress.say("kube-router enforces them");
  progress.close();
  progress.close();
  expect(shown).toEqual([[], ["kube-router enforces them"], ["(closed)"], ["(closed)"]]);
});
