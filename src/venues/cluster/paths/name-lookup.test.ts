import { expect, test } from "vitest";
import { nameSentence } from "./name-lookup.js";

const printed = (stdout: string, exitCode = 0) => ({ exitCode, stdout });

// As getent of glibc 2.36 prints it.
const ONE = "10.244.1.7      STREAM headless.shop.svc.cluster.local\n10.244.1.7      DGRAM  \n10.244.1.7      RAW    \n";

test("a name is resolved to its pod, to something else, or by nobody", () => {
  expect(nameSentence(printed(ONE), "10.244.1.7")).toBe("is resolved to its pod's address");
  expect(nameSentence(printed(ONE), "10.244.2.9")).toBe("is resolved to 10.244.1.7, its pod is at 10.244.2.9, which was measured");
  expect(nameSentence(printed("", 2), "10.244.1.7")).toContain("by no DNS that pods are given");
});

test("a look-up that could not be made says so", () => {
  expect(nameSentence({ exitCode: undefined, stdout: "", startError: "timed out" }, "10.244.1.7")).toBe("not looked up: timed out");
});
