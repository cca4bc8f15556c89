import { describe, expect, test } from "vitest";
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

  test("a TUN device that is there but closed names the command that opens it", () => {
    expect(missingLinks(captured)[3]?.[1]).toContain("`sudo chmod 0666 /dev/net/tun`");
    expect(missingLinks("open: No such file or directory\nCommand failed -:8\n")[0]?.[1]).toContain("needs CONFIG_TUN");
  });
});
