/**
 * Follows the headings, sentences and command lines of a text, so that each output knows what the words above it say: of its heading, of the
 * sentence before it, of the command that printed it.
 * @packageDocumentation
 */

import { headsExpectations } from "../quantities/doubts.js";
import { tellsOfOthers } from "../quantities/not-network.js";
import type { Line, Mention, Surroundings } from "../recogniser.js";
import { excerpt } from "../recogniser.js";
import { conditionsOfTool, namedConditions } from "../where/conditions.js";
import {
  areColumns,
  headsAComment,
  isBelow,
  isCaption,
  isComplaint,
  isRemark,
  namesNetwork,
  roleOfLine,
  saysTheSame,
  tellsOfAChange,
} from "../where/heading-role.js";
import { conditionLabel, hasQuantity, headsWhatFollows, isInventory, type LineKind, rankOf, saysWhat } from "../where/headings.js";
import { modeOf, modeOfHeading, modeOfPlugin, modeWords } from "../where/modes.js";
import { networkChangeIn, takesAChangeBack, withoutOpenChanges } from "../where/network-change.js";
import { namesPath } from "../where/paths.js";
import { composed, namesHostNetwork, onlyNamedMachines, placeNames, placeOf, placeWords, type Role } from "../where/places.js";
import { strangersIn } from "../words/strangers.js";
import { CommandTrack } from "./command-track.js";
import { type Heading, NOTHING } from "./heading.js";

/** Words further above than this many lines of prose say nothing about an output any more. */
export const REACH = 40;

/** Below a line it makes a heading of it. */
const UNDERLINE = /^\s{0,3}(?:={3,}|-{3,})\s*$/;

/** The words above the current line. */
export class Context {
  #heading: Heading | undefined;
  /** A line that tells a result itself speaks for the output that follows at once, and for nothing after it. */
  #passing: { readonly role: Mention<Role> | undefined; readonly subject: Mention<string> | undefined } | undefined;
  #fenced = false;
  #age = 0;
  /** Whether an output or a result came since the last heading. */
  #content = false;
  readonly #commands = new CommandTrack();
  #subject: Mention<string> | undefined;
  #subjectRank = 0;
  /** Set where the network was changed to it: it holds for all that follows. */
  #changed = false;
  /** Set where an earlier comment named the mode: it holds until this one names another. */
  #ofEarlierComment = false;
  /** The last line of prose, which may turn out to be underlined. */
  #lastProse = 0;
  readonly #sections: { readonly rank: number; readonly text: string }[] = [];
  #below: string[] = [];
  #topic = "";
  #expected = false;
  #conditions: Readonly<Record<string, string>> = {};
  /** Whether the line that named the conditions names ends, too. */
  #conditionsOfEnds = false;
  #now: Surroundings = NOTHING;

  /** What holds for the current line. */
  now(): Surroundings {
    return this.#now;
  }

  /** What holds for a result that a line tells itself: the line before it, which told another, says nothing about it. */
  standing(): Surroundings {
    if (this.#passing === undefined) return this.#now;
    const role = this.#heading?.mention;
    return { ...this.#now, role, hostNetwork: namesHostNetwork(role?.text ?? ""), subject: this.#subject };
  }

  /** A tool's output, or a result in a table, stands here. */
  output(): void {
    this.#content = true;
  }

  /** Takes a line that no tool printed; true when what it says of the lines below differs from what was said before. */
  take(line: Line, kind: LineKind): boolean {
    const plugin = kind === "prose" || kind === "other" ? modeOfPlugin(line.text) : undefined;
    if (plugin !== undefined && !hasQuantity(line.text)) {
      this.#subject = { what: plugin, line: line.number, text: excerpt(line.text), ofPods: true };
      this.#subjectRank = 0;
      this.#changed = false;
      this.#ofEarlierComment = false;
      this.#now = { ...this.#now, subject: this.#subject };
      return false;
    }
    if (UNDERLINE.test(line.text) && this.#lastProse === line.number - 1) this.#newComment(this.#lastProse);
    if (line.text.trim() === "" || kind === "other") {
      if (/^\s{0,3}(?:```|~~~)/.test(line.text)) this.#fenced = !this.#fenced;
      return false;
    }
    const before = this.#now;
    if (kind === "command") this.#commands.take(line, this.#heading?.mention.what);
    else if (kind === "table") this.#content ||= hasQuantity(line.text);
    else this.#takeProse(line);
    this.#now = {
      role: this.#passing?.role ?? this.#heading?.mention,
      hostNetwork: namesHostNetwork((this.#passing?.role ?? this.#heading?.mention)?.text ?? ""),
      command: this.#commands.mention,
      subject: this.#passing?.subject ?? this.#subject,
      section: this.#sections
        .map(({ text }) => conditionLabel(text))
        .filter((text) => text !== "")
        .join("/"),
      label: [this.#heading === undefined ? "" : conditionLabel(this.#heading.base.text), ...this.#below.map(conditionLabel)]
        .filter((text) => text !== "")
        .join("/"),
      conditions: { ...this.#conditions, ...this.#commands.conditions },
      sweep: this.#commands.sweep,
      topic: this.#topic,
      expected: this.#expected,
    };
    return kind === "command" || (before.role !== this.#now.role && this.#now.role !== undefined) || before.section !== this.#now.section;
  }

  /** A quotation that began on line `from` has ended: that its writer changed the network says nothing of who answers. */
  leavesQuote(from: number): void {
    if (!this.#changed || this.#subject === undefined || this.#subject.line < from) return;
    this.#subject = undefined;
    this.#now = { ...this.#now, subject: undefined };
  }

  #takeProse(line: Line): void {
    const { text } = line;
    this.#lastProse = line.number;
    if (headsAComment(text)) this.#newComment(line.number);
    this.#passing = undefined;
    this.#age += 1;
    if (this.#age > REACH) this.#heading = undefined;
    // Within a fence `# ...` is a comment.
    const rank = this.#fenced ? 0 : rankOf(text);
    if (rank > 0) this.#newSection(rank, text);
    if (isInventory(text)) return;
    const heads = headsWhatFollows(text);
    const tells = hasQuantity(text) && !/[:：]\s*$/.test(text);
    if (heads && !tells) {
      this.#takeTopic(text);
      this.#expected = headsExpectations(text) || (this.#expected && rank === 0 && placeWords(text).length > 0);
    }
    const above = this.#heading?.mention.line;
    if (heads && !tells && this.#content && conditionLabel(text) !== "" && Object.keys(namedConditions(text)).length === 0)
      this.#commands.over();
    this.#takeRole(line, heads, rank, tells);
    this.#takeSubject(line, { heads, rank, tells, above });
    if (tells) this.#content = true;
    else if (heads) this.#content = false;
  }

  #newSection(rank: number, text: string): void {
    while ((this.#sections.at(-1)?.rank ?? 0) >= rank) this.#sections.pop();
    this.#sections.push({ rank, text });
    const role = this.#heading;
    if (role !== undefined && (role.rank >= rank || (role.rank === 0 && this.#content))) this.#forgetRole();
    if (this.#subjectRank >= rank) this.#subject = undefined;
    this.#below = [];
    // What a chapter measures holds for the sections in it.
    this.#topic = this.#sections.findLast((one) => one.text !== text && saysWhat(one.text))?.text ?? "";
    this.#conditions = {};
    this.#commands.forget();
  }

  /** What another comment named may be over; `line` is that of the new one's heading. */
  #newComment(line: number): void {
    this.#ofEarlierComment = this.#subject !== undefined && this.#subject.line < line && this.#subjectRank === 0;
  }

  #forgetRole(): void {
    this.#heading = undefined;
    this.#commands.forget();
    this.#below = [];
  }

  #takeTopic(text: string): void {
    if (saysWhat(text)) this.#topic = text;
    const conditions = namedConditions(text);
    const ends = placeWords(text).length > 0;
    // "pods, with sidecar" says nothing about "hosts" below it.
    if (Object.keys(conditions).length === 0 && !(ends && this.#conditionsOfEnds && this.#content)) return;
    this.#conditions = saysTheSame(text) ? { ...conditionsOfTool(this.#conditions), ...conditions } : conditions;
    this.#conditionsOfEnds = ends;
  }

  #takeRole(line: Line, heads: boolean, rank: number, tells: boolean): void {
    const named = this.#heading !== undefined && onlyNamedMachines(line.text) && !this.#namesBoth(line.text, heads && !tells);
    // Below a heading names of machines say where its ends are.
    const role = named ? undefined : roleOfLine(line.text, heads);
    const mention = (what: Role): Mention<Role> => ({ what, line: line.number, text: excerpt(line.text) });
    if (role === undefined) {
      if (heads && !tells) this.#subheading(line.text, rank);
      else if (!tells) this.#otherNetwork(line);
      return;
    }
    if (rank > 0 && isComplaint(line.text)) return;
    if (heads && !tells && tellsOfAChange(line.text)) {
      this.#below = [line.text];
      return;
    }
    if (!heads && !tells && isRemark(line.text) && (role !== "unclear" || this.#heading !== undefined)) {
      // What follows it may be of another condition than what came before.
      if (this.#content) this.#below = [line.text];
      return;
    }
    this.#age = 0;
    if (tells) {
      if (role !== "topology") this.#passing = { role: mention(role), subject: undefined };
      this.#doubtHeading(line, role);
      return;
    }
    const above = this.#heading;
    if (role === "topology") {
      if (!heads) return;
      const parent = above !== undefined && (!this.#content || above.parent || (rank > 0 && above.rank > 0 && above.rank < rank));
      const base = parent ? above.base : mention("topology");
      this.#heading = {
        mention: mention(parent ? composed(above.base.what, line.text) : "topology"),
        base,
        rank: above?.rank ?? rank,
        parent,
        heads,
      };
      this.#commands.forget();
      return;
    }
    // The heads of two columns, one below the other, as a table whose cells lost their rows has them.
    const columns =
      above !== undefined &&
      rank === 0 &&
      above.rank === 0 &&
      above.mention.line === line.number - 1 &&
      areColumns(above.mention, { what: role, text: line.text });
    // A remark between a heading and what it heads does not turn it.
    const several = !heads && role === "host" && modeWords(line.text).length > 0;
    const remark = !heads && above?.heads === true && !this.#content && above.mention.what !== role && above.mention.what !== "topology";
    const unsure = several || remark || columns || (this.#content && isCaption(line.text));
    this.#heading = { mention: mention(unsure ? "unclear" : role), base: mention(role), rank, parent: false, heads };
    this.#commands.forget();
    this.#below = [];
  }

  /** "from a pod on node1 to a pod on node2" and below it "from node1 to node2": where the heading names its machines itself, these are ends of their own. */
  #namesBoth(text: string, heads: boolean): boolean {
    const above = this.#heading?.mention.text ?? "";
    return heads && this.#content && namesPath(text, 0, text.length) && placeNames(above).some(({ kind }) => kind === "named");
  }

  /** A result of the other side between a heading and what comes later: whose the later figures are is not sure any more. */
  #doubtHeading(line: Line, role: Role): void {
    const above = this.#heading;
    const sides = new Set(["host", "pod"]);
    const other = sides.has(role) || role === "unclear";
    if (above === undefined || !other || !sides.has(above.mention.what) || above.mention.what === role) return;
    this.#heading = { ...above, mention: { what: "unclear", line: line.number, text: excerpt(line.text) } };
  }

  #subheading(text: string, rank: number): void {
    if (this.#content) this.#below = [];
    this.#below.push(text);
    const role = this.#heading;
    if (role === undefined) return;
    if (!this.#content) role.parent = true;
    else if (!role.parent && !isBelow(rank, role.rank) && (namesNetwork(text) || (role.rank === 0 && strangersIn(text).length > 0)))
      this.#forgetRole();
  }

  /** "Then I installed flannel" between the hosts' outputs: whether the next ones are the hosts', too, is not sure. */
  #otherNetwork(line: Line): void {
    const above = this.#heading;
    if (above?.mention.what !== "host" || !this.#content || !namesNetwork(line.text)) return;
    this.#heading = { ...above, mention: { what: "unclear", line: line.number, text: excerpt(line.text) } };
  }

  /** `above` is the line of the heading that was in force before this one. */
  #takeSubject(
    line: Line,
    { heads, rank, tells, above }: { heads: boolean; rank: number; tells: boolean; above: number | undefined },
  ): void {
    const ofOthers = !heads && tellsOfOthers(line.text);
    const change = ofOthers ? undefined : networkChangeIn(line.text);
    // Which network there was before is said in many ways.
    if ((change !== undefined || this.#changed) && takesAChangeBack(line.text)) {
      this.#subject = undefined;
      return;
    }
    // "We have not switched to Calico yet."
    const rest = withoutOpenChanges(line.text);
    if (change === undefined && rest !== line.text && modeWords(rest).length === 0) return;
    const subject = change?.subject ?? (rank > 0 && !tells ? modeOfHeading(rest) : modeOf(rest));
    // "Network: flannel. We plan to move to Cilium."
    const others = ofOthers && (rest === line.text || tellsOfOthers(sentenceOfMode(rest)));
    const ends = placeWords(line.text).length > 0;
    if (subject === undefined) {
      // A heading that names other networks, or other ends, ends the mode that such a heading named before.
      const other =
        heads &&
        !tells &&
        (modeWords(line.text).length > 1 ||
          (ends && this.#content && !this.#changed && above !== undefined && above === this.#subject?.line));
      if (other) this.#subject = undefined;
      return;
    }
    // Only a heading can put hosts under a network, and not one over pods.
    const ofPods = !heads || placeOf(line.text) === "pod";
    const mention = { what: subject, line: line.number, text: excerpt(line.text), ...(ofPods ? { ofPods: true } : {}) };
    if (tells) {
      this.#passing = { role: this.#passing?.role, subject: mention };
      if (change === undefined) {
        if (this.#ofEarlierComment && !others) this.#subject = undefined;
        return;
      }
    }
    if (others) return;
    // "We switched one node pool to Calico.": below it is not said which one is meant.
    if (change?.elsewhere === true) {
      this.#subject = undefined;
      return;
    }
    // In a sentence between a heading and its results another mode is a remark, unless it says that the network was changed.
    const besides = this.#subject !== undefined && !this.#content && this.#subject.what !== subject && this.#heading?.heads === true;
    if (change === undefined && !heads && besides) return;
    this.#subject = mention;
    this.#subjectRank = rank;
    this.#changed = change !== undefined;
    this.#ofEarlierComment = false;
  }
}

function sentenceOfMode(text: string): string {
  const at = modeWords(text)[0]?.at ?? 0;
  const before =
    text
      .slice(0, at)
      .split(/(?<=[.!?]\s|[。！？])/u)
      .at(-1) ?? "";
  return before + (text.slice(at).split(/(?<=[.!?]\s|[。！？])/u)[0] ?? "");
}
