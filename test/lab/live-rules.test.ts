/** The running kernel's rules, in network namespaces of the tests' own: both backends are read, and nothing is made by reading. */
import { afterAll, describe, expect, test } from "vitest";
import { isRoot } from "./built-lab.js";
import { copyProgram } from "./program.js";

/** Words that run a command in a network namespace with these rules, and say afterwards which legacy tables there are. */
const inside = (rules: string): readonly string[] => [
  "unshare",
  "--net",
  "sh",
  "-ec",
  `${rules}; "$@"; code=$?; echo "tables: $(tr '\\n' ' ' < /proc/net/ip_tables_names)" >&2; exit $code`,
  "inside",
];

describe.runIf(isRoot)("podwire rules live", () => {
  const program = copyProgram();
  afterAll(program.remove);

  test("legacy tables and nf_tables are one ruleset, and that both are used is a finding", async () => {
    const rules = [
      "iptables-legacy -A FORWARD -s 198.18.0.0/15 -j ACCEPT",
      "iptables-nft -A FORWARD -p tcp -m tcp --dport 80 -j DROP",
      "nft add table inet mine",
      "nft add chain inet mine forward '{ type filter hook forward priority 10; }'",
      "nft add rule inet mine forward meta mark 7 drop",
    ].join("; ");
    const ended = await program.run(["rules", "live", "--json"], { through: inside(rules) });
    expect(ended.code, ended.stderr).toBe(0);
    const { findings, owners } = JSON.parse(ended.stdout) as {
      findings: { finding: string; chain: string; says: string }[];
      owners: { rules: number }[];
    };
    expect(owners.reduce((sum, one) => sum + one.rules, 0)).toBe(3);
    expect(findings.filter(({ finding }) => finding === "both-backends")).toEqual([
      expect.objectContaining({ chain: "FORWARD", says: expect.stringContaining("ip filter FORWARD, inet mine forward") as string }),
    ]);
    const walked = await program.run(["rules", "live", "--packet", "tcp 198.18.0.1:9 > 198.18.0.2:80 in a out b forward", "--json"], {
      through: inside(rules),
    });
    const { verdict, steps } = JSON.parse(walked.stdout) as { verdict: string; steps: { table: string; action: string }[] };
    expect([verdict, steps.map(({ table, action }) => `${table}: ${action}`)]).toEqual([
      "drop",
      ["filter (legacy): accept", "filter (nf_tables): drop"],
    ]);
    expect(walked.stderr).toContain("both backends have rules: filter FORWARD");
  });

  test("the kernel's IP sets decide the rules that ask for them", async () => {
    const rules = [
      "ipset create pods hash:net",
      "ipset add pods 198.18.0.0/15",
      "ipset add pods 198.18.9.0/24 nomatch",
      "iptables-legacy -A FORWARD -m set --match-set pods src -j DROP",
    ].join("; ");
    const verdict = async (source: string): Promise<unknown> => {
      const words = ["rules", "live", "--packet", `udp ${source}:9 > 198.18.0.2:80 in a forward`, "--json"];
      const ended = await program.run(words, { through: inside(rules) });
      expect(ended.code, ended.stderr).toBe(0);
      return (JSON.parse(ended.stdout) as { verdict: unknown }).verdict;
    };
    expect([await verdict("198.18.0.1"), await verdict("198.18.9.1"), await verdict("192.0.2.1")]).toEqual(["drop", "accept", "accept"]);
  });

  test("a table that nft has made by one of iptables' names is shown whole", async () => {
    const rules = [
      "nft add table ip nat",
      "nft add chain ip nat post '{ type nat hook postrouting priority 100; }'",
      "nft add rule ip nat post ip saddr 198.18.0.0/15 masquerade",
    ].join("; ");
    const ended = await program.run(["rules", "live", "--packet", "udp 198.18.0.1:9 > 198.18.9.2:80 in a forward", "--json"], {
      through: inside(rules),
    });
    expect(ended.code, ended.stderr).toBe(0);
    const { steps } = JSON.parse(ended.stdout) as { steps: { chain: string; action: string }[] };
    expect(steps).toContainEqual(expect.objectContaining({ chain: "post", rule: "ip saddr 198.18.0.0/15 masquerade" }));
  });

  test("reading makes no table", async () => {
    const ended = await program.run(["rules", "live"], { through: inside("nft add table inet mine") });
    expect(ended.stderr).toContain("tables: \n");
    expect(ended.stdout).toMatch(/^There is no rule\./);
    expect(ended.code).toBe(0);
  });

  test("an ordinary user is told what it takes", async () => {
    const ended = await program.run(["rules", "live"], { user: "ordinary user" });
    expect(ended.stderr).toContain("the kernel shows its rules to root only: `sudo podwire rules live`");
    expect(ended.code).toBe(1);
  });
});
