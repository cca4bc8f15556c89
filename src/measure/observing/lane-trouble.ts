import type { VenueSession } from "../../venues/contract.js";

/**
 * The words of an error that concerns one lane alone: its observation carries them, and measuring continues.
 * @throws the error itself when the venue is gone, and nothing can be measured any more
 */
export function laneTrouble(session: Pick<VenueSession, "gone">, error: unknown): string {
  if (session.gone !== undefined) throw error;
  return error instanceof Error ? error.message : String(error);
}
