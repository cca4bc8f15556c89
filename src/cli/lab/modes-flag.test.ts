import { expect, test } from "vitest";
import { MODES } from "../../modes/index.js";
import { measuredVariant, scenarioFromFlags } from "./scenario-from-flags.js";

const modesOf = (modes?: string) =>
  scenarioFromFlags({ link: "none", nodes: "2", ...(modes === undefined ? {} : { modes }) }, MODES, 1).modes;

const NEVER = MODES.filter(({ neverMeasured }) => neverMeasured !== undefined).map(({ name }) => name);
const ONLY_BY_NAME = ["host-device", "ebpf-routed", "ebpf-vxlan"];

test.each(ONLY_BY_NAME)("%s is measured when it is named, and neither by default nor as one of all", (mode) => {
  expect(modesOf(mode)).toEqual(["host", mode]);
  for (const list of [undefined, "all"]) {
    expect(modesOf(list)).not.toContain(mode);
    expect(modesOf(list).length).toBe(MODES.length - ONLY_BY_NAME.length - NEVER.length);
  }
});

test("wireguard is what is never measured", () => {
  expect(NEVER).toEqual(["wireguard"]);
});

const REFUSED =
  /^--modes: wireguard is for conformance and MTU only \(`podwire lab conformance`, .*\), and is never measured: wireguard-go /;

test.each(NEVER)("%s is in no list of modes that are measured, and naming it is one error", (mode) => {
  for (const list of [undefined, "all"]) expect(modesOf(list)).not.toContain(mode);
  for (const list of [mode, `flannel-vxlan,${mode}`, `${mode}+kube-proxy-nftables:10`]) expect(() => modesOf(list)).toThrow(REFUSED);
  const services = (modes: string) => scenarioFromFlags({ link: "none", nodes: "2", modes, services: "0,10" }, MODES, 1).modes;
  expect(() => services(mode)).toThrow(REFUSED);
  expect(services("all").some((variant) => variant.startsWith(mode))).toBe(false);
  expect(() => measuredVariant(`${mode}+up-to-bridge`, "--modes: ")).toThrow(REFUSED);
});
