/**
 * What headings, and sentences between outputs, say of the ends of what follows them.
 * @packageDocumentation
 */
import { saysMeasured } from "../words/measuring.js";
import { strangersIn } from "../words/strangers.js";
import { modeWords } from "./modes.js";
import { endsApart, namesPath } from "./paths.js";
import { placeOf, placeWords, type Role } from "./places.js";
import { COUNTED_PODS, RUNTIME } from "./vocabulary.js";

/** Whether two headings, one right below the other, are the heads of two columns, as a table whose cells lost their rows has them. */
export const areColumns = (
  one: { readonly what: Role; readonly text: string },
  next: { readonly what: Role; readonly text: string },
): boolean => opposed(one.what, next.what) && isCell(one.text) && isCell(next.text);

const opposed = (a: Role, b: Role): boolean => (a === "host" && b === "pod") || (a === "pod" && b === "host");

/** Few words that end with none of the marks of a heading or a sentence. */
const isCell = (text: string): boolean => !/[:：.!?;,]\s*$/u.test(text.trim()) && text.trim().split(/\s+/).length <= 4;

/** What a line of prose says of what follows it: its last clause where it leads on with a colon, else all of it. */
export function roleOfLine(text: string, heads: boolean): Role | undefined {
  if (endsApart(text, 0, text.length)) return "pod-host";
  if (heads && /[:：]\s*[*_`]*$/.test(text.trim())) {
    const clauses = text.split(/[,;，；。]|\.\s|(?<!\p{L})(?:but|aber|pero|mais|mas|но)(?!\p{L})|但/u);
    if (placeWords(text).some(({ kind }) => kind === "outside")) return "outside";
    for (const clause of clauses.toReversed()) {
      const role = placeOf(clause);
      if (role !== undefined && role !== "topology") return withTopology(role, text, clause);
    }
  }
  return placeOf(text) ?? (heads && COUNTED_HEADING.test(text) && strangersIn(text).length === 0 ? "pod" : undefined);
}

/** `### 10 pods on 2 nodes`: over an output that is what was measured, elsewhere it is an inventory. */
const COUNTED_HEADING = new RegExp(
  `^(?!.*(?<!\\p{L})clusters?(?!\\p{L}))(?:\\s{0,3}#.*(?:${COUNTED_PODS})|.*(?:${COUNTED_PODS}).*[:：]\\s*$)`,
  "iu",
);

/** "pods, same host:" is of pods on one machine. */
function withTopology(role: Role, text: string, clause: string): Role {
  if (clause === text) return role;
  const others = placeWords(text);
  return others.every(({ kind }) => kind === role || kind === "same" || kind === "other") ? (placeOf(text) ?? role) : role;
}

const RUNTIME_WORD = new RegExp(`${RUNTIME}|(?<!\\p{L})(?:bridged?|nat|macvlan|ipvlan)(?!\\p{L})|网桥|桥接`, "iu");
/** Whether a text names a network between pods, or what runs them. */
export const namesNetwork = (text: string): boolean => modeWords(text).length > 0 || RUNTIME_WORD.test(text);
/** Whether a heading of one rank belongs to one of another. */
export const isBelow = (rank: number, above: number): boolean => rank > 0 && above > 0 && rank > above;
/** A sentence that names ends and is about something else: "Our pods are restarted by an operator." */
export const isRemark = (text: string): boolean =>
  !saysMeasured(text) &&
  !namesPath(text, 0, text.length) &&
  (strangersIn(text).length > 0 || (DESCRIBES.test(text) && !/[:：?？]\s*[*_`]*$/u.test(text)));

/** "# Slow pods": the title of a report, which is about more than the pods' outputs. */
export const isComplaint = (text: string): boolean =>
  COMPLAINT.test(text) && !/[:：]\s*[*_`]*$/.test(text.trim()) && !namesPath(text, 0, text.length);
const COMPLAINT =
  /(?<!\p{L})(?:slow(?:er|ly|ness)?|bad|poor|low|issues?|problems?|degrad\p{L}*|half|langsam\p{L}*|problem\p{L}*|lent[oa]s?|lents?|problèmes?|медленн\p{L}*|проблем\p{L}*)(?!\p{L})|慢|差|问题|遅い|遅く/iu;

/** "That was between the nodes.", "*node to node*": words below what they are about, and not over what follows. */
export const isCaption = (text: string): boolean => CAPTION.test(text.trim());
const CAPTION =
  /^(?:[*_]{1}[^*_]+[*_]{1}|[↑^].*|\W*(?:and |und |y |et |и )?(?:that|this|the above|above|das|dies|esto|eso|cela|ça|это)\s(?:was|is|were|war|ist|fue|era|es|était|est|было)(?!\p{L})[^:：]*)$/iu;

/** "Comment by tom, Tuesday", "ana wrote:": what follows is another person's, or of another day. */
export const headsAComment = (text: string): boolean => COMMENT.test(text) && text.trim().length <= 80;
const COMMENT =
  /^\W*(?:comment|reply|answer|follow-?up|update|kommentar|antwort|nachtrag|comentario|respuesta|commentaire|réponse|комментарий|ответ)s?(?:\s#?\d+)?\s(?:by|from|of|von|vom|de|du|par|от)\s|^\W*@?[\w.-]{2,30}\s(?:commented|wrote|replied|schrieb|kommentierte|antwortete|a écrit|a commenté|escribió|comentó|написал\p{L}*|ответил\p{L}*)(?!\p{L})|(?:评论|回复|写道)\s?[:：]?\s*$/iu;

/** "And the same between the hosts:": the tool was run as before. */
export const saysTheSame = (text: string): boolean => THE_SAME.test(text);
const THE_SAME =
  /^\W*(?:(?:and|then|now|und|dann|nun|et|puis|y|luego|и)\s)*(?:the same(?=[\s,]+(?:test|thing|run|command|benchmark|again|between|from|on|in|inside|for|with|directly)(?!\p{L}))|ditto|dasselbe|das (?:gleiche|selbe)|lo mismo|la même chose|то же(?: самое)?)(?!\p{L})|^\W*(?:同样|一样|相同)/iu;

/** "Restarted all pods, now:" heads what follows and says what was done to pods, not what was measured. */
export function tellsOfAChange(text: string): boolean {
  const [end, second] = placeWords(text);
  const isObject = end !== undefined && CHANGED.test(text.slice(0, end.at));
  // "Updated host results:": what was changed are the figures.
  if (isObject && FIGURES.test(text.slice(end.end))) return false;
  // "I rebooted the nodes and got:": the only ends are what was changed.
  return (CHANGE.test(text) && !saysMeasured(text) && !namesPath(text, 0, text.length)) || (isObject && second === undefined);
}
/** Behind the word for an end: words for what was measured there, of which it says whose they are. */
const FIGURES =
  /^(?:['’]s?)?[\s-](?:(?!(?:and|but|so|then|now|for|with|before|after)\s)\p{L}+\s)?(?:results?|numbers?|figures?|values?|stats|statistics|data|measurements?|benchmarks?|baselines?|tests?|runs?|outputs?|logs?|throughput|bandwidth|latency|latencies|rates?|speeds?|performance|iperf3?|netperf|ping)(?!\p{L})|^的?(?:结果|数据|测试)/iu;
const CHANGE =
  /(?<!\p{L})(?:(?:re)?started|rebooted|deleted|re-?created|(?:re)?installed|upgraded|updated|moved|scaled|drained|cordoned|evicted|rescheduled|redeployed|patched|neu ?gestartet|gelöscht|aktualisiert|reiniciad\p{L}*|redémarr\p{L}*|перезапуст\p{L}*|перезагруз\p{L}*)(?!\p{L})|重启了|删除了|升级了/iu;

/** A verb of {@link CHANGE} with its object behind it. */
const CHANGED =
  /(?<!\p{L})(?:(?:re)?started|rebooted|rebooting|restarting|deleted|deleting|re-?created|recreating|(?:re)?installed|upgraded|upgrading|updated|updating|drained|cordoned|evicted|redeployed|patched|replaced)\s(?:(?:all|both|the|our|my|these|those|of)\s){0,3}$|(?:重启|删除|升级)了?(?:所有|全部)?$/iu;

/** Verbs of sentences that say what there is: "We run Kubernetes on these machines." */
const DESCRIBES =
  /(?<!\p{L})(?:is|are|was|were|has|have|had|runs?|uses?|consists?|ist|sind|hat|haben|besteh\p{L}*|läuft|laufen|nutz\p{L}*|son|es|está|están|tiene|tienen|tenemos|usa\p{L}*|hay|est|sont|ont|avons|utilis\p{L}*|são|tem|temos|есть|является|состоит|использу\p{L}*)(?!\p{L})|使用|运行|部署了|有/iu;
