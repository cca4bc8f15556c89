/**
 * Opens a lab as the command line does, loads it until it is told to end, and prints one JSON line for each thing that happens.
 * Runs from a copy of the built program (built-lab.ts), so that an ordinary user can run it and every process of it can be killed.
 *
 *     node driver.mjs AGENT MODE...
 */
/** @type {(module: string) => Promise<unknown>} */
const built = async (module) => import(new URL(`dist/${module}`, import.meta.url).href);
const { realClock } = /** @type {typeof import("../../src/machine/clock.js")} */ (await built("machine/clock.js"));
const { realFiles } = /** @type {typeof import("../../src/machine/files.js")} */ (await built("machine/files.js"));
const { realProcesses } = /** @type {typeof import("../../src/machine/processes.js")} */ (await built("machine/processes.js"));
const { standing } = /** @type {typeof import("../../src/machine/standing.js")} */ (await built("machine/standing.js"));
const { resolveVariant } = /** @type {typeof import("../../src/variants/variant.js")} */ (await built("variants/variant.js"));
const { openLab } = /** @type {typeof import("../../src/venues/lab/lab-session.js")} */ (await built("venues/lab/lab-session.js"));
const { bitsPerSecond, milliseconds } = /** @type {typeof import("../../src/units/quantity.js")} */ (await built("units/quantity.js"));

/** @typedef {import("../../src/venues/contract.js").VenueSession} VenueSession */
/** @typedef {import("../../src/venues/contract.js").Path} Path */

/** @param {unknown} value */
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
/** @param {string} program */
async function locate(program) {
  for (const folder of ["/usr/bin", "/bin", "/usr/sbin", "/sbin", new URL("dist/native", import.meta.url).pathname])
    if (await realFiles.exists(`${folder}/${program}`)) return `${folder}/${program}`;
  return undefined;
}

/** @returns {never} */
function absent() {
  throw new Error("the lab has no use for this");
}

const [agent = "", ...names] = process.argv.slice(2);
// The real ports, without execa: the copy has zod and no other package.
const machine = {
  commands: { locate, run: absent },
  files: realFiles,
  processes: realProcesses(process.env["PATH"]),
  clock: realClock,
  ...standing(),
  ...(process.env["PODWIRE_TEST_ORDINARY"] === undefined ? {} : { root: false }),
  node: process.execPath,
  agent,
};

/** @param {VenueSession} lab @param {Path} path */
async function loadOnce(lab, path) {
  /** @param {[string, ...string[]]} argv */
  const command = (argv) => ({ argv, reason: "load", timeout: milliseconds(20_000), watch: [path.to] });
  const server = await lab.spawn(path.to, command(["iperf3", "--server", "--one-off"]));
  const client = await lab.spawn(path.from, command(["ping", "-n", "-q", "-i", "0.002", path.address]));
  await client.stop();
  for (let slice = 0; slice < 3; slice++) await lab.slice([client], milliseconds(1), milliseconds(5), [path.to]);
  await Promise.all([client.end(), server.end()]);
}

try {
  const modes = names.map((name) => resolveVariant(name));
  const lab = await openLab(machine, { modes, links: ["open", "capped"], rate: bitsPerSecond(1e9), mtu: 1500, nodes: 2 });
  say({ event: "open", paths: lab.paths.length, failures: lab.failures });
  const [first] = lab.paths;
  if (first !== undefined) await lab.spawn(first.to, { argv: ["sleep", "infinity"], reason: "a resident", timeout: milliseconds(600_000) });
  const input = { open: true };
  process.stdin
    .on("end", () => {
      input.open = false;
    })
    .resume();
  while (input.open) for (const path of lab.paths) if (input.open) await loadOnce(lab, path);
  await lab.close();
  say({ event: "closed" });
} catch (error) {
  say(
    error instanceof Error
      ? { event: "error", message: error.message, hint: "hint" in error ? error.hint : undefined }
      : { event: "error" },
  );
  process.exitCode = 1;
  process.stdin.destroy();
}
