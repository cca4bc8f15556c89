import { describe, expect, test } from "vitest";
import { type CalicoEncapsulation, calicoRules } from "./calico-rules.js";
import { restoreText } from "./ruleset.js";

const ENCAPSULATIONS: readonly CalicoEncapsulation[] = ["none", "ipip", "vxlan"];

const textOf = (encapsulation: CalicoEncapsulation): string => restoreText(calicoRules({ nodes: 2, mtu: 1500 }, 0, encapsulation).tables);

/** The rules of one table. */
const tableOf = (text: string, name: string): string[] => (text.split(`*${name}\n`)[1]?.split("COMMIT")[0] ?? "").trim().split("\n");

describe.each(ENCAPSULATIONS)("felix's rules with encapsulation %s", (encapsulation) => {
  const text = textOf(encapsulation);

  test.each(["raw", "mangle", "filter", "nat"])("declare every chain of %s that a rule leads to", (name) => {
    const lines = tableOf(text, name);
    const declared = new Set(lines.flatMap((line) => /^:(\S+)/.exec(line)?.[1] ?? []));
    const targets = lines.flatMap((line) => /-[jg] (cali-\S+)/.exec(line)?.[1] ?? []);
    expect([...new Set(targets)].filter((target) => !declared.has(target))).toEqual([]);
  });

  test("keep every chain's name within the kernel's 28 characters", () => {
    const names = text.split("\n").flatMap((line) => /^:(\S+)/.exec(line)?.[1] ?? []);
    expect(names.filter((name) => name.length > 28)).toEqual([]);
  });

  test("let a connection's later packets pass before anything else is asked", () => {
    const chain = tableOf(text, "filter").filter((line) => line.startsWith("-A cali-tw-"));
    expect(chain[0]).toMatch(/ctstate RELATED,ESTABLISHED -j ACCEPT$/);
    expect(chain.at(-1)).toMatch(/-j DROP$/);
  });
});

describe("felix's rules", () => {
  test("leave the outer packets of VXLAN untracked, and only those", () => {
    const untracked = (encapsulation: CalicoEncapsulation): string[] =>
      textOf(encapsulation)
        .split("\n")
        .filter((line) => line.endsWith("NOTRACK"));
    expect(untracked("vxlan")).toEqual([
      "-A cali-OUTPUT -p udp -m udp --dport 4789 -j NOTRACK",
      "-A cali-PREROUTING -p udp -m udp --dport 4789 -j NOTRACK",
    ]);
    expect(untracked("ipip")).toEqual([]);
    expect(untracked("none")).toEqual([]);
  });

  test("masquerade the node's own packets on the tunnel device", () => {
    expect(textOf("ipip")).toContain("-A cali-POSTROUTING -o tunl0 ");
    expect(textOf("vxlan")).toContain("-A cali-POSTROUTING -o vxlan.calico ");
    expect(textOf("none")).not.toContain("limit-iface-out");
  });
});
