import { offloadChange } from "./offload.js";

/** TCP segments are cut by the card. */
export const offloadTso = offloadChange({
  name: "offload-tso",
  feature: "tx-tcp-segmentation",
  why: "TCP hands over up to 64 kB at a time and the way through the stack is paid once for all of it.",
  risk: "low",
  breaks: "Cards are known whose segmentation corrupts frames that are forwarded, and those only (projectbluefin/lab #662).",
  sources: ["projectbluefin/lab #662"],
});
