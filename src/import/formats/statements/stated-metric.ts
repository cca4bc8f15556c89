/**
 * Which metric a written quantity is about, from the words of its clause, its line and the heading above it.
 * @packageDocumentation
 */
import type { Quantity } from "../../quantities/quantities.js";
import { withoutBackends } from "../../where/modes.js";

const LATENCY =
  /latenc|latenz|gecikme|opóźnieni|(?:tcp|udp)_(?:lat|c?rr)(?![a-z])|(?<!\p{L})(?:requests?|calls?|queries|anfragen?)(?!\p{L}|\s?(?:\/|per)).{0,60}(?:takes?|took|needs?|dauer(?:t|n)|brauch(?:t|en))(?!\p{L})|(?:peticion|solicitud|requête|запрос).{0,60}(?:tarda|prend|занима)|(?<!\p{L})lat\.?(?!\p{L})|rtt|round[- ]?trip|(?<!\p{Script=Latin})(?:tc|http|arp|f)?ping(?!\p{Script=Latin})|umlaufzeit|antwortzeit|paketumlauf|response time|delay|延迟|时延|往返|响应时间|latência|latence|задержк|(?<!\p{L})пинг|遅延|レイテンシ|지연|(?<![\p{L}\p{N}])p(?:50|90|95|99(?:\.9)?)(?![\p{L}\p{N}])|min\W.*avg\W.*max|(?<!\p{L})(?:fortio|sockperf)(?!\p{L})|(?<!\p{L})(?:[kmg](?:bps|b(?:it)?s?\/s(?:ec)?)|[кмг]бит\/с(?:ек)?)\s?(?:[,/;]|and|und|y|et|и)\s?\d[\d.,]*\s?(?:ms|us|[µμ]s|мк?с)(?!\p{L}|\s(?:interval|window|timeout|jitter|apart|delay between))|percentile|perzentil|分位/iu;
const HTTP = /nginx|http|req|anfrage|petici|solicit|requête|请求|rps|qps|запрос/iu;
const UDP = /(?<![\p{Script=Latin}])udp(?![\p{Script=Latin}])|iperf3? (?:-\S+ )*-u(?![\p{L}\d])/iu;
const TCP = /(?<![\p{Script=Latin}]|ipv4\.)tcp(?![\p{Script=Latin}])|iperf/iu;

/** The metric of a quantity; undefined where the words do not say what it measures. The first text that says it counts: the nearest comes first. */
export function statedMetric(quantity: Pick<Quantity, "kind">, texts: readonly string[]): string | undefined {
  switch (quantity.kind) {
    case "requests":
      return /(?:tcp|udp)_?c?rr(?![a-z])/iu.test(texts[0] ?? "") ? transactionMetric(texts[0] ?? "") : "http";
    case "packets":
      return "pps";
    case "time":
      return texts.some((text) => LATENCY.test(text)) ? "latency" : undefined;
    case "transactions":
      return transactionMetric(texts.join(" "));
    case "rate":
      return protocolOf(texts);
  }
}

function protocolOf(texts: readonly string[]): string {
  for (const text of withoutBackends(texts)) {
    const [udp, tcp] = [UDP.test(text), TCP.test(text)];
    if (udp && !/tcp/iu.test(text)) return "udp";
    if (tcp && !udp) return "tcp";
  }
  return "throughput";
}

function transactionMetric(text: string): string | undefined {
  if (/crr/iu.test(text)) return "crr.tcp";
  if (/udp_?rr/iu.test(text)) return "rr.udp";
  return /tcp_?rr|netperf|(?<!\p{L})rr(?!\p{L})|request.response/iu.test(text) ? "rr.tcp" : undefined;
}

const THROUGHPUT =
  /throughput|bandwidth|durchsatz|bandbreite|rendimiento|ancho de banda|débit|bande passante|vazão|banda|пропускн|скорост|带宽|吞吐|スループット|帯域|대역폭/iu;

/** The metric of a share: by the nearest of some texts that says it. */
export function metricOfShare(texts: readonly string[]): string {
  const [text = ""] = withoutBackends(texts).filter(
    (one) => THROUGHPUT.test(one) || [HTTP, LATENCY, UDP, TCP].some((words) => words.test(one)),
  );
  return HTTP.test(text) ? "http" : LATENCY.test(text) ? "latency" : UDP.test(text) ? "udp" : TCP.test(text) ? "tcp" : "throughput";
}
