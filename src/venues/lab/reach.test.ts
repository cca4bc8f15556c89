import { describe, expect, test } from "vitest";
import { parseFirstHop } from "./reach.js";

// Captured from `ip -json -batch` of iproute2 6.1, shortened to one link.
const LINK =
  '[{"ifindex":3,"link":"vb","ifname":"va","flags":["UP"],"mtu":1500,"address":"ca:33:93:37:91:e4","broadcast":"ff:ff:ff:ff:ff:ff"}]';
const NEIGHBOURS = '[{"dst":"10.0.0.2","lladdr":"02:00:00:00:00:01","state":["PERMANENT"]},{"dst":"10.0.0.3","state":["FAILED"]}]';
const CONNECTED = '{"dst":"10.0.0.0/24","dev":"va","prefsrc":"10.0.0.1","flags":[],"metrics":[{"congestion":"cubic"}]}';
const answers = (...lines: readonly string[]): string => `${lines.join("\n")}\n`;

describe("the first hop of a path", () => {
  test("is the target itself on a connected network, with the route's congestion control", () => {
    const route = '[{"dst":"10.0.0.2","dev":"va","prefsrc":"10.0.0.1","flags":[],"uid":0,"cache":[]}]';
    expect(parseFirstHop(answers(route, LINK, NEIGHBOURS, `[${CONNECTED}]`))).toEqual({
      frame: { sourceMac: "ca:33:93:37:91:e4", sourceAddress: "10.0.0.1", destinationMac: "02:00:00:00:00:01" },
      congestionControl: "cubic",
      sizes: { link: 1500 },
    });
  });

  test("is the gateway where there is one; the most specific route counts", () => {
    const route = '[{"dst":"10.9.0.1","gateway":"10.0.0.2","dev":"va","prefsrc":"10.0.0.1","flags":[]}]';
    const matching =
      '[{"dst":"default","metrics":[{"congestion":"bbr"}]},{"dst":"10.9.0.0/16","metrics":[{"mtu":1400},{"congestion":"cubic"}]}]';
    const hop = parseFirstHop(answers(route, LINK, NEIGHBOURS, matching));
    expect(hop?.frame.destinationMac).toBe("02:00:00:00:00:01");
    expect(hop?.congestionControl).toBe("cubic");
  });

  test("has the device's own address where there are no neighbours, and no congestion control where the route names none", () => {
    const route = '[{"dst":"10.9.0.1","dev":"va","prefsrc":"10.0.0.1","flags":[]}]';
    expect(parseFirstHop(answers(route, LINK, "[]", '[{"dst":"default"}]'))).toEqual({
      frame: { sourceMac: "ca:33:93:37:91:e4", sourceAddress: "10.0.0.1", destinationMac: "ca:33:93:37:91:e4" },
      congestionControl: undefined,
      sizes: { link: 1500 },
    });
  });

  test("sends as much at once as link and route have it", () => {
    const route = '[{"dst":"10.9.0.1","dev":"va","prefsrc":"10.0.0.1","flags":[],"metrics":[{"mtu":1400}]}]';
    expect(parseFirstHop(answers(route, LINK, NEIGHBOURS, "[]"))?.sizes).toEqual({ link: 1500, route: 1400, learned: false });
  });

  test("is unknown when the kernel knows no way", () => {
    expect(parseFirstHop("")).toBeUndefined();
  });
});
