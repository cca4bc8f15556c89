import { expect, test } from "vitest";
import type { Observation } from "../../model/run.js";
import { CampaignRecord } from "./campaign-record.js";

const NOTHING = {
  workload: "tcp",
  position: 0,
  startedAt: 0,
  elapsed: 1,
  values: {},
  work: 0,
  cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 },
} as const;
const PATH = { mode: "macvlan", path: "pod-pod" } as const;

test("what a path shows under a condition is another path's, in a round and in all of them", () => {
  const record = new CampaignRecord();
  const plain: Observation = { ...NOTHING, ...PATH, round: 0 };
  const tuned: Observation = { ...plain, position: 1, condition: "tuned" };
  for (const one of [plain, tuned]) record.add(one);
  expect([record.inRound(0, PATH), record.of(PATH)]).toEqual([[plain], [plain]]);
  const conditioned = { ...PATH, condition: "tuned" };
  expect([record.inRound(0, conditioned), record.of(conditioned)]).toEqual([[tuned], [tuned]]);
  expect(record.of({ ...PATH, condition: "other" })).toEqual([]);
});
