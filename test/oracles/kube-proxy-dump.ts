/**
 * Dumps of kube-proxy's rules without what says nothing of how packets are carried: handles, counters, chains by which agents see that rules are still there,
 * and what other programs wrote.
 * @packageDocumentation
 */

/** Chains that kubelet and kube-proxy make to see that their tables were not flushed, or to show which kind of tables they use. */
const SIGNS = /^KUBE-(?:KUBELET-CANARY|PROXY-CANARY|IPTABLES-HINT)$/;

/** By `table chain`: kube-proxy's own rules, in order, and in built-in chains its jumps. From `iptables-save`. */
export function kubeProxyRules(saved: string): Readonly<Record<string, readonly string[]>> {
  const rules: Record<string, string[]> = {};
  let table = "";
  for (const line of saved.split("\n")) {
    if (line.startsWith("*")) table = line.slice(1).trim();
    const [, declared] = /^:(KUBE-\S+) /.exec(line) ?? [];
    if (declared !== undefined && !SIGNS.test(declared)) rules[`${table} ${declared}`] ??= [];
    const [, chain, rule] = /^-A (\S+) (.+)$/.exec(line) ?? [];
    if (chain === undefined || rule === undefined || !(chain.startsWith("KUBE-") || / -j KUBE-\S+$/.test(` ${rule}`))) continue;
    // With nfacct in the kernel there is one rule more for each node port, on the loopback address alone, to count what it accepts.
    if (/-d 127\.0\.0\.0\/8 .*-m nfacct /.test(rule)) continue;
    const key = `${table} ${chain}`;
    rules[key] = [...(rules[key] ?? []), normalised(rule)];
  }
  return rules;
}

/** Both kinds of iptables print the same rule in a slightly different way. */
const normalised = (rule: string): string =>
  rule
    .replace(/ -m nfacct --nfacct-name +\S+/, "")
    // `--xor-mark X` is printed as a mask of 0 by one and of all bits by none; both mean the same.
    .replace(/--set-xmark (0x[0-9a-f]+)\/0x0\b/, "--xor-mark $1")
    .replace(/--probability (0\.\d+)/, (_, text: string) => `--probability ${Number(text).toFixed(6)}`);

/** Every object of the table `ip kube-proxy`, one a line, in a fixed order; rules in their order within a chain. From `nft --json list ruleset`. */
export function kubeProxyTable(json: string): readonly string[] {
  const { nftables } = JSON.parse(json) as { readonly nftables: readonly Readonly<Record<string, Record<string, unknown>>>[] };
  const lines = nftables.flatMap((entry) => {
    const [first] = Object.entries(entry);
    if (first === undefined) return [];
    const [kind, object] = first;
    const table = kind === "table" ? object["name"] : object["table"];
    if (object["family"] !== "ip" || table !== "kube-proxy") return [];
    return [{ kind, chain: String(object["chain"] ?? object["name"]), text: lineOf(kind, object) }];
  });
  // A stable sort keeps the rules of a chain in their order.
  return lines
    .sort((one, other) =>
      `${one.kind} ${one.chain}` < `${other.kind} ${other.chain}`
        ? -1
        : `${one.kind} ${one.chain}` > `${other.kind} ${other.chain}`
          ? 1
          : 0,
    )
    .map(({ text }) => text);
}

function lineOf(kind: string, object: Readonly<Record<string, unknown>>): string {
  const { elem } = object;
  const facts = Object.fromEntries(Object.entries(object).filter(([name]) => name !== "handle" && name !== "elem"));
  const elements = Array.isArray(elem) ? elem.map((one) => JSON.stringify(one)).sort() : [];
  return `${kind} ${JSON.stringify(facts)}${elements.length === 0 ? "" : ` ${elements.join(" ")}`}`;
}
