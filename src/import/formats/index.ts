/**
 * Every recogniser, in the order in which lines are offered: the first that takes a line has it.
 * @packageDocumentation
 */
import type { JsonRecogniser, LineRecogniser, Recogniser } from "../recogniser.js";
import { ab } from "./http/ab.js";
import { fortioJson, fortioText } from "./http/fortio.js";
import { hey } from "./http/hey.js";
import { wrk } from "./http/wrk.js";
import { iperf2 } from "./iperf/iperf2.js";
import { iperf3Json } from "./iperf/iperf3-json.js";
import { iperf3Text } from "./iperf/iperf3-text.js";
import { netperf } from "./netperf/netperf.js";
import { netperfColumns } from "./netperf/netperf-columns.js";
import { stated } from "./sentences/stated.js";
import { ciliumPerf } from "./suites/cilium-perf.js";
import { k8sNetperfJson, k8sNetperfTable } from "./suites/k8s-netperf.js";
import { knbJson, knbText } from "./suites/knb.js";
import { testLogs } from "./suites/test-logs.js";
import { addressLines } from "./system/address-lines.js";
import { iptables } from "./system/iptables.js";
import { logLines } from "./system/log-lines.js";
import { ping } from "./tools/ping.js";
import { qperf } from "./tools/qperf.js";
import { sockperf } from "./tools/sockperf.js";
import { transfers } from "./tools/transfers.js";

/** Recognisers of tools' text. */
export const LINE_RECOGNISERS: readonly LineRecogniser[] = [
  ping,
  iperf3Text,
  iperf2,
  k8sNetperfTable,
  knbText,
  ciliumPerf,
  netperfColumns,
  netperf,
  sockperf,
  ab,
  wrk,
  hey,
  fortioText,
  qperf,
  transfers,
  testLogs,
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
