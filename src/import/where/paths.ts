/**
 * Paths between two ends, and Services named in other words than those for ends.
 * @packageDocumentation
 */
import { ARROW, placeWords } from "./places.js";

const BETWEEN =
  /(?<!\p{L})(?:between|zwischen|entre|между|fra|tra|tussen|między|pomiędzy|inside|outside|within|dentro|fuera|fora|dans|innerhalb|außerhalb)(?:\s+\p{L}+){0,2}\s*$/iu;
const BETWEEN_BEHIND = /^\s?(?:之间|间|間|同士|互|내|내부|간|사이|内|外|里|の(?:間|中|外)|lar arası| arası)/u;

/** Whether a part of a text names ends by a path (`pod to pod`, `between the nodes`, `pod内`), not as the subject of anything. */
export function namesPath(text: string, from: number, to: number): boolean {
  const words = placeWords(text).filter(({ at }) => at >= from && at < to);
  return words.some(({ kind, at, end }, index) => {
    const next = words[index + 1];
    return (
      kind === "host-network" ||
      BETWEEN.test(text.slice(Math.max(0, at - 40), at)) ||
      BETWEEN_BEHIND.test(text.slice(end)) ||
      (next !== undefined && next.at - end < 24 && (ARROW.test(text.slice(end, next.at)) || /^\s?[-–]\s?$/.test(text.slice(end, next.at))))
    );
  });
}

const SERVICE_WORD =
  /(?<![\p{Script=Latin}\p{Script=Cyrillic}])(?:services?|svc|servicios?|serviços?|servizio|dienste?s?|сервис\p{L}*|usług\p{L}*|servis\p{L}*)(?![\p{Script=Latin}\p{Script=Cyrillic}])(?! (?:mesh|account|level))|服务(?!器|端)|サービス/iu;
/** Whether a text names a Service, in words that may be of another spelling than those for ends. */
export const namesService = (text: string): boolean => SERVICE_WORD.test(text);

const SERVER_END = /(?<!\p{L})(?:servers?|listener|receiver|-s|serveur|servidor|сервер\p{L}*)(?!\p{L})|服务端|服务器端|サーバー?/iu;
const CLIENT_END = /(?<!\p{L})(?:clients?|sender|-c|cliente|клиент\p{L}*)(?!\p{L})|客户端|クライアント/iu;

/** "server in a pod, client on the node": the two ends of one path, each named with where it is. */
export function endsApart(text: string, from: number, to: number): boolean {
  const part = text.slice(from, to);
  if (!SERVER_END.test(part) || !CLIENT_END.test(part)) return false;
  const kinds = placeWords(text)
    .filter(({ at }) => at >= from && at < to)
    .map(({ kind }) => kind);
  const pods = kinds.filter((kind) => kind === "pod").length;
  return pods > 0 && (kinds.includes("host") || kinds.includes("named") || (pods === 1 && kinds.includes("other")));
}
