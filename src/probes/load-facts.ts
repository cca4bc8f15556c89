import type { LoadSeen } from "../venues/contract.js";

/** What checks need of a load beside its figure (docs/data-format.md, facts). */
export const loadFacts = ({ loadSeconds, stillShare, longestPause }: LoadSeen): Record<string, number> => ({
  loadSeconds: rounded(loadSeconds, 4),
  stillShare: rounded(stillShare, 3),
  longestPauseMs: rounded(longestPause, 1),
});

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
