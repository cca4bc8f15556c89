import { expect, test } from "vitest";
import { type FakePlan, fakePath, fakeVenue } from "../../../test/synthetic/fake-venue.js";
import { handClock } from "../../../test/synthetic/hand-clock.js";
import { ConnectionTracking } from "./connection-tracking.js";

const LANE = { workload: "http", path: fakePath("gce"), stayKey: "gce" } as const;
const refuse = (): never => {
  throw new Error("no answer");
};

/** Tracking of a load that closes its connections, in a venue that answers nothing about them. */
const trackingIn = (plan: Pick<FakePlan, "gone">): ConnectionTracking => {
  const session = fakeVenue({ paths: [LANE.path], forget: refuse, trackedOn: refuse, ...plan }, handClock());
  return new ConnectionTracking({ session, closesConnections: true, how: "trial" });
};

test("what a venue does not answer concerns the path alone", async () => {
  const tracking = trackingIn({});
  expect(await tracking.factsOf(LANE)).toEqual({});
  await tracking.forget([LANE]);
  expect(tracking.whyLeft(LANE)).toBe("no answer");
});

test("what a venue does not answer since it is gone ends the run", async () => {
  const tracking = trackingIn({ gone: () => "the agent has ended" });
  await expect(tracking.factsOf(LANE)).rejects.toThrow("no answer");
  await expect(tracking.forget([LANE])).rejects.toThrow("no answer");
});
