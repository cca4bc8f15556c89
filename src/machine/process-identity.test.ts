import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { processIdentity } from "./process-identity.js";

const here = processIdentity(process.pid);

test("a process lives until it ends", async () => {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  const { own } = processIdentity(child.pid ?? 0);
  expect(here.fate(own)).toBe("alive");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(here.fate(own)).toBe("ended");
});

test("a process that was given the pid anew is another one", () => {
  const parts = here.own.split("/");
  expect(here.fate(here.own)).toBe("alive");
  expect(here.fate([...parts.slice(0, 3), "1"].join("/"))).toBe("ended");
});

test("of another machine, another container and other words nothing is known", () => {
  const [bootId = "", namespace = "", pid = "", start = ""] = here.own.split("/");
  expect(here.fate(["other", namespace, pid, start].join("/"))).toBe("unknown");
  expect(here.fate([bootId, "pid:[1]", pid, start].join("/"))).toBe("unknown");
  for (const words of ["", "x", `${bootId}/${namespace}/${pid}/`]) expect(here.fate(words)).toBe("unknown");
});
