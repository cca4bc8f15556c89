/** A set-up that cannot go on, with what the user can do about it. */
export class SetupError extends Error {
  /**
   * @param {string} message what is wrong, one sentence or the output of the tool that failed
   * @param {string} [advice] what to do next
   * @param {number} [exitCode]
   */
  constructor(message, advice = "", exitCode = 1) {
    super(message);
    this.name = "SetupError";
    this.advice = advice;
    this.exitCode = exitCode;
  }
}
