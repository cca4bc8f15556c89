import { expect, test } from "vitest";
import { MODES } from "../../modes/index.js";
import { scenarioFromFlags } from "./scenario-from-flags.js";

const modesOf = (modes?: string) =>
  scenarioFromFlags({ link: "none", nodes: "2", ...(modes === undefined ? {} : { modes }) }, MODES, 1).modes;

const ONLY_BY_NAME = ["host-device", "ebpf-routed", "ebpf-vxlan"];

test.each(ONLY_BY_NAME)("%s is measured when it is named, and neither by default nor as one of all", (mode) => {
  expect(modesOf(mode)).toEqual(["host", mode]);
  for (const list of [undefined, "all"]) {
    expect(modesOf(list)).not.toContain(mode);
    expect(modesOf(list).length).toBe(MODES.length - ONLY_BY_NAME.length);
  }
});
