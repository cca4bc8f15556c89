import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { flagValue, jsonFields, topLevel } from "./written-settings.js";

describe("a key at the top of a text", () => {
  it.each([
    ['mode: "ipvs"', "ipvs"],
    ["mode: nftables # since 1.33", "nftables"],
    ["mode: ''", ""],
    ["mode:", ""],
    ['"mode": iptables', "iptables"],
    ['ipvs:\n  mode: "rr"\nmode: ""', ""],
    ["#mode: ipvs\n# mode: ipvs", undefined],
    ["  mode: ipvs", undefined],
    ['{\n  "kind": "KubeProxyConfiguration",\n  "mode": "nftables"\n}', "nftables"],
    ['{"ipvs": {"mode": "rr"}}', undefined],
    ['{"mode": ["ipvs"]}', undefined],
    ["{mode: ipvs}", undefined],
  ])("%j has %j", (text, value) => {
    expect(topLevel(text, "mode")).toBe(value);
  });

  it("is read from JSON however it is laid out", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(4), fc.dictionary(fc.string(), fc.jsonValue()), (value, indent, others) => {
        expect(topLevel(JSON.stringify({ ...others, mode: value }, undefined, indent), "mode")).toBe(value);
      }),
    );
  });
});

describe("a flag", () => {
  it.each([
    [["kube-proxy", "--proxy-mode=ipvs"], "ipvs"],
    [["kube-proxy", "--proxy-mode", "ipvs"], "ipvs"],
    [["sh", "-c", 'kube-proxy --v=2 --proxy-mode="nftables" 2>&1'], "nftables"],
    [["kube-proxy", "--proxy-mode", "--v=2"], "true"],
    [["kube-proxy", "--proxy-mode-old=ipvs"], undefined],
    [[], undefined],
  ])("%j has %j", (argv, value) => {
    expect(flagValue(argv, "proxy-mode")).toBe(value);
  });
});

it("gives no fields of what is no JSON", () => {
  expect([jsonFields("{"), jsonFields(undefined), jsonFields('{"a":1}')]).toEqual([undefined, undefined, { a: 1 }]);
});
