import type { VenueSession } from "../../venues/contract.js";

/**
 * The words of an error that concerns one lane alone: its observation carries them, and measuring continues.
 * @throws the error itself when the venue is gone, and nothing can be measured any more
 */
export function laneTrouble(session: Pick<VenueSession, "gone">, error: unknown): string {
  if (session.gone !== undefined) throw error;
  return error instanceof Error ? error.message : String(error);
}

/** What has a trouble of its own: a lane, or one of its clients. */
export interface Troubled {
  /** Why it cannot be observed. */
  trouble: string | undefined;
}

/** Does some work for one of several: what is rejected is the trouble of this one, the first of which is kept. */
export async function contain(session: Pick<VenueSession, "gone">, troubled: Troubled, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    troubled.trouble ??= laneTrouble(session, error);
  }
}
