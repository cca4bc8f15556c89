/**
 * The lab as benches open it: the built program's own parts with the real machine.
 */
import { realClock } from "../../dist/machine/clock.js";
import { realCommands } from "../../dist/machine/commands.js";
import { realFiles } from "../../dist/machine/files.js";
import { realProcesses } from "../../dist/machine/processes.js";
import { standing } from "../../dist/machine/standing.js";
import { ROOT } from "./record.mjs";

const PATH = process.env["PATH"];

/** @type {import("../../dist/venues/lab/lab-agent.js").LabMachine} */
export const MACHINE = {
  commands: realCommands(PATH),
  processes: realProcesses(PATH),
  files: realFiles,
  clock: realClock,
  ...standing(),
  node: process.execPath,
  agent: `${ROOT}dist/venues/agent/program/sandbox.js`,
};
