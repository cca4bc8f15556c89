/**
 * Opens a lab as the command line does, loads it until it is told to end, and prints one JSON line for each thing that happens.
 * Runs from a copy of the built program (built-lab.ts), so that an ordinary user can run it and every process of it can be killed.
 *
 *     node driver.mjs AGENT MODE...
 */
import { access, readFile } from "node:fs/promises";
import { realClock } from "./dist/machine/clock.js";
import { realProcesses } from "./dist/machine/processes.js";
import { findMode } from "./dist/modes/index.js";
import { openLab } from "./dist/venues/lab/lab-session.js";

const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const reachable = (path) => access(path).then(() => true, () => false);

const [agent, ...modes] = process.argv.slice(2);
// The real ports, without execa: the copy has no node_modules.
const machine = {
  commands: {
    locate: async (program) => {
      for (const folder of ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]) if (await reachable(`${folder}/${program}`)) return `${folder}/${program}`;
      return undefined;
    },
  },
  files: { readText: (path) => readFile(path, "utf8"), exists: reachable },
  processes: realProcesses(process.env.PATH),
  clock: realClock,
  root: process.getuid() === 0 && process.env.PODWIRE_TEST_ORDINARY === undefined,
  node: process.execPath,
  agent,
};

async function loadOnce(lab, path) {
  const command = (argv) => ({ argv, reason: "load", timeout: 20_000, watch: [path.to] });
  const [server, client] = [
    await lab.spawn(path.to, command(["iperf3", "--server", "--one-off"])),
    await lab.spawn(path.from, command(["ping", "-n", "-q", "-i", "0.002", path.address])),
  ];
  await client.stop();
  for (let slice = 0; slice < 3; slice++) await lab.slice([client], 1, 5, [path.to]);
  await Promise.all([client.end(), server.end()]);
}

try {
  const lab = await openLab(machine, { modes: modes.map(findMode), links: ["open", "capped"], rate: 1e9, mtu: 1500, nodes: 2 });
  say({ event: "open", paths: lab.paths.length, failures: lab.failures });
  const [first] = lab.paths;
  await lab.spawn(first.to, { argv: ["sleep", "infinity"], reason: "a resident", timeout: 600_000 });
  let ending = false;
  process.stdin.on("end", () => (ending = true)).resume();
  while (!ending) for (const path of lab.paths) if (!ending) await loadOnce(lab, path);
  await lab.close();
  say({ event: "closed" });
} catch (error) {
  say({ event: "error", message: error.message, hint: error.hint });
  process.exitCode = 1;
  process.stdin.destroy();
}
