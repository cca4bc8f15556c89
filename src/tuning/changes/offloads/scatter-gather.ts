import { offloadChange } from "./offload.js";

/** Packets in several pieces. */
export const offloadScatterGather = offloadChange({
  name: "offload-scatter-gather",
  feature: "tx-scatter-gather",
  why: "Without it every packet is copied into one piece before it is sent, and neither TSO nor GSO can be on.",
  risk: "low",
  breaks: "A driver that does not do what it promises corrupts or loses packets.",
  sources: [],
});
