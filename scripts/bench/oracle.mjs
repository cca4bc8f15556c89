// podwire's statistics against R's, on random data: an implementation that shares no line with ours.
//
//   npm run bench:oracle [-- --samples 2000] [--seed 1]
//
// R is Debian's r-base-core; only this bench needs it, so only this bench installs it (as root).
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { bootstrapInterval, resampling } from "../../dist/statistics/bootstrap.js";
import { studentCumulative, studentFactor } from "../../dist/statistics/distributions.js";
import { restartEffect } from "../../dist/statistics/f-test.js";
import { median, scaledMedianAbsoluteDeviation } from "../../dist/statistics/median.js";
import { coverageOfRank, medianRank, orderStatisticInterval, tInterval } from "../../dist/statistics/median-interval.js";
import { randomFrom } from "../../dist/statistics/random.js";
import { sampleOf, sorted } from "../../dist/statistics/sample.js";
import { machineFacts, met, record } from "./record.mjs";

const { values: flags } = parseArgs({
  options: {
    samples: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    short: { type: "boolean", default: false },
  },
});

/** What both compute of one sample, in this order. Infinite or absent values are NA on both sides. */
const FIGURES = [
  "median",
  "madn",
  "t low",
  "t high",
  "order statistics low",
  "order statistics high",
  "rank",
  "coverage of the rank",
  "t quantile",
  "t cumulative",
  "F",
  "p of F",
];
/** R prints 15 digits, its quantiles are solved to about 1e-8. */
const TOLERANCE = 1e-6;
/** Limits of two bootstraps with other random numbers: as a share of the interval's width. */
const BOOTSTRAP_TOLERANCE = 0.03;
const RESAMPLES = 20_000;

/** @param {import("../../dist/statistics/random.js").Random} random */
const normal = (random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** Normal, heavy-tailed, correlated and tied values alternately, 3 to 200 of them. @param {import("../../dist/statistics/random.js").Random} random @param {number} index */
function drawn(random, index) {
  const n = 4 + random.integer(index % 5 === 0 ? 197 : 27);
  let last = 0;
  return Array.from({ length: n }, () => {
    const fresh = index % 3 === 0 ? normal(random) : normal(random) / Math.hypot(normal(random), normal(random), normal(random));
    last = index % 4 === 1 ? 0.4 * last + fresh : fresh;
    return index % 7 === 2 ? Math.round(last) : Number(last.toPrecision(12));
  });
}

/** @param {readonly number[]} values @param {number} confidence @returns {(number | undefined)[]} */
function ours(values, confidence) {
  const sample = sampleOf(values);
  if (sample === undefined) throw new Error("an empty sample");
  const ascending = sorted(sample);
  const rank = medianRank(values.length, confidence);
  const small = tInterval(ascending, confidence);
  const order = orderStatisticInterval(sample, ascending, confidence);
  const half = values.length >>> 1;
  const groups = [sampleOf(values.slice(0, half)), sampleOf(values.slice(half))].filter((group) => group !== undefined);
  const restart = restartEffect(groups);
  const tested = restart.kind === "tested" ? restart : undefined;
  return [
    ...[median(sample), scaledMedianAbsoluteDeviation(sample), small?.low, small?.high, order.low, order.high, rank],
    ...[
      rank === 0 ? undefined : coverageOfRank(values.length, rank),
      studentFactor(confidence, values.length - 1),
      studentCumulative(values[0] ?? 0, values.length - 1),
    ],
    ...[tested?.f, tested?.p],
  ];
}

/** The same in R, written from the definitions in docs/methods.md. */
const R_PROGRAM = String.raw`
lines <- readLines(file("stdin"))
for (line in lines) {
  numbers <- as.numeric(strsplit(line, " ")[[1]])
  confidence <- numbers[1]; x <- numbers[-1]; n <- length(x); s <- sort(x); m <- median(x)
  rank <- 0
  while (rank < n %/% 2 && 1 - 2 * pbinom(rank, n, 0.5) >= confidence) rank <- rank + 1
  t <- t.test(x, conf.level = confidence)$conf.int
  sign <- sign(x - m); squares <- sum(sign^2)
  lagged <- function(k) sum(sign[-(1:k)] * sign[1:(n - k)])
  factor <- if (squares == 0) 1 else sqrt(1 + 2 * max(0, (lagged(1) + lagged(2)) / squares))
  at <- max(1, floor((n + 1) / 2 - ((n + 1) / 2 - rank) * factor))
  group <- rep(c("a", "b"), c(n %/% 2, n - n %/% 2))
  test <- summary(aov(x ~ group))[[1]]
  coverage <- if (rank == 0) NA else 1 - 2 * pbinom(rank - 1, n, 0.5)
  cat(format(c(m, mad(x, constant = 1 / qnorm(0.75)), min(t[1], m), max(t[2], m), s[at], s[n + 1 - at], rank, coverage, qt((1 + confidence) / 2, n - 1), pt(x[1], n - 1), test[1, 4], test[1, 5]), digits = 15), "\n")
}
`;

/** The mean by resampling: R's quantiles of 20,000 resampled means, stretched as src/statistics/bootstrap.ts says. */
const R_BOOTSTRAP = String.raw`
set.seed(1)
lines <- readLines(file("stdin"))
for (line in lines) {
  numbers <- as.numeric(strsplit(line, " ")[[1]])
  confidence <- numbers[1]; x <- numbers[-1]; n <- length(x)
  means <- replicate(${String(RESAMPLES)}, mean(sample(x, n, replace = TRUE)))
  limits <- quantile(means, c(0.025, 0.975)); stretch <- sqrt(n / (n - 1)) * qt((1 + confidence) / 2, n - 1) / qnorm(0.975)
  cat(format(c(mean(x) - stretch * max(0, mean(x) - limits[1]), mean(x) + stretch * max(0, limits[2] - mean(x))), digits = 15), "\n")
}
`;

/** @param {string} program @param {readonly (readonly [number, readonly number[]])[]} samples @returns {number[][]} */
function inR(program, samples) {
  const input = samples.map(([confidence, values]) => [confidence, ...values].join(" ")).join("\n");
  const { status, stdout, stderr } = spawnSync("Rscript", ["--vanilla", "-e", program], {
    input: `${input}\n`,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`R: ${stderr}`);
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
}

function ensureR() {
  if (spawnSync("Rscript", ["--version"]).status === 0) return;
  const install = ["install", "--yes", "--no-install-recommends", "r-base-core"];
  process.stderr.write(`R is not here: apt-get ${install.join(" ")}\n`);
  const { status } = spawnSync("apt-get", install, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status !== 0) throw new Error("R could not be installed: apt-get install r-base-core");
}

/** How far two figures lie apart, relative where they are large. @param {number | undefined} own @param {number | undefined} other */
function distance(own, other) {
  const [a, b] = [own ?? Number.NaN, other ?? Number.NaN];
  if (!Number.isFinite(a) && !Number.isFinite(b)) return 0;
  return Number.isFinite(a) && Number.isFinite(b) ? Math.abs(a - b) / Math.max(1, Math.abs(b)) : Infinity;
}

/**
 * Where R has no answer: its t of equal values is NaN, and its F of halves that do not vary inside themselves is rounding error over rounding error (1e31).
 * podwire says `[c, c]` and `untestable`, which the unit tests hold.
 * @param {string} name @param {readonly number[]} values
 */
function isDegenerate(name, values) {
  const constant = (/** @type {readonly number[]} */ part) => part.every((value) => value === part[0]);
  const half = values.length >>> 1;
  if (name === "F" || name === "p of F") return constant(values.slice(0, half)) && constant(values.slice(half));
  return name.startsWith("t l") || name.startsWith("t h") ? constant(values) : false;
}

/** @param {readonly number[]} values @param {number} confidence */
function ourBootstrap(values, confidence) {
  const n = values.length;
  const { counts } = resampling(n, Number(flags.seed), RESAMPLES);
  const mean = (/** @type {number} */ offset) =>
    values.reduce((sum, value, index) => sum + value * (offset < 0 ? 1 : (counts[offset + index] ?? 0)), 0) / n;
  const interval = bootstrapInterval(
    mean(-1),
    Float64Array.from({ length: RESAMPLES }, (_, row) => mean(row * n)),
    n,
    confidence,
  );
  return [interval?.low, interval?.high];
}

const machine = machineFacts();
ensureR();
const random = randomFrom(Number(flags.seed));
const count = flags.short ? 50 : Number(flags.samples);
const samples = Array.from(
  { length: count },
  (_, index) => /** @type {const} */ ([[0.95, 0.982, 0.99][index % 3] ?? 0.95, drawn(random, index)]),
);
const theirs = inR(R_PROGRAM, samples);
const apart = FIGURES.map((name, figure) => {
  const distances = samples.flatMap(([confidence, values], index) =>
    isDegenerate(name, values) ? [] : [distance(ours(values, confidence)[figure], theirs[index]?.[figure])],
  );
  return { name, compared: distances.length, worst: Math.max(...distances), beyond: distances.filter((one) => !(one <= TOLERANCE)).length };
});
// Means of tied values have gaps, and a quantile of theirs falls to one side or the other of a gap by chance.
const resampled = samples.filter(([, values]) => new Set(values).size === values.length).slice(0, flags.short ? 5 : 40);
const bootstraps = inR(R_BOOTSTRAP, resampled).map(([low = Number.NaN, high = Number.NaN], index) => {
  const [confidence, values] = resampled[index] ?? [0.95, []];
  const [ownLow = Number.NaN, ownHigh = Number.NaN] = ourBootstrap(values, confidence);
  return Math.max(Math.abs(ownLow - low), Math.abs(ownHigh - high)) / (high - low || 1);
});
const worstBootstrap = Math.max(...bootstraps);

record({
  name: "oracle",
  machine,
  short: flags.short,
  tables: [
    {
      title: `podwire against R on ${String(count)} random samples`,
      head: ["figure", "samples", "largest difference", "beyond the tolerance", "tolerance"],
      rows: [
        ...apart.map(({ name, compared, worst, beyond }) => [
          name,
          `${String(compared)}${compared < count ? ` (of ${String(count - compared)} more R has none)` : ""}`,
          worst.toExponential(1),
          String(beyond),
          TOLERANCE.toExponential(0),
        ]),
        [
          "bootstrap limits (share of the width)",
          String(resampled.length),
          worstBootstrap.toFixed(4),
          String(bootstraps.filter((one) => one > BOOTSTRAP_TOLERANCE).length),
          String(BOOTSTRAP_TOLERANCE),
        ],
      ],
    },
  ],
  outcomes: [met(apart.every(({ beyond }) => beyond === 0)), met(worstBootstrap <= BOOTSTRAP_TOLERANCE)],
  figures: { apart, bootstraps },
});
