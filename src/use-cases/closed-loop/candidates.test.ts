import { describe, expect, test } from "vitest";
import { card } from "../../../test/synthetic/node-facts.js";
import { tunedPlace } from "../../../test/synthetic/tuned-place.js";
import { candidatesOf } from "./candidates.js";

describe("candidates", () => {
  const off = card({ offloads: { ...card().offloads, "tx-tcp-segmentation": { on: false, fixed: false } } });
  const names = (of: readonly { readonly change: { readonly name: string } }[]): readonly string[] => of.map(({ change }) => change.name);

  test("of a load of small pages leave out what acts on large transfers alone, and say which metric shows it", () => {
    const place = tunedPlace({ devices: [off] });
    expect(names(candidatesOf([place], "low", "tcp-open").tried)).toEqual(["offload-tso"]);
    const { tried, untried } = candidatesOf([place], "low", "http");
    expect(names(tried)).toEqual([]);
    expect(untried).toContainEqual(
      expect.objectContaining({
        because:
          "not tried: HTTP with new connections moves pages of one packet, and this acts on transfers of many; --metric tcp-open shows it",
        evidence: "tx-tcp-segmentation is off on eth0, where the kernel has it on by itself",
        shownBy: ["tcp-open", "tcp8"],
      }),
    );
  });

  test("do not have what a person alone may lift: it is named with every place where it is", () => {
    const limited = tunedPlace({ devices: [card({ qdisc: "tbf", qdiscIsDefault: false })] });
    const other = { ...limited, at: { ...limited.at, id: "mode/open/node-b" } };
    const { tried, untried } = candidatesOf([limited, other], "high", "tcp-open");
    expect(names(tried)).not.toContain("limits");
    expect(untried.filter(({ change }) => change.name === "limits").map(({ because }) => because)).toEqual([
      expect.stringMatching(
        /^podwire does not set it: on node-a eth0 has the qdisc tbf, which someone set; on node-b eth0 has the qdisc tbf, which someone set: `tc -s qdisc /,
      ),
    ]);
  });

  test("come in the order of what speaks for them, and last what nothing on the node asks for", () => {
    const place = tunedPlace({
      devices: [
        card({ kind: "veth", files: {}, queues: { rx: 1, tx: 1 }, offloads: { "generic-receive-offload": { on: false, fixed: false } } }),
      ],
      sysctls: { "net.ipv4.tcp_congestion_control": "reno", "net.ipv4.tcp_rmem": "4096 8192 8192" },
    });
    expect(names(candidatesOf([place], "low", "tcp-open").tried)).toEqual(["tcp-buffers", "congestion-control", "offload-gro"]);
  });
});
