import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { importTexts } from "../../test/synthetic/imported-texts.js";

/** Ways to name the two sides, in the languages and forms of public reports. */
const SIDES: readonly { readonly host: string; readonly pod: string }[] = [
  { host: "between hosts", pod: "between pods" },
  { host: "host to host", pod: "pod to pod" },
  { host: "node-to-node", pod: "pod-to-pod" },
  { host: "node -> node", pod: "pod -> pod" },
  { host: "outside the pods", pod: "inside the pods" },
  { host: "without containers", pod: "in containers" },
  { host: "with hostNetwork", pod: "without hostNetwork" },
  { host: "bare metal", pod: "container to container" },
  { host: "between the nodes", pod: "between pods on different nodes" },
  { host: "between two VMs", pod: "between two pods on those VMs" },
  { host: "zwischen den Knoten", pod: "zwischen Pods auf verschiedenen Knoten" },
  { host: "außerhalb der Container", pod: "innerhalb der Container" },
  { host: "entre los nodos", pod: "entre los pods" },
  { host: "fuera de los contenedores", pod: "dentro de los contenedores" },
  { host: "entre les nœuds", pod: "entre les conteneurs" },
  { host: "entre os nós", pod: "entre os contêineres" },
  { host: "между узлами", pod: "между подами" },
  { host: "вне контейнеров", pod: "внутри контейнеров" },
  { host: "宿主机之间", pod: "容器之间" },
  { host: "物理机到物理机", pod: "跨主机容器到容器" },
  { host: "pod外", pod: "pod内" },
  { host: "ホスト間", pod: "コンテナ間" },
];

const UNITS: readonly { readonly unit: string; readonly bits: number }[] = [
  { unit: "Mbit/s", bits: 1e6 },
  { unit: "Mbits/sec", bits: 1e6 },
  { unit: "MBit/s", bits: 1e6 },
  { unit: "mbps", bits: 1e6 },
  { unit: "Mb/s", bits: 1e6 },
  { unit: "Gbit/s", bits: 1e9 },
  { unit: "Gbps", bits: 1e9 },
  { unit: "GBits/sec", bits: 1e9 },
  { unit: "MB/s", bits: 8e6 },
  { unit: "MBytes/s", bits: 8e6 },
  { unit: "MiB/s", bits: 8 * 2 ** 20 },
  { unit: "Мбит/с", bits: 1e6 },
  { unit: "Гбит/сек", bits: 1e9 },
  { unit: "bits/sec", bits: 1 },
];

interface Said {
  readonly host: string;
  readonly pod: string;
  readonly hostRate: string;
  readonly podRate: string;
}

/** Ways to put both figures into a text. */
const FORMS: readonly ((said: Said) => string)[] = [
  ({ host, pod, hostRate, podRate }) => `${host}: ${hostRate}\n${pod}: ${podRate}\n`,
  ({ host, pod, hostRate, podRate }) => `${pod}: ${podRate}\n${host}: ${hostRate}\n`,
  ({ host, pod, hostRate, podRate }) => `${host}: ${hostRate}, ${pod}: ${podRate}`,
  ({ host, pod, hostRate, podRate }) => `We got ${hostRate} ${host}, but only ${podRate} ${pod}.`,
  ({ host, pod, hostRate, podRate }) => `${hostRate} ${host}; ${podRate} ${pod}`,
  ({ host, pod, hostRate, podRate }) => `${host} ${hostRate} (${pod}: ${podRate})`,
  ({ host, pod, hostRate, podRate }) => `## ${host}\n\nthroughput ${hostRate}\n\n## ${pod}\n\nthroughput ${podRate}\n`,
  ({ host, pod, hostRate, podRate }) => `${host}:\n\n${hostRate}\n\n${pod}:\n\n${podRate}\n`,
  ({ host, pod, hostRate, podRate }) => `| path | result |\n|---|---|\n| ${pod} | ${podRate} |\n| ${host} | ${hostRate} |\n`,
  ({ host, pod, hostRate, podRate }) => `| ${host} | ${pod} |\n|---|---|\n| ${hostRate} | ${podRate} |\n`,
  ({ host, pod, hostRate, podRate }) => `* ${host} = ${hostRate}\n* ${pod} = ${podRate}\n`,
];

const number = fc.oneof(
  fc.integer({ min: 2, max: 997 }).map(String),
  fc.integer({ min: 11, max: 9899 }).map((n) => (n / 100).toFixed(2)),
);

const said = fc.record({
  sides: fc.constantFrom(...SIDES),
  units: fc.tuple(fc.constantFrom(...UNITS), fc.constantFrom(...UNITS)),
  numbers: fc.tuple(number, number),
  form: fc.constantFrom(...FORMS),
  blank: fc.constantFrom(" ", "", "  "),
});

describe("figures rendered into phrasings are read back", () => {
  test("both sides, the right numbers, one pair", () => {
    fc.assert(
      fc.property(said, ({ sides, units, numbers, form, blank }) => {
        const text = form({
          ...sides,
          hostRate: `${numbers[0]}${blank}${units[0].unit}`,
          podRate: `${numbers[1]}${blank}${units[1].unit}`,
        });
        const { figures, comparisons } = importTexts({ t: text });
        const found = figures.map(({ role, value }) => [role, value]).sort(([a], [b]) => String(a).localeCompare(String(b)));
        expect([text, found]).toEqual([
          text,
          [
            ["host", expect.closeTo(Number(numbers[0]) * units[0].bits, 3)],
            ["pod", expect.closeTo(Number(numbers[1]) * units[1].bits, 3)],
          ],
        ]);
        expect(comparisons).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });
});
