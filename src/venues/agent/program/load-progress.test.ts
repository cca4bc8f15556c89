import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { milliseconds } from "../../../units/quantity.js";
import type { LoadPlan } from "../protocol.js";
import { type CountedPart, type LoadLook, LoadProgress } from "./load-progress.js";

const PLAN: LoadPlan = {
  sign: { counter: { device: "eth0", weights: { rxBytes: 1 } }, begins: 20_000 },
  settle: milliseconds(10),
  length: milliseconds(70),
  packets: 100,
  patience: milliseconds(3_000),
  longest: milliseconds(2_000),
};
const PACKET = 65_160;

/** What has arrived by a moment in milliseconds. */
type Arrivals = (ms: number) => { readonly amount: number; readonly packets: number };

/** Packets of one size at a steady pace from a moment on; `burst` of them at once. */
const steady =
  (perSecond: number, { from = 30, burst = 0, size = PACKET } = {}): Arrivals =>
  (ms) => {
    const packets = ms < from ? 0 : burst + Math.floor(((ms - from) / 1000) * (perSecond / size));
    return { amount: packets * size, packets };
  };

type Followed = { readonly counted: CountedPart; readonly opened: number; readonly closed: number } | { readonly unseen: string };

/** Follows a load to its end by looks that come when they are due, and late by what is drawn, milliseconds. */
function follow(arrivals: Arrivals, plan: LoadPlan = PLAN, late: () => number = () => 0.05): Followed {
  const lookAt = (ms: number): LoadLook => ({ clock: ms * 1e6, ...arrivals(ms) });
  const progress = new LoadProgress(plan, lookAt(0));
  let opened = Number.NaN;
  for (let ms = 0; ms < 20_000; ) {
    ms += progress.pause + late();
    const turn = progress.see(lookAt(ms));
    if (turn?.kind === "opened") opened = ms;
    if (turn?.kind === "unseen") return { unseen: turn.why };
    if (turn?.kind === "closed") return { counted: turn.counted, opened, closed: ms };
  }
  throw new Error("a look at a load has no end");
}

function seen(followed: Followed): Extract<Followed, { readonly opened: number }> {
  if ("unseen" in followed) throw new Error(followed.unseen);
  return followed;
}

const rateOf = ({ counted }: Extract<Followed, { readonly opened: number }>): number => counted.amount / counted.seconds;

describe("a counter that is set back while the load runs", () => {
  /** The device is made anew at a moment: its counters begin at 0, whatever it carries afterwards. */
  const renewedAt =
    (at: number, arrivals: Arrivals): Arrivals =>
    (ms) => {
      const [seen, gone] = [arrivals(ms), arrivals(at)];
      return ms < at ? seen : { amount: seen.amount - gone.amount, packets: seen.packets - gone.packets };
    };
  const WHY = "the counter was reset while the load ran, as when its device is recreated";

  test.each([45, 60, 90])("after %d ms makes no figure", (at) => {
    expect(follow(renewedAt(at, steady(1e9 / 8)))).toEqual({ unseen: WHY });
  });

  test("is no payload that falls by the bytes of a packet without any", () => {
    const withArp: Arrivals = (ms) => {
      const { amount, packets } = steady(1e9 / 8)(ms);
      return { amount: amount - 24 * Math.floor(ms / 7), packets: packets + Math.floor(ms / 7) };
    };
    expect(follow(withArp)).not.toHaveProperty("unseen");
  });
});

describe("a steady load", () => {
  test.each([100, 200, 400, 1_000, 10_000])("of %d Mbit/s is counted to 0.3 %, over 100 packets at least", (mbits) => {
    const perSecond = (mbits * 1e6) / 8;
    const followed = seen(follow(steady(perSecond)));
    expect(rateOf(followed) / perSecond).toBeGreaterThan(0.997);
    expect(rateOf(followed) / perSecond).toBeLessThan(1.003);
    expect(followed.counted.amount).toBeGreaterThanOrEqual(100 * PACKET);
    expect(followed.counted.seconds).toBeGreaterThanOrEqual(0.07);
    expect(followed.counted).toMatchObject({ stillShare: 0 });
  });

  test("of small packets is counted for its length", () => {
    const followed = seen(follow(steady(125e6, { size: 1_500 })));
    expect(rateOf(followed) / 125e6).toBeCloseTo(1, 2);
    expect(followed.counted.seconds).toBeLessThan(0.08);
  });

  test("what two sides say to each other before it is not the load", () => {
    const followed = seen(
      follow((ms) => {
        const { amount, packets } = steady(125e6, { from: 500 })(ms);
        return { amount: Math.min(1_500, ms) + amount, packets: 9 + packets };
      }),
    );
    expect(followed.opened).toBeGreaterThan(500);
  });

  test("is counted without bias whenever the looks come", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5e6, max: 2e9 }),
        fc.double({ min: 20, max: 60, noNaN: true }),
        fc.array(fc.double({ min: 0.02, max: 0.4, noNaN: true }), { minLength: 7, maxLength: 7 }),
        (perSecond, from, delays) => {
          let turn = 0;
          const followed = seen(follow(steady(perSecond, { from }), PLAN, () => delays[turn++ % delays.length] ?? 0));
          // Each end is known to within the delay of one look.
          const allowed = 0.6e-3 / followed.counted.seconds + 1e-9;
          expect(Math.abs(rateOf(followed) / perSecond - 1)).toBeLessThan(
            Math.max(allowed, 0.004) + (0.5e-3 * 2) / followed.counted.seconds,
          );
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("a link's bucket", () => {
  const perSecond = 119.5e6;
  const bucket = { amount: perSecond * 0.01, perSecond, patience: milliseconds(150) };

  test("is empty before counting begins", () => {
    // Ten milliseconds' worth at three times the link's rate, then the rate.
    const bursting: Arrivals = (ms) => {
      const after = Math.max(0, ms - 30);
      const amount = Math.floor(Math.min(after * 3, after + 10) * (perSecond / 1000 / PACKET)) * PACKET;
      return { amount, packets: amount / PACKET };
    };
    const followed = seen(follow(bursting, { ...PLAN, bucket }));
    expect(followed.opened).toBeGreaterThan(30 + 5);
    expect(rateOf(followed) / perSecond).toBeCloseTo(1, 2);
  });

  test("that fills again while a sender gets going slowly is waited for no longer than that takes", () => {
    const hesitant: Arrivals = (ms) => {
      const after = Math.max(0, ms - 60);
      const begun = ms < 30 ? 0 : 30_000;
      const amount = begun + Math.floor(Math.min(after * 3, after + 10) * (perSecond / 1000 / PACKET)) * PACKET;
      return { amount, packets: Math.floor(amount / PACKET) };
    };
    expect(seen(follow(hesitant, { ...PLAN, bucket })).opened).toBeLessThan(110);
  });

  test("that a slow path never empties is waited for as long as was said", () => {
    const { opened } = seen(follow(steady(perSecond / 2), { ...PLAN, bucket }));
    expect(opened).toBeGreaterThan(30 + 150);
    expect(opened).toBeLessThan(30 + 150 + 40);
  });
});

describe("a load that does not run", () => {
  test("at all is not seen, after the patience that was asked for", () => {
    expect(follow(() => ({ amount: 700, packets: 3 }))).toEqual({ unseen: "no load arrived within 3 s" });
  });

  test("any more counts as 0", () => {
    const stopped: Arrivals = (ms) => steady(125e6)(Math.min(ms, 35));
    const { counted } = seen(follow(stopped));
    expect(counted.amount).toBe(0);
    expect(counted.seconds).toBeGreaterThan(1.9);
    expect(counted.stillShare).toBeGreaterThan(0.95);
  });

  test("for half of the time is still for that half", () => {
    const stuttering: Arrivals = (ms) => steady(12.5e6, { from: 0 })(Math.max(0, Math.min(ms, 100) + Math.max(0, ms - 400)));
    const { counted } = seen(follow(stuttering));
    expect(counted.longestPause).toBeGreaterThan(290);
    expect(counted.stillShare).toBeCloseTo(300 / (counted.loadSeconds * 1000), 1);
  });

  test("because the looks were late is not still", () => {
    let turn = 0;
    const { counted } = seen(follow(steady(125e6), PLAN, () => (++turn % 9 === 0 ? 60 : 0.1)));
    expect(counted.stillShare).toBe(0);
  });
});

describe("a load of a known amount", () => {
  const plan: LoadPlan = { ...PLAN, settle: milliseconds(5), length: milliseconds(2_000), until: 950 };
  const requests = (perSecond: number): Arrivals => steady(perSecond, { size: 1 });

  test("is counted until it is nearly over", () => {
    const followed = seen(follow(requests(10_000), { ...plan, sign: { ...plan.sign, begins: 1 } }));
    expect(rateOf(followed) / 10_000).toBeCloseTo(1, 1);
    expect(followed.closed).toBeLessThan(30 + 101);
  });

  test("that is over before it has settled is not counted", () => {
    expect(follow(requests(1e6), { ...plan, sign: { ...plan.sign, begins: 1 } })).toMatchObject({
      unseen: expect.stringContaining("before it had settled") as string,
    });
  });
});

describe("a look that is ended", () => {
  const lookAt = (ms: number, arrivals = steady(125e6)): LoadLook => ({ clock: ms * 1e6, ...arrivals(ms) });

  test("before anything was counted saw nothing", () => {
    const progress = new LoadProgress(PLAN, lookAt(0));
    progress.see(lookAt(10));
    expect(progress.end()).toMatchObject({ kind: "unseen" });
  });

  test("while it counts is counted up to the last change", () => {
    const progress = new LoadProgress(PLAN, lookAt(0));
    let ms = 0;
    while (progress.see(lookAt(++ms))?.kind !== "opened");
    const opened = ms;
    while (ms < opened + 20) progress.see(lookAt(++ms));
    const stopped = ms;
    while (ms < stopped + 30) {
      ms += 1;
      progress.see({ ...lookAt(stopped), clock: ms * 1e6 });
    }
    const turn = progress.end();
    expect(turn.kind).toBe("closed");
    if (turn.kind === "closed") expect(turn.counted.seconds).toBeLessThanOrEqual(0.0201);
  });
});
