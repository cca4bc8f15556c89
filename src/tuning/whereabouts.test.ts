import { describe, expect, test } from "vitest";
import { whereaboutsOf } from "./whereabouts.js";

const HERE = { boot: "b", namespace: "1", loopback: "7" };
const { boot, namespace } = HERE;

describe("where a change was made", () => {
  test.each([
    ["here", HERE, HERE],
    ["other boot", { ...HERE, boot: "earlier" }, HERE],
    ["other namespace", { ...HERE, namespace: "2" }, HERE],
    // The kernel gives the number of a namespace that is gone again.
    ["other namespace", { ...HERE, loopback: "6" }, HERE],
    ["untold", { boot, namespace }, HERE],
    ["untold", HERE, { boot, namespace }],
    ["here", { boot, namespace }, { boot, namespace }],
  ] as const)("%s", (where, made, here) => {
    expect(whereaboutsOf(made, here)).toBe(where);
  });
});
