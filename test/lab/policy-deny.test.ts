/** One policy of Calico's in real namespaces: what it denies is silent, what it allows passes, and each new connection is counted by its rules. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DENIED_PORT } from "../../src/layers/policies/policy-deny.js";
import { podAddress } from "../../src/modes/parts/addresses.js";
import { resolveVariant } from "../../src/variants/variant.js";
import { compile } from "../../src/venues/lab/compile.js";
import { planText } from "../../src/venues/lab/plan-text.js";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { isRoot } from "./built-lab.js";

const OPEN_PORT = DENIED_PORT + 1;

describe.runIf(isRoot).each(["calico-routed", "calico-vxlan"])("a policy on %s", (mode) => {
  let machine: PrivateMachine;
  const inside = (namespace: string, ...argv: readonly [string, ...string[]]): Promise<string> =>
    machine.run(argv, { in: `x.${namespace}` });

  beforeAll(async () => {
    machine = await privateMachine();
    const wiring = resolveVariant(`${mode}+policy-deny`).wire({ nodes: 2, mtu: 1500, pods: [2, 1] });
    await machine.run(["bash", "-e"], { stdin: planText(mode, compile("x", wiring)) });
  });
  afterAll(() => machine.close());

  /** No one listens: a packet that arrives is refused, one that does not is not answered at all. */
  const dial = async (from: string, to: string, port: number): Promise<string> => {
    const words = await inside(from, "bash", "-c", `socat -u OPEN:/dev/null TCP:${to}:${String(port)},connect-timeout=1 2>&1 || true`);
    return /refused/.test(words) ? "refused" : /timed out/i.test(words) ? "silence" : words;
  };

  test.each([
    ["pod-a", podAddress(1)],
    ["pod-a2", podAddress(0)],
    ["node-a", podAddress(1)],
  ])("from %s to %s: the denied port is silent, another one is reached", async (from, to) => {
    expect(await dial(from, to, DENIED_PORT)).toBe("silence");
    expect(await dial(from, to, OPEN_PORT)).toBe("refused");
  });

  test("a connection's first packet meets the policy, and the rules count what they denied", async () => {
    const counted = async (words: string): Promise<number> => {
      const rules = await inside("node-b", "iptables-save", "--counters", "-t", "filter");
      const line = rules.split("\n").find((one) => one.includes("-A cali-pi-default.podwire") && one.includes(words));
      return Number(/^\[(\d+):/.exec(line ?? "")?.[1]);
    };
    const before = { denied: await counted("-j DROP"), allowed: await counted("-j MARK") };
    await dial("pod-a", podAddress(1), DENIED_PORT);
    await dial("pod-a", podAddress(1), OPEN_PORT);
    expect(await counted("-j DROP")).toBeGreaterThan(before.denied);
    expect(await counted("-j MARK")).toBe(before.allowed + 1);
  });
});
