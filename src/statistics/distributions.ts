/**
 * Student's t, the normal and the F distribution, by the regularised incomplete beta function.
 * @packageDocumentation
 */

/** P(T <= t) with `freedom` degrees of freedom (at least 1). */
export function studentCumulative(t: number, freedom: number): number {
  const tail = regularisedIncompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** Degrees of freedom at which Student's distribution is taken for the normal one: the difference is below 1e-5. */
const NEARLY_NORMAL = 200_000;
const REMEMBERED = new Map<string, number>();

/** The factor t for a two-sided interval: P(-t <= T <= t) = confidence. */
export function studentFactor(confidence: number, freedom: number): number {
  const key = `${String(confidence)}/${String(freedom)}`;
  const known = REMEMBERED.get(key);
  if (known !== undefined) return known;
  const factor = bisect((t) => 2 * studentCumulative(t, freedom) - 1 - confidence);
  REMEMBERED.set(key, factor);
  return factor;
}

/** The factor z for a two-sided interval of normal noise: 1.96 at 95 %. */
export function normalFactor(confidence: number): number {
  return studentFactor(confidence, NEARLY_NORMAL);
}

/** P(F > f) with the given degrees of freedom. */
export function fTail(f: number, between: number, within: number): number {
  return regularisedIncompleteBeta(within / (within + between * f), within / 2, between / 2);
}

/** The zero of a rising function of a positive number. */
function bisect(rising: (x: number) => number): number {
  let low = 0;
  let high = 1;
  while (rising(high) < 0) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    // No number lies between neighbours.
    if (middle === low || middle === high) return middle;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
}

/** Lanczos coefficients for g = 7 with nine terms; about 15 digits. Source: Lanczos 1964, coefficients by Godfrey. */
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;

/** Natural logarithm of the gamma function for x >= 0.5. */
export function logGamma(x: number): number {
  const [first, ...rest] = LANCZOS;
  const shifted = x - 1;
  const series = rest.reduce<number>((sum, coefficient, index) => sum + coefficient / (shifted + index + 1), first);
  const base = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

/**
 * I_x(a, b) for a, b >= 0.5 and 0 <= x <= 1, by its continued fraction (NIST DLMF 8.17.22, evaluated by Lentz's method).
 */
export function regularisedIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below this point only; beyond it the mirrored function is used (DLMF 8.17.4).
  if (x > (a + 1) / (a + b + 2)) return 1 - regularisedIncompleteBeta(1 - x, b, a);
  const logFront = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x);
  return Math.exp(logFront) / (a * continuedFraction(x, a, b));
}

const TINY = 1e-300;
const CLOSE_ENOUGH = 1e-15;
const MOST_TERMS = 10_000;

function continuedFraction(x: number, a: number, b: number): number {
  let value = 1;
  let c = 1;
  let d = 0;
  for (let term = 1; term < MOST_TERMS; term += 1) {
    const numerator = coefficient(term, x, a, b);
    d = 1 / nonZero(1 + numerator * d);
    c = nonZero(1 + numerator / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < CLOSE_ENOUGH) return value;
  }
  return value;
}

function coefficient(term: number, x: number, a: number, b: number): number {
  const m = term >>> 1;
  if (term % 2 === 0) return (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
  return (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
