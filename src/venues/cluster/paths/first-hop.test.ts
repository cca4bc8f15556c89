import fc from "fast-check";
import { expect, test } from "vitest";
import { deviceWith, parseFirstHop } from "./first-hop.js";

const LINKS = '[{"ifname":"lo","mtu":65536,"address":"00:00:00:00:00:00"},{"ifname":"eth0","mtu":1450,"address":"0a:58:0a:f4:00:05"}]';
const NEIGHBOURS = '[{"dst":"10.244.0.1","dev":"eth0","lladdr":"ee:ee:ee:ee:ee:ee"},{"dst":"10.244.0.9","dev":"eth0"}]';
const viaGateway = '[{"dst":"10.244.1.2","gateway":"10.244.0.1","dev":"eth0","prefsrc":"10.244.0.5"}]';

test("the next hop of a routed address is the gateway", () => {
  expect(parseFirstHop(`${viaGateway}\n${LINKS}\n${NEIGHBOURS}\n`)).toEqual({
    device: "eth0",
    sourceMac: "0a:58:0a:f4:00:05",
    sourceAddress: "10.244.0.5",
    destinationMac: "ee:ee:ee:ee:ee:ee",
    sizes: { link: 1450 },
  });
});

test("an address of one's own leaves by the loopback, which knows no neighbours", () => {
  const own = '[{"type":"local","dst":"198.18.0.11","dev":"lo","prefsrc":"198.18.0.11"}]';
  expect(parseFirstHop(`${own}\n${LINKS}\n${NEIGHBOURS}\n`)).toMatchObject({
    device: "lo",
    destinationMac: "00:00:00:00:00:00",
    sizes: { link: 65_536 },
  });
});

test("the route's MTU and what was learned of the way come with it", () => {
  const exception = viaGateway.replace("}]", ',"expires":597,"metrics":[{"mtu":1400,"advmss":1300}]}]');
  expect(parseFirstHop(`${exception}\n${LINKS}\n${NEIGHBOURS}\n`)?.sizes).toEqual({ link: 1450, route: 1400, learned: true, advmss: 1300 });
});

test("what iproute2 does not say is not made up", () => {
  expect(parseFirstHop("")).toBeUndefined();
  expect(parseFirstHop(`[]\n${LINKS}\n`)).toBeUndefined();
  expect(parseFirstHop("[{broken\n")).toBeUndefined();
  fc.assert(fc.property(fc.string(), (text) => parseFirstHop(text) === undefined));
});

test("the device that has an address", () => {
  const text =
    '[{"ifname":"lo","addr_info":[{"local":"127.0.0.1"}]},{"ifname":"eth0","addr_info":[{"local":"fe80::1"},{"local":"10.244.0.5"}]}]';
  expect(deviceWith("10.244.0.5", text)).toBe("eth0");
  expect(deviceWith("10.244.0.6", text)).toBeUndefined();
});
