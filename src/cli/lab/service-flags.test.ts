import { describe, expect, test } from "vitest";
import { resolveVariant } from "../../variants/variant.js";
import { UsageError } from "../errors.js";
import { requireLoadable, type ServiceFlags, variantsOfServices } from "./service-flags.js";

const HERE = { nodes: 2, copies: 1 };
const shortForm = (flags: ServiceFlags) => variantsOfServices(flags, HERE);

describe("the short form of variants with Services", () => {
  test("is not used without --services", () => {
    expect(shortForm({})).toBeUndefined();
    expect(shortForm({ modes: "gce" })).toBeUndefined();
  });

  test("takes a mode that carries kube-proxy's rules and one that does not, and says what it leaves out", () => {
    const form = shortForm({ services: "0,10", proxy: "nftables" });
    expect(form?.modes).toEqual(["flannel-host-gw", "flannel-host-gw+kube-proxy-nftables:10", "macvlan"]);
    expect(form?.left).toEqual([
      expect.stringMatching(/^macvlan\+kube-proxy-nftables:10 is left out: macvlan cannot carry kube-proxy-nftables: it shows/),
    ]);
  });

  test("puts every way on every mode, for every number; none and 0 are the mode itself", () => {
    expect(shortForm({ services: "5,6", proxy: "iptables,nftables,none", modes: "gce,kindnet" })?.modes).toEqual([
      "gce",
      "gce+kube-proxy-iptables:5",
      "gce+kube-proxy-iptables:6",
      "gce+kube-proxy-nftables:5",
      "gce+kube-proxy-nftables:6",
      "kindnet",
      "kindnet+kube-proxy-iptables:5",
      "kindnet+kube-proxy-iptables:6",
      "kindnet+kube-proxy-nftables:5",
      "kindnet+kube-proxy-nftables:6",
    ]);
    expect(shortForm({ services: "5", proxy: "none", modes: "gce" })?.modes).toEqual(["gce"]);
  });

  test("takes every mode that is measured without being named", () => {
    const form = shortForm({ services: "5", proxy: "socket-lb", modes: "all" });
    expect(form?.modes).toEqual(expect.arrayContaining(["gce+socket-lb:5", "macvlan+socket-lb:5"]));
    expect(form?.modes).not.toContain("host");
    expect(form?.left.join()).not.toContain("host+");
  });

  test("leaves out what would take too long to load, unless that is allowed", () => {
    const flags = { services: "100,30000", proxy: "nftables", modes: "gce" };
    expect(shortForm(flags)?.modes).toEqual(["gce+kube-proxy-nftables:100"]);
    expect(shortForm(flags)?.left).toEqual([
      expect.stringMatching(
        /^gce\+kube-proxy-nftables:30000 is left out: loading its rules would take about .*; --load-limit \d+m allows it$/,
      ),
    ]);
    expect(shortForm({ ...flags, loadLimit: "30m" })?.modes).toContain("gce+kube-proxy-nftables:30000");
  });

  test("keeps the limit of loading for kube-proxy-ipvs too", () => {
    const variants = [resolveVariant("gce+kube-proxy-ipvs:32000")];
    expect(() => {
      requireLoadable(variants, HERE, 5);
    }).toThrow(/^gce\+kube-proxy-ipvs:32000: loading its rules would take about \d+ s, the limit is 5 s; --load-limit 1m allows it$/);
    expect(() => {
      requireLoadable(variants, HERE, 120);
    }).not.toThrow();
  });

  test.each([
    [{ services: "200000" }, "200000 is not a whole number from 0 to 32000"],
    [{ services: "" }, "names no number"],
    [{ services: "1", proxy: "ipvs" }, "nothing that carries Services is called ipvs"],
    [{ services: "1", proxy: "ipvs" }, "kube-proxy-ipvs is named in --modes: MODE+kube-proxy-ipvs:N."],
    [{ services: "1", proxy: "kube-proxy-ipvs" }, "kube-proxy-ipvs is named in --modes: MODE+kube-proxy-ipvs:N."],
    [{ services: "1", proxy: "nftable" }, "Did you mean nftables?"],
    [{ services: "1", proxy: "kube-proxy-nftables" }, "is called kube-proxy-nftables. Did you mean nftables?"],
    [{ services: "1", proxy: "kube-proxy-iptables" }, "Did you mean iptables?"],
    [{ services: "1", proxy: "kube-proxy-iptables-nft" }, "Did you mean iptables-nft?"],
    [{ services: "1", proxy: "kube-proxy-nftable" }, "Did you mean nftables?"],
    [{ services: "1", proxy: "" }, "names nothing"],
    [{ proxy: "nftables" }, "--services says how many"],
    [{ services: "1", modes: "gec" }, "Did you mean gce?"],
    [{ services: "1", modes: "macvlan", proxy: "iptables" }, "macvlan cannot carry kube-proxy-iptables"],
    [{ services: "1", loadLimit: "soon" }, "--load-limit"],
    [{ services: "100,10,100" }, "--services: 100 is named twice"],
    [{ services: "1", modes: "macvlan,macvlan" }, "--modes: macvlan is named twice"],
    [{ services: "1", proxy: "nftables,nftables" }, "--proxy: nftables is named twice"],
  ])("%j is a usage error", (flags, message) => {
    expect(() => shortForm(flags)).toThrow(UsageError);
    expect(() => shortForm(flags)).toThrow(message);
  });
});
