/**
 * Self-distrust: everything that could make a figure wrong and that its own evidence shows (docs/distrust.md).
 * @packageDocumentation
 */
import type { CheckName, Doubt } from "../../model/doubt.js";
import { clock } from "./clock.js";
import { congestionControl } from "./congestion-control.js";
import { cpuBound } from "./cpu-bound.js";
import { drift } from "./drift.js";
import { encapsulation } from "./encapsulation.js";
import type { CellEvidence, Check } from "./evidence.js";
import { fasterThanHost } from "./faster-than-host.js";
import { generatorBound } from "./generator-bound.js";
import { hostNoise } from "./host-noise.js";
import { interrupted } from "./interrupted.js";
import { linkRate } from "./link-rate.js";
import { losses } from "./losses.js";
import { mtu } from "./mtu.js";
import { neighbours } from "./neighbours.js";
import { restartEffect } from "./restart-effect.js";
import { retransmissions } from "./retransmissions.js";
import { smallWindow } from "./small-window.js";
import { standstill } from "./standstill.js";
import { steal } from "./steal.js";
import { throttled } from "./throttled.js";
import { toolsDisagree } from "./tools-disagree.js";
import { tracking } from "./tracking.js";
import { udpLoss } from "./udp-loss.js";
import { undrained } from "./undrained.js";

/** All checks; what makes a figure meaningless comes before what merely limits it, since a cell is refused with the first reason. */
const CHECK: Readonly<Record<CheckName, Check>> = {
  clock,
  interrupted,
  standstill,
  mtu,
  "congestion-control": congestionControl,
  "tools-disagree": toolsDisagree,
  undrained,
  throttled,
  steal,
  neighbours,
  tracking,
  "link-rate": linkRate,
  encapsulation,
  "host-noise": hostNoise,
  "restart-effect": restartEffect,
  drift,
  "udp-loss": udpLoss,
  losses,
  "generator-bound": generatorBound,
  "cpu-bound": cpuBound,
  retransmissions,
  "small-window": smallWindow,
  "faster-than-host": fasterThanHost,
};

/** Everything that speaks against a cell, in the order of the checks. */
export function doubtsOf(cell: CellEvidence): readonly Doubt[] {
  if (cell.own.length === 0) return [];
  return Object.values(CHECK).flatMap((check) => check(cell) ?? []);
}
