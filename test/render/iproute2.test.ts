/** Scripts of iproute2: wrong words are refused by ip itself. That the right ones make the lab's wiring is in cni.test.ts. Runs as root only. */
import { afterAll, beforeAll, describe } from "vitest";
import { type PrivateMachine, privateMachine } from "../oracles/private-machine.js";
import { checkedDocument } from "./checked-documents.js";
import { testChecker } from "./complaints.js";
import { bareNodes, spaceOf } from "./lab-machine.js";

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)("ip -batch in a namespace", () => {
  const machines: PrivateMachine[] = [];
  beforeAll(async () => {
    machines.push(await privateMachine());
  });
  afterAll(() => Promise.all(machines.map((one) => one.close())));

  /** Each text meets nodes that are bare again. */
  const complaints = async (text: string): Promise<readonly string[]> => {
    const machine = await privateMachine();
    machines.push(machine);
    await bareNodes(machine, "flannel-vxlan");
    return machine.run(["sh", "-s"], { in: spaceOf("node-a"), stdin: text }).then(
      () => [],
      (error: unknown) => [String(error)],
    );
  };

  testChecker(checkedDocument("iproute2", "a tunnel's script"), complaints);
  testChecker(checkedDocument("iproute2", "a bridge's script"), complaints);
});
