import { describe, expect, test } from "vitest";
import { ipvlanL2 } from "../../modes/ipvlan-l2.js";
import { ipvlanL3s } from "../../modes/ipvlan-l3s.js";
import { missingLinks } from "./kernel-features.js";

describe("what `ip -force -batch` says about the trials", () => {
  test("nothing said means that all is there", () => {
    expect(missingLinks("")).toEqual([]);
  });

  // Captured on a kernel 6.18 without ipvlan, 8021q and ipip, as an ordinary user.
  const captured = `Error: Unknown device type.
Command failed -:5
Error: Unknown device type.
Command failed -:6
Error: Unknown device type.
Command failed -:7
open: Permission denied
Command failed -:8
`;

  test("each failed line is a missing feature with the kernel's own words", () => {
    expect(missingLinks(captured).slice(0, 3)).toEqual([
      ["ipvlan", "needs CONFIG_IPVLAN (Error: Unknown device type.)"],
      ["vlan", "needs CONFIG_VLAN_8021Q (Error: Unknown device type.)"],
      ["ipip", "needs CONFIG_NET_IPIP (Error: Unknown device type.)"],
    ]);
  });

  test("a kernel with ipvlan and without its L3S mode lacks the latter alone, so that ipvlan-l2 can be built", () => {
    // The kernel's ENOTSUPP (ipvlan_l3s.h) has no name in iproute2.
    const missing = missingLinks("RTNETLINK answers: Unknown error 524\nCommand failed -:9\n");
    expect(missing).toEqual([["ipvlan_l3s", "needs CONFIG_IPVLAN_L3S (RTNETLINK answers: Unknown error 524)"]]);
    expect(ipvlanL2.kernel).not.toContain("ipvlan_l3s");
    expect(ipvlanL3s.kernel).toContain("ipvlan_l3s");
  });

  test("a TUN device that is there but closed names the command that opens it", () => {
    expect(missingLinks(captured)[3]?.[1]).toContain("`sudo chmod 0666 /dev/net/tun`");
    expect(missingLinks("open: No such file or directory\nCommand failed -:8\n")[0]?.[1]).toContain("needs CONFIG_TUN");
  });
});
