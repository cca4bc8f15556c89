/** Tools that misbehave, in a real lab: what a tool says about its own time and amount makes no figure, and what it did not send is no figure either. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Cell, summarySchema } from "../../src/model/summary.js";
import { copyProgram, type Fake, faking, locate } from "./program.js";

const program = copyProgram();
const realOf = (tool: string): string => join(program.work, `real-${tool}`);
for (const tool of ["iperf3", "ab", "trafgen", "sockperf", "ping"]) copyFileSync(locate(tool), realOf(tool));
const REAL = realOf("iperf3");
afterAll(program.remove);

/** 1 Gbit/s less Ethernet's and TCP's headers. */
const HOST = { least: 0.94e9, most: 0.97e9 };

/** What stands in for iperf3's client; servers are the real ones. It ignores the signal that ends a client, which is for the real one behind it. */
const client = (script: string) => ({
  iperf3: { script: `case " $* " in *" --client "*) trap '' INT; ${script};; *) exec ${REAL} "$@";; esac` },
});

/** The host's cells beside macvlan when these stand in for tools. */
async function cellsWith(
  fakes: Readonly<Record<string, Fake>>,
  metrics: readonly string[],
  ...more: readonly string[]
): Promise<readonly Cell[]> {
  const args = ["lab", "--modes", "macvlan", "--metrics", metrics.join(","), "--json", ...more];
  const { code, stdout, stderr } = await program.run(args, { through: faking(fakes, program.work) });
  expect(code, stderr).not.toBe(2);
  const mode = summarySchema.parse(JSON.parse(stdout)).modes.find((one) => one.mode === "host");
  return metrics.map((name) => {
    const cell = mode?.cells.find(({ metric }) => metric === name);
    if (cell === undefined) throw new Error(`no cell of ${name}: ${stderr}`);
    return cell;
  });
}

/** The host's cell of `tcp` when this stands in for iperf3's client. Trials take a third of a second; one that waits in vain for its load takes three. */
async function cellWith(script: string, budget = "4s"): Promise<Cell> {
  const [cell] = await cellsWith(client(script), ["tcp"], "--budget", budget);
  if (cell === undefined) throw new Error("no cell");
  return cell;
}

describe("an iperf3 that", () => {
  test("reports another amount and another time costs no figure, and is doubted", async () => {
    const lies = `${REAL} "$@" | sed -e 's/"bytes":\\t*[0-9]*/"bytes": 99999999999/' -e 's/"seconds":\\t*[0-9.]*/"seconds": 3/'`;
    const cell = await cellWith(lies);
    expect(cell.status, cell.reason).toBe("measured");
    expect(cell.median).toBeGreaterThan(HOST.least);
    expect(cell.median).toBeLessThan(HOST.most);
    expect(cell.flags?.map(({ check }) => check)).toContain("tools-disagree");
  });

  test("prints another version's JSON, or none, costs no figure", async () => {
    for (const words of ['{"iperf": {"version": 4}}', "speed: good"]) {
      const cell = await cellWith(`${REAL} "$@" > /dev/null; echo '${words}'`);
      expect(cell.status, cell.reason).toBe("measured");
      expect(cell.median).toBeGreaterThan(HOST.least);
      expect(cell.flags?.map(({ check }) => check) ?? []).not.toContain("tools-disagree");
    }
  });

  test("sends nothing has no figure", async () => {
    const cell = await cellWith("exec sleep 60", "8s");
    expect(cell).toMatchObject({ status: "failed", median: null });
    expect(cell.reason).toMatch(/no load arrived within 3 s/);
  });

  test("stops sending and stays until an interval ends, as 3.18 with --bytes, has no figure", async () => {
    const early = `set -- $(echo "$@" | sed 's/--time [0-9]*/--bytes 1000000/'); ${REAL} "$@"; sleep 1`;
    const cell = await cellWith(early);
    expect(cell).toMatchObject({ status: "failed", median: null });
    expect(cell.reason).toMatch(/the load ended before/);
  });

  test("stands still for most of the time is refused", async () => {
    const pauses = `${REAL} "$@" & p=$!; (while kill -STOP $p; do sleep 0.15; kill -CONT $p; sleep 0.02; done) > /dev/null 2>&1 & wait $p`;
    const cell = await cellWith(pauses);
    expect(cell).toMatchObject({ status: "refused", median: null });
    expect(cell.reason).toMatch(/^(?:standstill|link-rate): /);
  });
});

describe("an ab and a trafgen that", () => {
  test("report ten times what they did are refused where that is a part of the figure, and doubted where it is not", async () => {
    const tenfold = (tool: string, before: string, after: string): Fake => ({
      // The signal that ends a flood is for the real one.
      script: `trap '' INT; ${realOf(tool)} "$@" | sed -E 's/(${before})([0-9]+)(${after})/\\1\\20\\3/'`,
    });
    const fakes = { ab: tenfold("ab", "Complete requests: +", ""), trafgen: tenfold("trafgen", "on CPU[0-9]+ .", " packets") };
    const [http, pps] = await cellsWith(fakes, ["http", "pps"], "--budget", "8s", "--trials");
    expect(http).toMatchObject({ status: "refused", median: null });
    expect(http?.reason).toMatch(/^tools-disagree: .*ab counted \d+ requests, the server's kernel \d+ connections/);
    expect(pps?.status, pps?.reason).toBe("measured");
    expect(pps?.flags?.map(({ check }) => check)).toContain("tools-disagree");
  });

  test("print nothing that can be read have no figure, and say why", async () => {
    // Whether a path is there is asked of ping too, and then it has to be the real one.
    const ping = { script: `case " $* " in *" -i "*) echo 'speed: good';; *) exec ${realOf("ping")} "$@";; esac` };
    const gibberish = (tool: string): Fake => ({ script: `case "$1" in server) exec ${realOf(tool)} "$@";; esac; echo 'speed: good'` });
    const fakes = { ab: gibberish("ab"), sockperf: gibberish("sockperf"), ping };
    const cells = await cellsWith(fakes, ["http", "latency.udp.p50", "latency.icmp"], "--budget", "15s");
    for (const cell of cells) expect(cell).toMatchObject({ status: "failed", median: null });
    expect(cells.map(({ reason = "" }) => /^(?:\S+ )?(ab|sockperf|ping)\b.*speed: good/.exec(reason)?.[1])).toEqual([
      "ab",
      "sockperf",
      "ping",
    ]);
  });
});

describe("a ping that", () => {
  test("makes its replies up is refused: the kernel heard none", async () => {
    // Whether a path is there is asked of ping too, and then it has to be the real one.
    const replies = `for n in $(seq 21); do echo "64 bytes from 198.18.0.12: icmp_seq=$n ttl=64 time=0.042 ms"; done`;
    const summary = `echo; echo "21 packets transmitted, 21 received, 0% packet loss, time 40ms"`;
    const ping = { script: `case " $* " in *" -i "*) ${replies}; ${summary};; *) exec ${realOf("ping")} "$@";; esac` };
    const [cell] = await cellsWith({ ping }, ["latency.icmp"], "--budget", "2s");
    expect(cell).toMatchObject({ status: "refused", median: null });
    expect(cell?.reason).toMatch(/^tools-disagree: .*ping heard 20 replies, its kernel 0/);
  });
});
