/** Layers that carry Services, and what takes netfilter away, in real namespaces: 100 Services, which load in a tenth of a second. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measuredAddress, measuredIndex } from "../../src/layers/services/service-list.js";
import { resolveVariant } from "../../src/variants/variant.js";
import type { RunOutcome } from "../../src/venues/agent/protocol.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, machineOf, USERS } from "./built-lab.js";

const built = copyBuilt();
afterAll(built.remove);

const PROXIES = ["kube-proxy-iptables", "kube-proxy-iptables-nft", "kube-proxy-nftables"];
const CARRIED = [...PROXIES.map((layer) => `flannel-host-gw+${layer}:100`), "calico-routed+kube-proxy-iptables:100"];
const VARIANTS = ["flannel-host-gw+no-netfilter", "flannel-host-gw+notrack-pods"];
/** Its Service is waited for in vain, for 15 s: once is enough. */
const TRAP = "flannel-host-gw+notrack-pods+kube-proxy-iptables-nft:100";
const TRAPPED = USERS.find(({ untried }) => untried === undefined)?.user;

describe.each(USERS)("the lab of $user", ({ user, untried }) => {
  describe.skipIf(untried !== undefined)("with layers", () => {
    let lab: LabSession;
    beforeAll(async () => {
      const modes = [...CARRIED, ...VARIANTS, ...(user === TRAPPED ? [TRAP] : [])].map((name) => resolveVariant(name));
      lab = await openLab(machineOf(user, built), { modes, links: ["open"], mtu: 1500, nodes: 2 });
    });
    afterAll(async () => lab.close());

    const run = async (variant: string, where: string, argv: readonly [string, ...string[]], stdin = ""): Promise<RunOutcome> =>
      lab.agent.order<"run">({ kind: "run", argv, stdin, namespace: `${variant}.open.${where}`, timeout: 20_000 });
    const printed = async (...of: Parameters<typeof run>): Promise<string> => {
      const { exitCode, stdout, stderr, startError } = await run(...of);
      if (exitCode !== 0) throw new Error(`${of[2].join(" ")}: ${startError ?? stderr}`);
      return stdout;
    };
    const missing = (variant: string): string | undefined => lab.failures[variant]?.reason;

    /** One TCP connection to an address, with a server in pod-b that is there for it alone. */
    async function dial(variant: string, address: string, port: number, listen: number): Promise<number | undefined> {
      const server = run(variant, "pod-b", ["iperf3", "--server", "--one-off", "--port", String(listen), "--idle-timeout", "10"]);
      const listeners = async (): Promise<string> => printed(variant, "pod-b", ["ss", "-Hltn", `sport = :${String(listen)}`]);
      await expect.poll(listeners).toContain(`:${String(listen)} `);
      const client = ["iperf3", "--client", address, "--port", String(port), "--bytes", "1", "--connect-timeout", "5000"] as const;
      const { exitCode } = await run(variant, "pod-a", [...client, "--interval", "0.1"]);
      await server;
      return exitCode;
    }

    test.each(CARRIED)("%s carries its Service from pod to pod, by rules on both nodes", async (variant) => {
      expect(missing(variant)).toBeUndefined();
      expect(lab.serviceFaults.get(variant)).toBeUndefined();
      const path = lab.paths.find(({ mode, name }) => mode === variant && name === "pod-service");
      expect(path).toMatchObject({ address: measuredAddress(100), ports: { iperf3: 5201 }, listen: { iperf3: 5202 } });
      for (const node of ["node-a", "node-b"]) {
        const rules = variant.includes("nftables")
          ? await printed(variant, node, ["nft", "list", "map", "ip", "kube-proxy", "service-ips"])
          : await printed(variant, node, [`iptables-${variant.includes("-nft:") ? "nft" : "legacy"}-save`, "-t", "nat"]);
        expect(rules).toContain(measuredAddress(100));
        expect(new Set(rules.match(/198\.18\.128\.\d+(?=[/ ])/g)).size).toBeGreaterThan(90);
      }
    });

    test.each(CARRIED)("%s has its load reported, node by node", (variant) => {
      const loads = lab.loads.get(variant) ?? [];
      expect(loads.map(({ node, link }) => `${node} ${link}`).sort()).toEqual(["node-a open", "node-b open"]);
      for (const { seconds, steps, what } of loads) {
        expect(seconds).toBeGreaterThan(0);
        if (user === "root") expect(steps).toBe(variant.includes("nftables") ? 2 : 1);
        expect(what).toBe("100 Services");
      }
    });

    test("half of the list stands before the measured Service where rules are a list", async () => {
      const [variant = ""] = CARRIED;
      const saved = await printed(variant, "node-a", ["iptables-legacy-save", "-t", "nat"]);
      const list = saved.split("\n").filter((line) => line.startsWith("-A KUBE-SERVICES "));
      const before = list.findIndex((line) => line.includes(measuredAddress(100)));
      // A Service has one rule here for its cluster address; those with an external address have two.
      expect(before).toBeGreaterThanOrEqual(measuredIndex(100) - 2);
      expect(before).toBeLessThanOrEqual(measuredIndex(100) + 2);
    });

    test("kube-proxy's jumps come before flannel's and after Calico's, as on a node", async () => {
      const [flannel = "", , , calico = ""] = CARRIED;
      const jumps = async (variant: string, chain: string): Promise<string[]> =>
        (await printed(variant, "node-a", ["iptables-legacy-save", "-t", "filter"]))
          .split("\n")
          .filter((line) => line.startsWith(`-A ${chain} `))
          .map((line) => / -j (\S+)/.exec(line)?.[1] ?? "");
      const kube = ["KUBE-PROXY-FIREWALL", "KUBE-FORWARD", "KUBE-SERVICES", "KUBE-EXTERNAL-SERVICES"];
      expect(await jumps(flannel, "FORWARD")).toEqual([...kube, "FLANNEL-FWD"]);
      expect((await jumps(calico, "FORWARD")).slice(0, 5)).toEqual(["cali-FORWARD", ...kube]);
    });

    test("without netfilter no rule is there and nothing is tracked after traffic", async () => {
      const variant = "flannel-host-gw+no-netfilter";
      expect(missing(variant)).toBeUndefined();
      expect(await dial(variant, "198.19.2.2", 5201, 5201)).toBe(0);
      for (const node of ["node-a", "node-b"]) {
        expect((await printed(variant, node, ["nft", "list", "ruleset"])).trim()).toBe("");
        // Listing legacy tables makes them: what there is says a file that a namespace without any may lack.
        const tables = await run(variant, node, ["cat", "/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"]);
        expect(tables.stdout).toBe("");
        expect((await printed(variant, node, ["conntrack", "-C"])).trim()).toBe("0");
        const bridges = await run(variant, node, [
          "sysctl",
          "-n",
          "--ignore",
          ...["iptables", "ip6tables", "arptables"].map((one) => `net.bridge.bridge-nf-call-${one}`),
        ]);
        expect(bridges.stdout.split("\n").filter((value) => value !== "" && value !== "0")).toEqual([]);
      }
      // The same traffic leaves its entries where the mode has its rules.
      const tracked = await run("flannel-host-gw+kube-proxy-iptables-nft:100", "node-a", ["conntrack", "-C"]);
      expect(Number(tracked.stdout)).toBeGreaterThan(0);
    });

    test("packets between pods that are not tracked leave no entry", async () => {
      const variant = "flannel-host-gw+notrack-pods";
      expect(missing(variant)).toBeUndefined();
      expect(await dial(variant, "198.19.2.2", 5201, 5201)).toBe(0);
      for (const node of ["node-a", "node-b"]) {
        // Only what the nodes themselves say to each other has entries.
        const entries = await printed(variant, node, ["conntrack", "-L"]);
        expect(entries.split("\n").filter((line) => /src=198\.19\.\d+\.2 dst=198\.19\.\d+\.2 /.test(line))).toEqual([]);
      }
    });

    test.runIf(user === TRAPPED)(
      `beside kube-proxy that breaks the Service: the reply is not translated back${user === TRAPPED ? "" : " (tried by root)"}`,
      async () => {
        const variant = TRAP;
        expect(missing(variant)).toBeUndefined();
        expect(lab.serviceFaults.get(variant)).toMatch(
          /^the pod-service path on the open link does not answer: 198\.18\.128\.\d+ port 5201/,
        );
        expect(lab.paths.filter(({ mode }) => mode === variant).map(({ name }) => name)).not.toContain("pod-service");
        expect(await dial(variant, "198.19.2.2", 5201, 5201)).toBe(0);
        // Where it is lost: the server's answer arrives at the client from the pod's own address, and the client resets what it never asked for.
        const [names = "", values = ""] = (await printed(variant, "pod-a", ["grep", "^Tcp:", "/proc/net/snmp"])).split("\n");
        const resets = values.split(" ")[names.split(" ").indexOf("OutRsts")];
        expect(Number(resets)).toBeGreaterThan(0);
        const half = await printed(variant, "node-a", ["conntrack", "-L", "-p", "tcp", "--orig-dst", measuredAddress(100)]);
        expect(half).toContain("[UNREPLIED]");
      },
    );
  });
});
