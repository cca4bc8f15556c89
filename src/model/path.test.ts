import { expect, test } from "vitest";
import { pathKey, samePath } from "./path.js";

const PLAIN = { mode: "macvlan", path: "pod-pod" } as const;

test("the same path under another condition is another path, as an identity and as a key", () => {
  const paths = [PLAIN, { ...PLAIN, condition: "tuned" }, { ...PLAIN, condition: "other" }, { ...PLAIN, mode: "host" }];
  for (const [place, one] of paths.entries())
    for (const [other, two] of paths.entries())
      expect([samePath(one, { ...two }), pathKey(one) === pathKey(two)]).toEqual([place === other, place === other]);
});
