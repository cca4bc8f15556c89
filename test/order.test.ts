import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { TestSpecification, Vitest } from "vitest/node";
import { FIRST, KnownOrder } from "./order.js";

test("files that begin first exist, so that a rename does not leave one to the runner's order", () => {
  expect(FIRST.filter((name) => !existsSync(fileURLToPath(new URL(`..${name}`, import.meta.url))))).toEqual([]);
});

test("the files of each project stay together, those that are named before the others", async () => {
  const projects = ["programs", "cluster"].map((name, groupOrder) => ({ name, config: { isolate: true, sequence: { groupOrder } } }));
  const file = (place: number, moduleId: string) => ({ project: projects[place], moduleId }) as unknown as TestSpecification;
  const runner = {
    config: { root: "/" },
    cache: { getFileTestResults: () => undefined, getFileStats: () => ({ size: 1 }) },
  } as unknown as Vitest;
  const files = [
    file(1, "/test/cluster/wiring.test.ts"),
    file(1, "/test/cluster/run.test.ts"),
    file(0, "/test/lab/plan.test.ts"),
    file(1, "/test/cluster/kills.test.ts"),
    file(0, "/test/lab/cli-interrupt.test.ts"),
  ];
  expect((await new KnownOrder(runner).sort(files)).map(({ moduleId }) => /(\w|-)+(?=\.test)/.exec(moduleId)?.[0])).toEqual([
    "cli-interrupt",
    "plan",
    "kills",
    "run",
    "wiring",
  ]);
});
