import fc from "fast-check";
import { expect, test } from "vitest";
import { Limiter } from "./limiter.js";

test("never runs more than its width, drops none, and continues after a failure", async () => {
  const tasks = fc.array(fc.record({ turns: fc.nat({ max: 5 }), fails: fc.boolean() }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), tasks, async (width, planned) => {
      const limiter = new Limiter(width);
      let inside = 0;
      let most = 0;
      const results = await Promise.allSettled(
        planned.map(async ({ turns, fails }, index) =>
          limiter.run(async () => {
            most = Math.max(most, ++inside);
            for (let turn = 0; turn < turns; turn++) await Promise.resolve();
            inside--;
            if (fails) throw new Error("failed");
            return index;
          }),
        ),
      );
      expect(most).toBeLessThanOrEqual(width);
      expect(most).toBe(Math.min(most, planned.length));
      expect(results.map((result) => result.status === "rejected")).toEqual(planned.map((task) => task.fails));
    }),
  );
});
