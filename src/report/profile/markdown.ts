/**
 * A profile as Markdown for a ticket.
 * @packageDocumentation
 */
import { inPoints } from "../../explain/answer.js";
import type { Cost, ProfileTable } from "../../model/profile.js";
import { plainText } from "../markdown/plain-text.js";
import { table } from "../markdown/step-text.js";
import { agreementText, costText, differenceText, profileSentences, topLayers, witnessedTitle } from "./figures.js";
import { profileLayerTitle } from "./layer-title.js";

/** Layers that are listed. */
const MOST = 12;

/** The table of layers, what it rests on, and the two witnesses. */
export function profileMarkdown(profile: ProfileTable): string {
  const { unit, total, variant, witnesses } = profile;
  const layers = table(
    [`CPU time of ${profile.workload}, ${unit}`, "difference", "host", plainText(variant.mode), "difference a packet, us"],
    [...topLayers(profile, MOST).map(({ layer, ...cost }) => [profileLayerTitle(layer), ...cells(cost)]), ["all", ...cells(total)]],
  );
  const both = table(
    ["Two witnesses", "waterfall, points", `profile, ${unit}`, "together"],
    witnesses.map((one) => [
      witnessedTitle(one),
      one.waterfall === undefined ? "-" : inPoints(one.waterfall),
      one.profile.difference === undefined ? "-" : differenceText(one.profile.difference),
      agreementText(one),
    ]),
  );
  return [layers, plainText(profileSentences(profile).join(" ")), ...(witnesses.length === 0 ? [] : [both])].join("\n\n");
}

const cells = ({ host, variant, difference, perPacket }: Cost): readonly string[] => [
  differenceText(difference),
  costText(host.value),
  costText(variant.value),
  differenceText(perPacket.difference),
];
