import { describe, expect, test } from "vitest";
import { type CampaignState, nextCampaign } from "./schedule.js";

const state = (rounds: number, spentPerPath: number, more: Partial<CampaignState> = {}): CampaignState => ({
  rounds,
  minimumRounds: 9,
  spentPerPath,
  lastTurn: 1,
  open: true,
  ...more,
});

describe("nextCampaign", () => {
  test("brings every campaign to its minimum first, evenly", () => {
    expect(nextCampaign([state(2, 1), state(1, 9)], 60)).toBe(1);
    expect(nextCampaign([state(4, 1), state(10, 9, { minimumRounds: 25 })], 60)).toBe(1);
  });

  test("then gives the time to the one that had least of it", () => {
    expect(nextCampaign([state(9, 30), state(30, 20, { minimumRounds: 25 })], 60)).toBe(1);
  });

  test("leaves out what is decided and what no longer fits", () => {
    expect(nextCampaign([state(9, 1, { open: false }), state(9, 20, { lastTurn: 30 }), state(9, 25, { lastTurn: 2 })], 10)).toBe(2);
  });

  test("ends when nothing is left", () => {
    expect(nextCampaign([state(9, 1, { open: false })], 60)).toBeUndefined();
    expect(nextCampaign([state(9, 1, { lastTurn: 5 })], 2)).toBeUndefined();
    expect(nextCampaign([{ rounds: 0, minimumRounds: 9, spentPerPath: 0, open: true }], 0)).toBeUndefined();
  });
});
