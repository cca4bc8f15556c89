/**
 * Every recogniser, in the order in which lines are offered: the first that takes a line has it.
 * @packageDocumentation
 */
import type { JsonRecogniser, LineRecogniser, Recogniser } from "../recogniser.js";
import { ab } from "./ab.js";
import { addressLines } from "./address-lines.js";
import { fortioJson, fortioText } from "./fortio.js";
import { hey } from "./hey.js";
import { iperf2 } from "./iperf2.js";
import { iperf3Json } from "./iperf3-json.js";
import { iperf3Text } from "./iperf3-text.js";
import { iptables } from "./iptables.js";
import { k8sNetperfJson, k8sNetperfTable } from "./k8s-netperf.js";
import { knbJson, knbText } from "./knb.js";
import { logLines } from "./log-lines.js";
import { netperf } from "./netperf.js";
import { ping } from "./ping.js";
import { qperf } from "./qperf.js";
import { sockperf } from "./sockperf.js";
import { stated } from "./stated.js";
import { wrk } from "./wrk.js";

/** Recognisers of tools' text. */
export const LINE_RECOGNISERS: readonly LineRecogniser[] = [
  ping,
  iperf3Text,
  iperf2,
  k8sNetperfTable,
  knbText,
  netperf,
  sockperf,
  ab,
  wrk,
  hey,
  fortioText,
  qperf,
  iptables,
  logLines,
  addressLines,
];

/** Reads what no tool printed. */
export const PROSE_RECOGNISER: LineRecogniser = stated;

/** Recognisers of tools' JSON. */
export const JSON_RECOGNISERS: readonly JsonRecogniser[] = [iperf3Json, fortioJson, k8sNetperfJson, knbJson];

/** Everything that can be imported. */
export const RECOGNISERS: readonly Recogniser[] = [...LINE_RECOGNISERS, ...JSON_RECOGNISERS, PROSE_RECOGNISER];
