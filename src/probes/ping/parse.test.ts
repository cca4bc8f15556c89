import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endpointWith } from "../../../test/synthetic/load.js";
import { arbitraryOutcome, CAPTURED_PATH, capturedOutcome, capturedText, outcomeOf, readingAt } from "../../../test/synthetic/outcome.js";
import { expectSound, sampleIn } from "../../../test/synthetic/probe-result.js";
import type { ProcessOutcome } from "../../venues/contract.js";
import { parsePing } from "./parse.js";

const read = (outcome: ProcessOutcome) => parsePing(outcome, CAPTURED_PATH);

describe("a burst", () => {
  test("its mean is that of ping's own replies without the first", () => {
    const times = [...capturedText("ping/replies.stdout").matchAll(/time=([\d.]+)/g)].map((match) => Number(match[1]) * 1e3);
    const sample = sampleIn(read(capturedOutcome("ping/replies")));
    expect(times).toHaveLength(41);
    expect(sample.values["latency.icmp"]).toBeCloseTo(times.slice(1).reduce((sum, time) => sum + time, 0) / 40, 6);
    expect(sample.counts).toEqual({ offered: 40, forwarded: 40, lost: 0 });
    expect(sample.work).toBe(40e-6);
  });

  test("lost replies are counted", () => {
    const received = Number(/(\d+) received/.exec(capturedText("ping/some-lost.stdout"))?.[1]);
    expect(received).toBeLessThan(41);
    const { counts } = sampleIn(read(capturedOutcome("ping/some-lost")));
    expect(counts).toEqual({ offered: 40, forwarded: received - 1, lost: 41 - received });
  });

  test("busybox's ping numbers its replies from 0: the first does not count here either", () => {
    const stdout = capturedText("import/ping-busybox.txt");
    const times = [...stdout.matchAll(/ seq=\d+ ttl=\d+ time=([\d.]+)/g)].map((match) => Number(match[1]) * 1e3);
    const sample = sampleIn(read(outcomeOf({ stdout })));
    expect(times.length).toBeGreaterThan(1);
    expect(sample.values["latency.icmp"]).toBeCloseTo(times.slice(1).reduce((sum, time) => sum + time, 0) / (times.length - 1), 6);
    expect(sample.counts).toEqual({ offered: times.length - 1, forwarded: times.length - 1, lost: 0 });
  });

  test("a duplicate counts once", () => {
    const reply = (sequence: number, time: string): string =>
      `64 bytes from 198.18.0.12: icmp_seq=${String(sequence)} ttl=64 time=${time} ms\n`;
    const stdout = `${reply(1, "9.0")}${reply(2, "0.010")}${reply(2, "0.500")}\n2 packets transmitted, 2 received, +1 duplicates, 0% packet loss\n`;
    expect(sampleIn(read(outcomeOf({ stdout }))).values).toEqual({ "latency.icmp": 10 });
  });
});

test("what the sender's kernel counted stands beside it", () => {
  const replies = (count: number) => ({ a: endpointWith({}, { "Icmp.InEchoReps": count }) });
  const outcome = { ...capturedOutcome("ping/replies"), before: readingAt(0, replies(7)), after: readingAt(1e9, replies(48)) };
  expect(sampleIn(read(outcome)).facts).toEqual({ echoReplies: 41 });
  expect(sampleIn(read(capturedOutcome("ping/replies"))).facts).toBeUndefined();
});

describe("a failure", () => {
  test.each([
    ["all-lost", "no reply to 40 echo requests", "41 packets transmitted, 0 received"],
    ["host-unreachable", "no reply", "Destination Host Unreachable"],
    ["network-unreachable", "exit code 2", "Network is unreachable"],
  ])("%s", (name, error, evidence) => {
    expect(read(capturedOutcome(`ping/${name}`))).toMatchObject({
      ok: false,
      error: expect.stringContaining(error) as string,
      evidence: expect.stringContaining(evidence) as string,
    });
  });

  test("a hang", () => {
    expect(read(outcomeOf({ timedOut: true }))).toMatchObject({ ok: false, error: expect.stringContaining("in time") as string });
  });
});

test("whatever is printed: a sound sample or an error, never an exception", () => {
  const texts = ["replies", "some-lost", "host-unreachable"].map((name) => capturedText(`ping/${name}.stdout`));
  fc.assert(
    fc.property(arbitraryOutcome(texts, "none"), (outcome) => {
      expectSound(read(outcome));
    }),
  );
});
