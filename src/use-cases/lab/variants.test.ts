import { expect, test } from "vitest";
import { RunError } from "../errors.js";
import { variantsOf } from "./variants.js";

test("a mode that this podwire does not know is an error, never left out", () => {
  const resolve = (): unknown => variantsOf({ modes: ["host", "cilium-ebpf"] });
  expect(resolve).toThrow(RunError);
  expect(resolve).toThrow("no mode is called cilium-ebpf; the run was asked for by another version of podwire");
});

test("modes stand in the order in which they are asked for, all without offloads where that is asked for", () => {
  const names = ["host", "flannel-udp", "flannel-udp+offload-off"];
  expect(variantsOf({ modes: names }).map(({ name }) => name)).toEqual(names);
  const [, plain, cut] = variantsOf({ modes: names, offload: "off" });
  expect(plain?.wire({ nodes: 2, mtu: 1500 })).toEqual(cut?.wire({ nodes: 2, mtu: 1500 }));
});
