import type { LinkSetStep, Wiring } from "../../../model/wiring.js";
import { cardsOf, withSteps } from "../places.js";

/** Bytes that the nodes' cards lose against the pods. */
const NARROWER = 100;

/** The wiring whose nodes' cards are narrower than its pods. */
export const narrowCards = (wiring: Wiring): Wiring =>
  withSteps(
    wiring,
    ...cardsOf(wiring).map(
      ({ in: place, device }): LinkSetStep => ({
        kind: "link-set",
        in: place,
        name: device,
        settings: ["mtu", String((wiring.paths["pod-pod"]?.mtu ?? 0) - NARROWER)],
        reason: "planted: the link between the nodes carries less than the pods send",
      }),
    ),
  );
