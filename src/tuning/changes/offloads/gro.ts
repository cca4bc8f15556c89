import { offloadChange } from "./offload.js";

/** Packets are joined as early as can be. */
export const offloadGro = offloadChange({
  name: "offload-gro",
  feature: "generic-receive-offload",
  why: "What arrives cut is joined before it passes rules, routes and sockets. A veth has it off by itself, which costs where its sender does not segment late.",
  risk: "low",
  breaks: "A packet waits for its neighbours for a moment: latency of single packets may grow.",
  offByDefault: ({ kind }) => kind === "veth",
  sources: ["drivers/net/veth.c"],
});
