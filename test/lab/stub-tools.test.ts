/** Tools that misbehave, in a real lab: what a tool says about its own time and amount makes no figure, and what it did not send is no figure either. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Cell, summarySchema } from "../../src/model/summary.js";
import { copyProgram, faking, locate } from "./program.js";

const program = copyProgram();
const REAL = join(program.work, "real-iperf3");
copyFileSync(locate("iperf3"), REAL);
afterAll(program.remove);

/** 1 Gbit/s less Ethernet's and TCP's headers. */
const HOST = { least: 0.94e9, most: 0.97e9 };

/** What stands in for iperf3's client; servers are the real ones. It ignores the signal that ends a client, which is for the real one behind it. */
const client = (script: string) => ({
  iperf3: { script: `case " $* " in *" --client "*) trap '' INT; ${script};; *) exec ${REAL} "$@";; esac` },
});

/** The cell of macvlan's `tcp` when this stands in for iperf3's client. */
async function cellWith(script: string): Promise<Cell> {
  const args = ["lab", "--modes", "macvlan", "--metrics", "tcp", "--budget", "8s", "--json"];
  const { code, stdout, stderr } = await program.run(args, { through: faking(client(script), program.work) });
  expect(code, stderr).not.toBe(2);
  const mode = summarySchema.parse(JSON.parse(stdout)).modes.find((one) => one.mode === "host");
  const cell = mode?.cells.find(({ metric }) => metric === "tcp");
  if (cell === undefined) throw new Error(`no cell: ${stderr}`);
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
    const cell = await cellWith("exec sleep 60");
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
