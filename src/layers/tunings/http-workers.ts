import type { PathSpec } from "../../model/wiring.js";
import type { CountedLayer } from "../contract.js";

/** An HTTP server that can use more than one CPU. */
export const httpWorkers: CountedLayer = {
  name: "http-workers",
  family: "tunings",
  argument: { kind: "workers", default: 2, least: 2, most: 64 },
  sentence: "The measured HTTP server, nginx, has several workers in place of one.",
  why: "One worker is one CPU: however well packets are spread over CPUs, that one answers all of them. More workers pay where CPUs are left over for them.",
  needs: { kernel: [], programs: [] },
  excludes: {},
  sources: ["nginx.org/en/docs/ngx_core_module.html#worker_processes"],
  deviations: [],
  onto: (wiring, _topology, count) => ({
    ...wiring,
    paths: Object.fromEntries(
      Object.entries(wiring.paths).map(([name, spec]): [string, PathSpec] => [name, { ...spec, httpWorkers: count }]),
    ),
  }),
};
