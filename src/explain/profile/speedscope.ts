/**
 * Profiles for speedscope (https://www.speedscope.app/file-format-schema.json), several in one file.
 * @packageDocumentation
 */
import type { FoldedStack } from "./fold.js";
import { NameTable } from "./stack-tree.js";

/** One profile of the file. */
export interface NamedStacks {
  readonly name: string;
  readonly stacks: readonly FoldedStack[];
}

/** The file's text. Weights are nanoseconds of CPU time. */
export function speedscopeText(profiles: readonly NamedStacks[], title: string): string {
  const names = new NameTable();
  const sampled = profiles.map(({ name, stacks }) => ({
    type: "sampled",
    name,
    unit: "nanoseconds",
    startValue: 0,
    endValue: stacks.reduce((sum, { weight }) => sum + weight, 0),
    samples: stacks.map(({ stack }) => stack.map((one) => names.placeOf(one))),
    weights: stacks.map(({ weight }) => weight),
  }));
  const file = {
    $schema: "https://www.speedscope.app/file-format-schema.json",
    name: title,
    exporter: "podwire",
    activeProfileIndex: 0,
    shared: { frames: names.names.map((name) => ({ name })) },
    profiles: sampled,
  };
  return `${JSON.stringify(file)}\n`;
}
