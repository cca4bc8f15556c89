import { describe, expect, it } from "vitest";
import { type Answer, type Look, ROUTES, routeTo, written } from "./look.js";
import { refusalOf } from "./refusals.js";

const POD = { id: "pod-b", address: "198.19.2.2" };

/** A node whose kernel answers with an error, in the words of iproute2 6.1, and what its tables hold. */
function host(words: string | undefined, routes: readonly object[] = []): Look {
  const answer: Answer = words === undefined ? { printed: "[]" } : { problem: `exit code 2: RTNETLINK answers: ${words}` };
  return {
    ...{ id: "host-a", node: "node-1", network: "host", address: "198.18.0.11", hostAddress: "198.18.0.11" },
    answers: { [written(routeTo(POD.address))]: answer, [written(ROUTES)]: { printed: JSON.stringify(routes) } },
  };
}

describe("a route that leads nowhere", () => {
  it.each([
    ["No route to host", "unreachable"],
    ["Invalid argument", "blackhole"],
    ["Permission denied", "prohibit"],
  ])("is the answer: %s is %s", (words, type) => {
    const routes = [
      { dst: "default", gateway: "198.18.0.1", dev: "eth0" },
      { type, dst: "198.19.0.0/16", protocol: "bird", metric: 32 },
    ];
    expect(refusalOf(host(words, routes), POD)?.sentence).toBe(
      `node-1 sends nothing to pod-b (198.19.2.2): its route there is \`${type} 198.19.0.0/16 proto bird\``,
    );
    expect(refusalOf(host(words), POD)?.sentence).toContain(`its route there is \`${type}\``);
  });

  it("differs from no route, and from an answer that podwire does not know", () => {
    expect(refusalOf(host("Network is unreachable"), POD)?.sentence).toContain("it has no route there");
    expect(refusalOf(host("Operation not supported"), POD)?.sentence).toContain('its kernel answers "Operation not supported"');
  });

  it("is none where the kernel was not heard", () => {
    expect(refusalOf(host(undefined), POD)).toBeUndefined();
    expect(refusalOf({ ...host(undefined), answers: {} }, POD)).toBeUndefined();
    const failed = { [written(routeTo(POD.address))]: { problem: "exit code 127: no such program" } };
    expect(refusalOf({ ...host(undefined), answers: failed }, POD)).toBeUndefined();
  });
});
