/**
 * The lines of a waterfall, the same on a terminal, on a page and in Markdown.
 * @packageDocumentation
 */
import { costText, inPoints } from "../../explain/answer.js";
import { layerTitle } from "../../explain/layer-names.js";
import type { ExplainedMetric, Explanation, TakenAwayEffect } from "../../model/explanation.js";
import type { NoProfile, ProfileTable } from "../../model/profile.js";
import { listed } from "../../units/listed.js";
import type { WaterfallBar } from "../charts/waterfall.js";

/** From the host to the variant. */
export function waterfallRows({ better, ratio, effects, unexplained }: ExplainedMetric, variant: string): readonly WaterfallBar[] {
  let at = 100;
  const rows: WaterfallBar[] = [{ kind: "host", label: "bare host", from: 0, to: 100, figure: "1.00", look: "total" }];
  for (const [kind, label, effect] of [
    ...effects.map((one) => ["effect", one.title, one] as const),
    ["unexplained", "not explained", unexplained] as const,
  ]) {
    const { points, low, high } = effect;
    const look = low <= 0 && high >= 0 ? "noise" : points < 0 === (better === "higher") ? "worse" : "better";
    rows.push({
      kind,
      label,
      ...inBrief(label),
      from: at,
      to: at + points,
      low: at + low,
      high: at + high,
      figure: inPoints(effect),
      look,
    });
    at += points;
  }
  rows.push({
    kind: "variant",
    label: variant,
    from: 0,
    to: 100 * ratio.median,
    low: 100 * ratio.low,
    high: 100 * ratio.high,
    figure: `${ratio.median.toFixed(2)} [${ratio.low.toFixed(2)}, ${ratio.high.toFixed(2)}]`,
    look: "total",
  });
  return rows;
}

/** Of layers that stand together the first and the last. */
function inBrief(title: string): { readonly brief?: string } {
  const layers = title.split(" + ");
  return layers.length < 3 ? {} : { brief: `${layers[0] ?? ""} to ${layers.at(-1) ?? ""} (${String(layers.length)} layers)` };
}

/** What taking layers away shows, a sentence each; those that interact first. */
export const takenAwayLines = ({ takenAway, rungs }: ExplainedMetric): readonly string[] =>
  [...takenAway]
    .sort((one, other) => Number(other.interaction.beyondNoise) - Number(one.interaction.beyondNoise))
    .map((one) => takenAwayLine(one, (layer) => rungs.find((rung) => rung.layers.includes(layer))?.title ?? layer));

function takenAwayLine(effect: TakenAwayEffect, titleOf: (layer: string) => string): string {
  const { layers, costPutOn, costTakenAway, interaction } = effect;
  const costs = `a unit costs ${percent(costPutOn)} of the host's more when put on, ${percent(costTakenAway)} when taken away`;
  const verdict = interaction.beyondNoise
    ? `they interact with the other layers (${inPoints(interaction)})`
    : `no interaction beyond noise (${inPoints(interaction)})`;
  return `without ${layers.map(titleOf).join(" and ")}: ${inPoints(effect, " points")}; ${costs}; ${verdict}`;
}

const percent = (value: number): string => `${value.toFixed(0).replace(/^-0$/, "0")} %`;

/** What can be had cheaper, with everything that one gives up for it. */
export const cheaperLines = ({ cheaper }: Explanation): readonly { readonly instead: string; readonly text: string }[] =>
  cheaper.map(({ layers, instead, givesUp, ...cost }) => ({
    instead,
    text: `does without ${listed(layers.map(layerTitle))} (${costText(cost)}). ${givesUp.length === 0 ? "Nothing is given up that podwire knows of." : `One gives up: ${givesUp.join("; ")}.`}`,
  }));

/** The tables of profiles that could be made. */
export const profileTables = ({ profiles = [] }: Explanation): readonly ProfileTable[] =>
  profiles.flatMap((profile) => ("unprofiled" in profile ? [] : [profile]));

/** Those that could not, each with why. */
export const unprofiled = ({ profiles = [] }: Explanation): readonly NoProfile[] =>
  profiles.flatMap((profile) => ("unprofiled" in profile ? [profile] : []));

/** Why profiles could not be made, a sentence each. */
export const unprofiledReasons = (explanation: Explanation): readonly string[] => unprofiled(explanation).map((one) => one.unprofiled);
