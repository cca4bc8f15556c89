/**
 * `iptables -L` in its usual variants, and `iptables-save`: size, policies, Services, and the networks that the rules give away.
 * @packageDocumentation
 */
import { ownerOfChain } from "../../../model/rule-owners.js";
import { excerpt, type Line, type LineReader, type LineRecogniser, type Ruleset, type Sink } from "../../recogniser.js";

/** Beyond this many rules in KUBE-SERVICES every new connection walks a long list (reference: node checks). */
const MANY_SERVICE_RULES = 1000;

const TABLE = /^\s*\*(filter|nat|mangle|raw|security)\s*$/;
const SAVED_CHAIN = /^\s*:(\S+) (ACCEPT|DROP|RETURN|QUEUE|-) \[\d+:\d+\]/;
const SAVED_RULE = /^\s*(?:\[\d+:\d+\] )?-A (\S+)(\s.*)?$/;
const LISTED_CHAIN = /^\s*Chain (\S+) \((?:policy (\w+)[^)]*|(\d+) references?)\)\s*$/;
const LISTED_HEAD = /^\s*(?:num\s+)?(?:pkts\s+bytes\s+)?target\s+prot\s+opt\s/;
const LISTED_RULE = /^\s*(?:\d+\s+)?(?:[\d.]+[KMG]?\s+[\d.]+[KMG]?\s+)?\S+\s+(?:\S+\s+)?(?:--|-f|!f)\s+\S/;

const LISTED_TARGET = /^\s*(?:\d+\s+)?(?:[\d.]+[KMG]?\s+[\d.]+[KMG]?\s+)?(\S+)/;

/** Reads rulesets. */
export const iptables: LineRecogniser = {
  kind: "lines",
  name: "iptables",
  reads: "iptables -L and iptables-save",
  open: (sink) => new IptablesReader(sink),
};

interface Counting {
  readonly writers: Set<string>;
  /** Rules without the table around them, as people quote them. */
  readonly fragment: boolean;
  readonly line: number;
  lastLine: number;
  readonly printedBy: Ruleset["printedBy"];
  readonly table: string | undefined;
  chains: number;
  rules: number;
  serviceRules: number;
  readonly policies: Record<string, string>;
  forwardDrop: Line | undefined;
}

class IptablesReader implements LineReader {
  #now: Counting | undefined;
  #chain = "";

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const taken = this.#take(line);
    if (taken && this.#now !== undefined) this.#now.lastLine = line.number;
    else if (!taken && (this.#now?.printedBy === "iptables -L" || this.#now?.fragment === true) && line.text.trim() !== "") this.end();
    return taken;
  }

  #take(line: Line): boolean {
    const { text } = line;
    const table = text.includes("*") ? TABLE.exec(text) : null;
    if (table !== null) {
      this.end();
      this.#begin(line, "iptables-save", table[1]);
      return true;
    }
    if (/^\s*# (?:Generated|Completed) (?:by|on) .*/.test(text) && /iptables|Completed/.test(text)) return true;
    if (text.includes("Chain ")) return this.#listedChain(line);
    const now = this.#now;
    if (now === undefined) return this.#looseRule(line);
    if (now.printedBy === "iptables -L") return this.#listed(line, now);
    return this.#saved(line, now);
  }

  #begin(line: Line, printedBy: Ruleset["printedBy"], table: string | undefined, fragment = false): Counting {
    this.#now = {
      line: line.number,
      lastLine: line.number,
      printedBy,
      table,
      chains: 0,
      rules: 0,
      serviceRules: 0,
      policies: {},
      forwardDrop: undefined,
      writers: new Set(),
      fragment,
    };
    return this.#now;
  }

  #writer(now: Counting, chain: string): void {
    const found = ownerOfChain(chain);
    if (found !== undefined) now.writers.add(found);
  }

  /** Rules without their table still give away networks, sizes and who wrote them. */
  #looseRule(line: Line): boolean {
    const rule = line.text.includes("-A ") ? SAVED_RULE.exec(line.text.replace(/^.*?iptables (?:-t \w+ )?/, "")) : null;
    if (rule === null || !/ -j \S| -g \S/.test(rule[2] ?? "")) return false;
    const now = this.#begin(line, "iptables-save", /iptables -t (\w+)/.exec(line.text)?.[1], true);
    this.#count(now, rule[1] ?? "");
    this.#networks(line, rule[1] ?? "", rule[2] ?? "");
    return true;
  }

  #saved(line: Line, now: Counting): boolean {
    const { text } = line;
    if (/^\s*COMMIT\s*$/.test(text)) {
      now.lastLine = line.number;
      this.end();
      return true;
    }
    const chain = SAVED_CHAIN.exec(text);
    if (chain !== null) {
      now.chains += 1;
      this.#writer(now, chain[1] ?? "");
      this.#policy(now, line, chain[1] ?? "", chain[2] ?? "");
      return true;
    }
    const rule = SAVED_RULE.exec(text);
    if (rule === null) return false;
    this.#count(now, rule[1] ?? "");
    this.#networks(line, rule[1] ?? "", rule[2] ?? "");
    return true;
  }

  #listedChain(line: Line): boolean {
    const match = LISTED_CHAIN.exec(line.text);
    if (match === null) return false;
    const [, chain = "", policy] = match;
    if (this.#now?.printedBy !== "iptables -L" || chain in this.#now.policies) {
      this.end();
      this.#begin(line, "iptables -L", undefined);
    }
    this.#chain = chain;
    if (this.#now !== undefined) {
      this.#now.chains += 1;
      this.#writer(this.#now, chain);
      this.#policy(this.#now, line, chain, policy ?? "-");
    }
    return true;
  }

  #listed(line: Line, now: Counting): boolean {
    const { text } = line;
    if (text.trim() === "" || LISTED_HEAD.test(text)) return text.trim() !== "";
    if (!LISTED_RULE.test(text)) return false;
    this.#count(now, this.#chain);
    this.#writer(now, LISTED_TARGET.exec(text)?.[1] ?? "");
    return true;
  }

  #policy(now: Counting, line: Line, chain: string, policy: string): void {
    if (policy === "-" || Object.keys(now.policies).length > 20) return;
    now.policies[chain] = policy;
    if (chain === "FORWARD" && policy === "DROP") now.forwardDrop = line;
  }

  #count(now: Counting, chain: string): void {
    now.rules += 1;
    this.#writer(now, chain);
    if (chain === "KUBE-SERVICES") now.serviceRules += 1;
  }

  /** Masquerading rules name the pod network, Service rules name Service addresses and endpoints. */
  #networks(line: Line, chain: string, rest: string): void {
    const source = /(?:^|\s)(!\s+)?-s ([\d.]+\/\d+)/.exec(rest);
    const destination = /(?:^|\s)(?:!\s+)?-d ([\d.]+)\/32/.exec(rest)?.[1];
    const say = (network: string, role: "pod" | "service", how: string): void => {
      this.sink.address({ network, role, how: `${how}: ${excerpt(line.text)}`, line: line.number });
    };
    if (source?.[2] !== undefined && /^(?:FLANNEL-|cali-|KUBE-SVC-|KUBE-FORWARD|POSTROUTING|CNI-)/.test(chain)) {
      const masquerades =
        /MASQUERADE|RETURN|KUBE-MARK-MASQ|-j ACCEPT/.test(rest) && (chain !== "POSTROUTING" || /! -o docker0|! -d|MASQUERADE/.test(rest));
      if (masquerades) say(source[2], "pod", "a rule about the pod network");
    }
    if (destination !== undefined && /^KUBE-(?:SERVICES|SVC-)/.test(chain)) say(destination, "service", "a Service's rule");
    const endpoint = /DNAT .*--to-destination ([\d.]+):\d+/.exec(rest)?.[1];
    if (endpoint !== undefined && chain.startsWith("KUBE-SEP-")) say(endpoint, "pod", "an endpoint's rule");
  }

  end(): void {
    const now = this.#now;
    this.#now = undefined;
    this.#chain = "";
    if (now === undefined || now.chains + now.rules === 0) return;
    const { forwardDrop, writers, fragment, ...ruleset } = now;
    this.sink.ruleset({ ...ruleset, writtenBy: [...writers].sort(), complete: !fragment });
    if (forwardDrop !== undefined) {
      this.sink.trouble({
        id: "forward-policy-drop",
        cause: "the FORWARD chain's policy is DROP (dockerd sets it): pod traffic passes only where a rule accepts it",
        fix: "accept the pod network explicitly in FORWARD or DOCKER-USER, or set ip-forward-no-drop in dockerd (engine 28 and later)",
        line: forwardDrop.number,
        text: excerpt(forwardDrop.text),
      });
    }
    if (now.serviceRules > MANY_SERVICE_RULES) {
      this.sink.trouble({
        id: "many-service-rules",
        cause: `KUBE-SERVICES holds ${String(now.serviceRules)} rules, which every new connection to a Service walks one after the other`,
        fix: "kube-proxy in nftables mode, or IPVS: a look-up in a map instead of a list",
        line: now.line,
        text: `${now.printedBy}${now.table === undefined ? "" : `, table ${now.table}`}`,
      });
    }
  }
}
