import { describe, expect, test } from "vitest";
import { irqExperiment } from "../../../test/synthetic/irq-experiment.js";
import { METRICS } from "../../model/metric.js";
import { renderIrqExperiment } from "./irq-experiment.js";
import { displayWidth } from "./text.js";

const FILE = "podwire-runs/a.json";
const at = (width: number, full = false): string => renderIrqExperiment(irqExperiment(), FILE, { width, colour: false, full });

describe.each([60, 80, 100])("at %i columns", (width) => {
  test("the answer stands first, then every combination with its figures, and no codename", () => {
    const text = at(width);
    const oneSpace = text.replaceAll(/\s+/g, " ");
    expect(oneSpace).toMatch(/^flannel-host-gw, compared with everything on CPU 0 and one worker: /);
    expect(oneSpace).toContain("Ratios of HTTP with new connections, to the host and to the first combination");
    for (const { name } of METRICS.filter((metric) => /[.-]/.test(metric.name))) expect(text).not.toContain(name);
    expect(text).not.toMatch(/\bhttp\b/);
    for (const figure of ["0.512 [0.500, 0.530]", "1.170 [1.100, 1.250] more", "1.010 [0.950, 1.080] no difference seen", "failed: ab "])
      expect(oneSpace).toContain(figure);
    expect(oneSpace).toContain(`The run is in ${FILE}. --full prints what each CPU did.`);
    expect(text).not.toContain("in softirqs");
  });

  test("in full it has what each CPU did, every counter, and why that is not known of one", () => {
    const text = at(width, true);
    const oneSpace = text.replaceAll(/\s+/g, " ");
    for (const head of ["busy, # in softirqs", "NET_RX", "packets", "by RPS", "squeezed", "dropped", "interrupts", "ksoftirqd"])
      expect(text).toContain(head);
    expect(text).toContain("1\u00a0234\u00a0567");
    expect(oneSpace).toContain("##########==........");
    expect(oneSpace).toContain("what each CPU did is not known: /proc/softirqs cannot be read");
    expect(oneSpace).toContain("connection reset by peer after four thousand requests of which none was answered in time");
    expect(text).not.toContain("--full");
  });

  test.each([false, true])("no line is wider, in full or not (%s)", (full) => {
    for (const line of at(width, full).split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });
});

test("a line a combination where there is room, its figures below it where not", () => {
  expect(at(100)).toMatch(/^mode +queues +workers +to the host +to the first$/m);
  expect(at(100)).toMatch(/^flannel-host-gw +rps +1 +0\.600 \[0\.580, 0\.620\] +1\.170 \[1\.100, 1\.250\] +more$/m);
  expect(at(60)).toMatch(/^flannel-host-gw, queues rps, 1 worker\n {2}to the host +0\.600 .*\n {2}to the first +1\.170 .* more$/m);
});
