import { describe, expect, test } from "vitest";
import { CAPTURED_PATH } from "../../../test/synthetic/outcome.js";
import type { PathName } from "../../model/path.js";
import { type Campaign, chargeTurn, dropDecidedPaths, giveUp, lanesOfCampaign, stateOf } from "./campaign.js";
import type { Lane } from "./lanes.js";
import { nextCampaign } from "./schedule.js";

const lane = (name: PathName): Lane => ({
  workload: "http",
  path: { ...CAPTURED_PATH, id: name, mode: "kindnet", name },
  stayKey: `kindnet ${name}`,
});

/** A campaign of two baselines with three paths and one. */
function campaign(): Campaign {
  const groups = [
    { baseline: lane("host-host"), subjects: [lane("pod-pod"), lane("pod-service"), lane("host-pod")] },
    { baseline: lane("host-host-local"), subjects: [lane("pod-pod-local")] },
  ];
  // Only its groups are looked at here.
  return { groups, open: true, rounds: 9, minimumRounds: 9, spentPerPath: 0 } as unknown as Campaign;
}

const visited = (of: Campaign): string[] => lanesOfCampaign(of).map(({ path }) => path.id);

describe("a lane that is given up", () => {
  test("leaves alone", () => {
    const own = campaign();
    expect(giveUp(own, lane("pod-service"))).toEqual([]);
    expect(visited(own)).toEqual(["host-host", "pod-pod", "host-pod", "host-host-local", "pod-pod-local"]);
    expect(own.open).toBe(true);
  });

  test("takes its paths with it when it is their baseline, and not those of the other", () => {
    const own = campaign();
    expect(giveUp(own, lane("host-host")).map(({ path }) => path.id)).toEqual(["pod-pod", "pod-service", "host-pod"]);
    expect(visited(own)).toEqual(["host-host-local", "pod-pod-local"]);
    expect(own.open).toBe(true);
    giveUp(own, lane("host-host-local"));
    expect([visited(own), own.open]).toEqual([[], false]);
  });
});

test("decided paths leave, and a baseline with the last of its own", () => {
  const own = campaign();
  dropDecidedPaths(own, new Set(["kindnet pod-pod", "kindnet host-pod"]));
  expect(visited(own)).toEqual(["host-host", "pod-pod", "host-pod"]);
  expect(stateOf(own)).toMatchObject({ open: true });
  dropDecidedPaths(own, new Set());
  expect([visited(own), own.open]).toEqual([[], false]);
});

describe("the time of a turn", () => {
  test("is charged to the paths that took part in it", () => {
    const own = campaign();
    chargeTurn(own, 8);
    dropDecidedPaths(own, new Set(["kindnet pod-pod", "kindnet host-pod"]));
    chargeTurn(own, 1);
    expect(stateOf(own).spentPerPath).toBe(2.5);
  });

  test("does not keep the last path of a campaign waiting for what decided paths have had", () => {
    const [few, many] = [campaign(), campaign()];
    for (const one of [few, many]) chargeTurn(one, 60);
    dropDecidedPaths(few, new Set(["kindnet pod-pod"]));
    let turnsOfOthers = 0;
    while (nextCampaign([few, many].map(stateOf), 1_000) !== 0) {
      chargeTurn(many, 3);
      turnsOfOthers += 1;
    }
    expect(turnsOfOthers).toBeLessThanOrEqual(1);
  });
});
