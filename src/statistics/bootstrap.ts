# The data format: run files, summaries, CSV

podwire keeps everything of a run in one JSON file, the **run file**. From a run file alone every report is made again: `podwire report RUN --html F`,
`--markdown`, `--csv`, `--json`. What `--json` prints is the **summary**: what the run says, with intervals and verdicts. Both are plain JSON, made to be read years
later and without podwire.

## Versions

- Every file carries its format's name and version in `schema`: `podwire/run@1` and `podwire/summary@1`.
- Within a version fields are only added. Readers leave unknown fields alone; a field that may be absent is marked *optional* below.
- A change that would make an old reader wrong gets the next number. podwire reads every run format it ever wrote from version 1 on, or says plainly that it does not.

## Units

A number's unit stands beside it in this page, in `unit` of a summary's cell, or in the head of a CSV column. Nothing is scaled: bit/s, not Mbit/s.

| unit | meaning |
|---|---|
| `bit/s` | TCP goodput as the receiver counts it |
| `frame/s` | Ethernet frames a second |
| `request/s` | HTTP requests a second |
| `us` | microseconds; round trips and request times |
| `CPU s/GB` | CPU seconds of the whole machine for 10^9 bytes of goodput |
| `CPU s/million frames` | CPU seconds of the whole machine for a million frames that arrived |
| `CPU s/thousand requests` | CPU seconds of the whole machine for a thousand requests |
| `CPU s/million round trips` | CPU seconds of the whole machine for a million round trips |
| `s` | seconds |
| fraction | a share of one: 0.02 is 2 % |

Ratios have no unit: 0.942 is 94.2 % of the baseline. A latency ratio above 1 is slower, a throughput ratio above 1 is faster; `better` says which, and the
verdicts `slower` and `faster` always mean worse and better.

## The run file

| field | type, unit | meaning |
|---|---|---|
| `schema` | `podwire/run@1` | name and version of this format |
| `podwire` | text | version of the podwire that measured |
| `startedAt`, `endedAt` | ISO 8601, UTC | when the run began and ended |
| `status` | `complete`, `partial` | a partial run was ended early; its finished rounds count |
| `partialReason` | text, optional | why it is partial |
| `scenario` | object | what was asked, see below |
| `environment` | text by name | kernel, CPU, tool versions, sysctls, offloads: what explains a figure |
| `modes` | list | one entry a mode of the scenario, see below |
| `observations` | list | one entry a look at a path, see below |
| `raw` | object by key | what a tool printed, word for word, where it was kept, see below |

### `scenario`

| field | type, unit | meaning |
|---|---|---|
| `venue` | `lab` | where it was measured |
| `modes` | list of names | the modes asked for; `host` is always the first |
| `workloads` | list of names | what loaded the paths: `tcp`, `tcp-open`, `tcp8`, `pps`, `latency.udp`, `latency.tcp`, `latency.icmp`, `http`, `http-keepalive` |
| `metrics` | list of names | the numbers that are reported; each comes from one workload |
| `linkBitsPerSecond` | bit/s or null | rate of the capped link; null where no link is capped |
| `mtu` | bytes | MTU of the link between nodes |
| `nodes` | count | nodes of the lab |
| `budgetSeconds` | s | how long measuring might take; building and reporting are not counted |
| `margin.capped`, `margin.open` | fraction | how far from the host is still the same, on the capped link and on the open one |
| `configuredBaseline` | true, false | whether each mode's own nodes, with their rules, were measured as a second baseline |
| `quick` | true, false | whether it was the short plan |
| `needs` | list of names | what the ranking had to respect: `services`, `policy`, `encryption`, `no-l2`, `ipv6` |
| `seed` | whole number | seed of the random order within rounds |

### `modes[]`

| field | type, unit | meaning |
|---|---|---|
| `mode` | name | the mode |
| `status` | `built`, `unsupported`, `failed` | whether its namespaces could be wired |
| `reason` | text, optional | why not |
| `unsupportedWorkloads` | text by workload, optional | what its pod path cannot carry, and why |

### `observations[]`

One observation is one trial of a tool, or one burst of a client that stays. Those of the same `workload` and `round` belong together: ratios are taken inside a round.

| field | type, unit | meaning |
|---|---|---|
| `workload` | name | what loaded the path |
| `round` | from 0 | round of this workload |
| `position` | from 0 | place in the round's random order |
| `mode` | name | whose path it was |
| `path` | `host-host`, `pod-pod` | from where to where |
| `startedAt` | s | from the start of the run to the start of the observation |
| `elapsed` | s | how long it took by the venue's clock |
| `values` | numbers by metric, in the metric's unit | what was seen; empty when `error` is set. An observation that moved nothing has 0 |
| `work` | in the workload's unit of work: GB, million frames, thousand requests, million round trips | how much was done; the denominator of CPU cost |
| `cpu.busy`, `cpu.softirq`, `cpu.steal`, `cpu.idle` | s | CPU time of the whole machine during the observation; softirq is part of busy |
| `histogram` | pairs of us and count, optional | the distribution: sorted values, three significant digits, each with how often it was seen |
| `counts` | object, optional | `offered`, `forwarded`, `lost`, `failed`: frames or requests; each optional |
| `facts` | numbers by name, optional | what checks need beside the value, such as retransmitted segments |
| `error` | text, optional | why there is no value |
| `raw` | key, optional | where the tool's own output stands in the file's `raw` |

### `raw`

| field | type, unit | meaning |
|---|---|---|
| `argv` | list of texts | the command as it was started |
| `stdout`, `stderr` | text | what it printed |

## The summary

| field | type, unit | meaning |
|---|---|---|
| `schema` | `podwire/summary@1` | name and version of this format |
| `venue` | `lab` | where it was measured |
| `status`, `partialReason` | as in the run file | whether the run was ended early, and why |
| `modes` | list | `mode`, `status` (`measured`, `unsupported`, `failed`), `reason` (optional), `cells`: one cell a metric and path, see below |
| `ranking` | list, best first | `mode`; `rank`, shared by modes that cannot be told apart; `score`, the geometric mean of the ratios to the host with costs inverted, 1 being the host; its 95 % interval `scoreLow`, `scoreHigh` (null without one); `why`, a sentence |
| `rankingWeights` | fractions by metric, optional | weight of each metric in the score; they add up to 1 |
| `excluded` | list | modes that do not meet a stated need: `mode`, `why` |
| `advice` | text | two or three sentences: what to run and what it costs |
| `environment` | text by name | as in the run file |

### `cells[]`

| field | type, unit | meaning |
|---|---|---|
| `metric` | name | which number it is |
| `path` | `host-host`, `pod-pod` | which path; a mode's own nodes are its `host-host` |
| `status` | `measured`, `unsupported`, `refused`, `failed` | refused: there are observations, but not enough or not good enough for a number |
| `reason` | text, optional | why there is no number |
| `unit` | a unit from above | of `median` |
| `better` | `higher`, `lower` | which way is good |
| `median` | in `unit`, or null | absolute median (percentiles: of the pooled distribution; CPU cost: ratio of sums). It has no interval: absolute figures move with the machine's hour |
| `n` | count | observations behind `median` |
| `counts` | object, optional | sums of `offered`, `forwarded`, `lost`, `failed` |
| `softirqShare` | fraction, optional | share of softirq in the CPU time of a `.cpu` cell |
| `ratio` | object, optional | the ratio to `host`; the host's own cells have none |
| `ratioConfigured` | object, optional | the ratio to the mode's own nodes |

### `ratio` and `ratioConfigured`

| field | type, unit | meaning |
|---|---|---|
| `baseline` | `host`, `host-configured` | what it is compared with |
| `median` | ratio | the typical ratio: median of the in-round ratios (percentiles: of pooled percentiles; CPU cost: of sums) |
| `low`, `high` | ratio or null | the 95 % interval; null below 3 rounds |
| `verdict` | `faster`, `same`, `slower`, `undecided` | `same`: the whole interval lies within the margin; `faster`, `slower`: it lies wholly beyond it; else `undecided` |
| `margin` | fraction | the margin of the verdict |
| `n` | count | rounds behind the ratio |
| `method` | `none`, `t-small-n`, `order-statistic`, `bootstrap` | how the interval was made |
| `ratioOfSums` | ratio, optional | sum of the mode's values over the sum of the baseline's |
| `stalls` | true, optional | the ratio of sums differs from the typical ratio beyond noise: the mode stalls at times, which a median does not see |

## The CSV

`podwire report RUN --csv` prints one line an observation in the order of the run file, after a head that names each column with its unit. Lines end with CR LF and
fields are quoted as RFC 4180 says. A text that a spreadsheet would take for a formula has an apostrophe before it. Percentile metrics are those of the single
observation, given only where it has at least 20 / (1 - p) samples; the summary pools the distributions of all rounds first.

## Reading them with jq

Every ratio of a run, as a table:

```sh
podwire report RUN --json | jq -r '
  .modes[] | .mode as $mode | .cells[] | select(.ratio)
  | [$mode, .path, .metric, .ratio.median, .ratio.low, .ratio.high, .ratio.verdict, .ratio.n] | @tsv'
```

What could not be measured, and why:

```sh
podwire report RUN --json | jq -r '
  .modes[] | .mode as $mode | (select(.status != "measured") | [$mode, .status, .reason]),
  (select(.status == "measured") | .cells[] | select(.status != "measured") | [$mode, .metric, .status, .reason]) | @tsv'
```

The winner under the run's needs:

```sh
podwire report RUN --json | jq -r '.ranking[] | select(.rank == 1) | "\(.mode) \(.score) [\(.scoreLow), \(.scoreHigh)]"'
```

The goodput of every TCP trial of one mode, round by round, beside the host's in the same round:

```sh
jq -r --arg mode flannel-vxlan '
  .observations | map(select(.workload == "tcp-open" and .error == null)) | group_by(.round)[]
  | [.[0].round, (map(select(.mode == $mode).values["tcp-open"])[0]), (map(select(.mode == "host").values["tcp-open"]) | add / length)] | @tsv' RUN
```

What a tool printed:

```sh
jq -r '.raw | to_entries[] | "\(.key): \(.value.argv | join(" "))\n\(.value.stdout)"' RUN
```
