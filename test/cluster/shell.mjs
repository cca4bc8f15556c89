#!/usr/bin/env node
/**
 * `npm run cluster:shell [-- [--id ID] [-- COMMAND...]]`: a shell, or one command, with KUBECONFIG set for a running cluster and in PATH `kubectl`
 * and commands named after its nodes (`node-1 ip route`, `fabric bridge link`). The newest cluster if several run.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runningClusters } from "./description.mjs";
import { nameOf } from "./variants.mjs";

/** @param {string | undefined} id */
function chosen(id) {
  const running = runningClusters();
  const found = id === undefined ? running.at(-1) : running.find((one) => one.id === id);
  if (found !== undefined) return found;
  const others = running.length === 0 ? "" : ` (there are ${running.map((one) => one.id).join(", ")})`;
  throw new Error(`no cluster ${id ?? ""} runs${others}; start one with npm run cluster:up`);
}

function main() {
  const { values, positionals } = parseArgs({ options: { id: { type: "string" } }, allowPositionals: true });
  const cluster = chosen(values.id);
  const path = [join(cluster.state, "bin"), cluster.components, process.env["PATH"] ?? ""].join(":");
  const env = { ...process.env, PATH: path, KUBECONFIG: cluster.kubeconfig };
  const [program = process.env["SHELL"] ?? "/bin/sh", ...args] = positionals;
  if (positionals.length === 0) process.stderr.write(`cluster ${cluster.id}: ${nameOf(cluster.variant)}; leave with exit\n`);
  const child = spawn(program, args, { env, stdio: "inherit" });
  child.on("error", (error) => {
    process.stderr.write(`${program}: ${error.message}\n`);
    process.exitCode = 127;
  });
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
