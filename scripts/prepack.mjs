#!/usr/bin/env node
/** A package without the compiled eBPF programs would have layers that no one who installs it can use. */
import { existsSync } from "node:fs";

const missing = ["pod-routing", "socket-lb", "tc-nodeport"]
  .map((name) => `dist/native/${name}.bpf.o`)
  .filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)));
if (missing.length > 0) {
  process.stderr.write(`${missing.join(" and ")} missing: sudo apt-get install clang libbpf-dev && npm run build\n`);
  process.exitCode = 1;
}
