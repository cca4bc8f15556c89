/**
 * Names of the tools that networks are measured with.
 * @packageDocumentation
 */

/** A tool's name anywhere in a text. */
export const TOOL_WORD =
  /(?<![\p{Script=Latin}\p{Script=Cyrillic}\d])(?<tool>iperf|netperf|qperf|sockperf|wrk|ab|hey|fortio|nuttcp|ntttcp|k6|vegeta|siege|scp|rsync|curl|wget|speedtest|netcat|nc|nginx|apache ?bench|apachebench|tcping|fping|ping)[23]?(?![\p{Script=Latin}\p{Script=Cyrillic}\d])/giu;

/** The tool that a text names last. */
export function lastTool(text: string): string | undefined {
  return [...text.matchAll(TOOL_WORD)].at(-1)?.groups?.["tool"]?.toLowerCase();
}
