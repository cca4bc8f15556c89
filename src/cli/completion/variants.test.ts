import { expect, test } from "vitest";
import { variantsFrom } from "./variants.js";

test("a mode with a sign may become each of its variants, also those whose names hold a dot", () => {
  const variants = variantsFrom("flannel-vxlan+fault.off");
  expect(variants).toContain("flannel-vxlan+fault.offloads-off");
  expect(variants).toContain("flannel-vxlan+kube-proxy-nftables");
  expect(variants).not.toContain("flannel-vxlan+fault.bridge-rules");
});

test("a variant may take another layer", () => {
  expect(variantsFrom("macvlan+socket-lb:10+")).toContain("macvlan+socket-lb:10+offload-off");
});

test.each(["flannel-vxlan", "nobody+", "", "+"])("%j becomes none", (word) => {
  expect(variantsFrom(word)).toEqual([]);
});
