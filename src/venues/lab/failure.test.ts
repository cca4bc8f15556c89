import { describe, expect, test } from "vitest";
import { describeFailure } from "./failure.js";

const outcome = { exitCode: 1, signal: undefined, timedOut: false, stdout: "" };

describe("a failed command", () => {
  test("is reported with the line of its batch that failed", () => {
    const command = { argv: ["ip", "-n", "n", "-batch", "-"] as const, stdin: "link add x # one\nroute add y # two\n", reason: "a test" };
    expect(describeFailure(command, { ...outcome, stderr: "Error: Nexthop has invalid gateway.\nCommand failed -:2\n" })).toBe(
      "`ip -n n -batch -` failed at `route add y # two`: Error: Nexthop has invalid gateway. Command failed -:2",
    );
  });

  test("is reported with the line of its ruleset that failed", () => {
    const command = { argv: ["iptables-restore"] as const, stdin: "*nat\n-A NOWHERE\nCOMMIT\n", reason: "a test" };
    expect(describeFailure(command, { ...outcome, stderr: "iptables-restore: line 2 failed" })).toContain("at `-A NOWHERE`");
  });

  test("that was killed, hung or never started says so", () => {
    const command = { argv: ["tc"] as const, reason: "a test" };
    expect(describeFailure(command, { ...outcome, signal: "SIGKILL", stderr: "" })).toContain("(SIGKILL)");
    expect(describeFailure(command, { ...outcome, timedOut: true, stderr: "" })).toContain("it hung");
    expect(describeFailure(command, { ...outcome, stderr: "", startError: "tc: not found" })).toContain("tc: not found");
  });
});
