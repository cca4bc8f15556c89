import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { importTexts } from "../../test/synthetic/imported-texts.js";

/** Headings for the two sides. */
const SIDES: readonly { readonly host: string; readonly pod: string }[] = [
  { host: "between hosts", pod: "between pods" },
  { host: "Node to node", pod: "Pod to pod" },
  { host: "host -> host", pod: "pod -> pod" },
  { host: "without containers", pod: "inside the containers" },
  { host: "hostNetwork: true", pod: "hostNetwork: false" },
  { host: "zwischen den Knoten", pod: "zwischen den Pods" },
  { host: "entre los nodos", pod: "entre los pods" },
  { host: "между узлами", pod: "между подами" },
  { host: "宿主机之间", pod: "容器之间" },
  { host: "ホスト間", pod: "コンテナ間" },
];

interface Tool {
  readonly metric: string;
  /** What one unit of the printed number is in the figure. */
  readonly scale: number;
  readonly print: (value: string) => string;
}

/** What tools print, with the number that is read. */
const TOOLS: readonly Tool[] = [
  {
    metric: "tcp",
    scale: 1e6,
    print: (rate) => `[  5]   0.00-10.00  sec   884 MBytes   ${rate} Mbits/sec                  receiver\n`,
  },
  {
    metric: "tcp",
    scale: 1e6,
    print: (rate) =>
      `[ ID] Interval           Transfer     Bandwidth       Retr\n[  4]   0.00-10.00  sec   890 MBytes   ${rate} Mbits/sec   12             sender\n[  4]   0.00-10.00  sec   884 MBytes   ${rate} Mbits/sec                  receiver\n\niperf Done.\n`,
  },
  {
    metric: "latency.icmp",
    scale: 1,
    print: (us) =>
      `--- 192.0.2.7 ping statistics ---\n3 packets transmitted, 3 received, 0% packet loss, time 2003ms\nrtt min/avg/max/mdev = ${ms(us)}/${ms(us)}/${ms(us)}/0.000 ms\n`,
  },
  { metric: "latency.icmp", scale: 1, print: (us) => `64 bytes from 192.0.2.7: icmp_seq=1 ttl=62 time=${ms(us)} ms\n` },
];

const ms = (us: string): string => (Number(us) / 1000).toFixed(3);

interface Sided {
  readonly first: readonly [heading: string, output: string];
  readonly second: readonly [heading: string, output: string];
}

/** Ways to put two outputs below two headings. */
const LAYOUTS: readonly ((sided: Sided) => string)[] = [
  ({ first, second }) => [first, second].map(([heading, output]) => `${heading}:\n${output}`).join("\n"),
  ({ first, second }) => [first, second].map(([heading, output]) => `${heading}:\n\n${output}`).join("\n\n"),
  ({ first, second }) => [first, second].map(([heading, output]) => `## ${heading}\n\n${output}`).join("\n"),
  ({ first, second }) => [first, second].map(([heading, output]) => `**${heading}**\n\n\`\`\`\n${output}\`\`\`\n`).join("\n"),
  ({ first, second }) =>
    [first, second].map(([heading, output]) => `> ${heading}:\n> ${output.trimEnd().replaceAll("\n", "\n> ")}\n`).join("\n"),
  ({ first, second }) => [first, second].map(([heading, output], index) => `${String(index + 1)}. ${heading}:\n${output}`).join("\n"),
];

const number = fc.integer({ min: 101, max: 999 }).map(String);

describe("tools' outputs below headings are read back", () => {
  test("both sides, the right numbers, one pair", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SIDES),
        fc.constantFrom(...TOOLS),
        fc.constantFrom(...LAYOUTS),
        // Two outputs with equal numbers may be one, copied.
        fc.uniqueArray(number, { minLength: 2, maxLength: 2 }),
        fc.boolean(),
        (sides, tool, layout, [host = "", pod = ""], hostsFirst) => {
          const outputs = [
            [sides.host, tool.print(host)],
            [sides.pod, tool.print(pod)],
          ] as const;
          const text = layout(hostsFirst ? { first: outputs[0], second: outputs[1] } : { first: outputs[1], second: outputs[0] });
          const { figures, comparisons } = importTexts({ t: text });
          const found = figures
            .filter(({ metric }) => metric === tool.metric)
            .map(({ role, value }) => [role, value])
            .sort(([a], [b]) => String(a).localeCompare(String(b)));
          expect([text, found]).toEqual([
            text,
            [
              ["host", expect.closeTo(Number(host) * tool.scale, 3)],
              ["pod", expect.closeTo(Number(pod) * tool.scale, 3)],
            ],
          ]);
          // What ping says of lost packets is a figure of its own.
          expect(comparisons.filter(({ metric }) => metric === tool.metric).map(({ ratio }) => ratio)).toEqual([
            expect.closeTo(Number(pod) / Number(host), 6),
          ]);
        },
      ),
      { numRuns: 120 },
    );
  });
});
