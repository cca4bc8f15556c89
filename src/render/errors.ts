/**
 * Why something cannot be rendered.
 * @packageDocumentation
 */

/** What was asked, or a file that was given, cannot become documents. The message is one sentence without a full stop at its end. */
export class RenderError extends Error {
  override readonly name = "RenderError";
}
