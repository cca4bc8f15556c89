/** A name that is no variant's. */
export class UnknownVariantError extends Error {
  /**
   * @param word - the part of the name that is not known
   * @param known - what could have stood there
   */
  constructor(
    message: string,
    readonly word: string,
    readonly known: readonly string[],
  ) {
    super(message);
  }
}
