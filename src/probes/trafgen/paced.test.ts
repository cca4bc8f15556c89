import { describe, expect, test } from "vitest";
import { CAPTURED_PATH } from "../../../test/synthetic/outcome.js";
import { FRAME_SIZES, type FrameSize } from "../../model/no-drop.js";
import { paceCommand, senders, unpaceCommand } from "./paced.js";

const framesOf = (size: FrameSize): readonly number[] => {
  const [first] = senders(CAPTURED_PATH, size, 60);
  return Object.values(first?.files ?? {}).flatMap((text) =>
    text
      .trim()
      .split("\n")
      .map((line) => line.split(",").length),
  );
};

describe("the senders", () => {
  test.each([
    ["64", [60]],
    ["512", [508]],
    ["1280", [1276]],
    ["1518", [1514]],
  ] as const)("send frames of %s bytes without their check sequence", (size, lengths) => {
    expect(framesOf(size)).toEqual(lengths);
  });

  test("send IMIX as 7 of 64, 4 of 570 and 1 of 1518 bytes, the large ones apart", () => {
    const lengths = framesOf("imix");
    expect(lengths).toHaveLength(12);
    expect(lengths.filter((length) => length === 60)).toHaveLength(7);
    expect(lengths.filter((length) => length === 566)).toHaveLength(4);
    expect(lengths.filter((length) => length === 1514)).toHaveLength(1);
  });

  test.each(FRAME_SIZES)("of %s bytes hold more frames than a backlog of 1000 in their sockets", (size) => {
    // truesize of a socket buffer: what the kernel allocates for a frame of that size and for its descriptor.
    const truesize = Math.max(...framesOf(size)) > 1000 && size !== "imix" ? 2304 : size === "512" ? 1280 : size === "imix" ? 1067 : 768;
    expect(senders(CAPTURED_PATH, size, 60).length * Math.floor(212_992 / truesize)).toBeGreaterThan(2000);
  });

  test("change nothing of the machine", () => {
    for (const { argv } of senders(CAPTURED_PATH, "64", 60))
      expect(argv).toEqual(expect.arrayContaining(["--no-sock-mem", "--notouch-irq"]));
  });
});

test("the pacer lets through what is asked for, in frames of their length on the device", () => {
  const { argv } = paceCommand(CAPTURED_PATH, "64", 50_000);
  expect(argv.join(" ")).toContain(
    `dev ${CAPTURED_PATH.frame.device} root tbf rate ${String(50_000 * 60 * 8)}bit burst ${String(32 * 60)}b`,
  );
  expect(paceCommand(CAPTURED_PATH, "imix", 12).argv.join(" ")).toContain(`rate ${String((7 * 60 + 4 * 566 + 1514) * 8)}bit`);
});

test("the pacer can be taken away", () => {
  expect(unpaceCommand(CAPTURED_PATH).argv.join(" ")).toBe(`tc qdisc delete dev ${CAPTURED_PATH.frame.device} root`);
});
