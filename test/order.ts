/**
 * In which order test files begin, where the runner's own order, by size, would have some wait for others. A file that is not named keeps its place after
 * those that are.
 * @packageDocumentation
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take long begin first: begun last, they would run on alone. */
export const FIRST = [
  "lab/cli-interrupt",
  // Its two clusters leave room for the two shared ones (test/cluster/room.ts), so that those who share run beside it, in turn, and not those who start their own.
  "cluster/kills",
  "cluster/run",
  "cluster/conformance",
  "cluster/render",
  "cluster/kubernetes-errors",
  "cluster/rights",
  "cluster/agent-image",
  "cluster/kubernetes-lists",
  "cluster/cluster-venue",
  "cluster/adversity",
  "cluster/pairs",
].map((name) => `/test/${name}.test.ts`);

/** The runner's order with these files before the others of their project. */
export class KnownOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project))];
    return sorted.toSorted(
      (one, other) => projects.indexOf(one.project) - projects.indexOf(other.project) || placeOf(one.moduleId) - placeOf(other.moduleId),
    );
  }
}

function placeOf(file: string): number {
  const place = FIRST.findIndex((name) => file.endsWith(name));
  return place < 0 ? FIRST.length : place;
}
