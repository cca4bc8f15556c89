/**
 * A line, its clauses and the headings above it are asked about many times while a text is read, and logs say the same again and again.
 * @packageDocumentation
 */

/** So many answers are kept, for each question. */
const MOST_REMEMBERED = 1024;

/** The same function of a text, with its last answers kept. */
export function remembered<Answer>(answer: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, { readonly answer: Answer }>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found.answer;
    const fresh = { answer: answer(text) };
    if (known.size >= MOST_REMEMBERED) known.clear();
    known.set(text, fresh);
    return fresh.answer;
  };
}
