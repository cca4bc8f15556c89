/** Seconds between two lines of progress at least where no terminal shows them: in a pipe, in a CI log. */
export const LINE_EVERY = 10;
