import { expect, test } from "vitest";
import { backendIn } from "./rules-backend.js";

test.each([
  ["iptables-restore v1.8.9 (nf_tables)\n", "nf_tables"],
  ["iptables-restore v1.8.11 (legacy)\n", "legacy"],
  ["iptables-restore v1.6.2\n", "legacy"],
  ["iptables-restore v1.8.2\n", undefined],
  ["", undefined],
])("%j writes into %s", (version, backend) => {
  expect(backendIn(version)).toBe(backend);
});
