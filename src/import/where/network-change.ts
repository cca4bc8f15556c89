/**
 * Statements that the network was changed: "Switched flannel to host-gw.", "Jetzt mit Calico:", 换成 host-gw. What follows is under that network.
 * @packageDocumentation
 */
import { remembered } from "../words/remembered.js";
import { modeWords } from "./modes.js";

/** A network that a text says was changed to. */
export interface NetworkChange {
  /** Where the statement begins. */
  readonly at: number;
  /** Where the network's name ends: from there on figures are under it. */
  readonly end: number;
  readonly subject: string;
  /** False for what is planned, asked, denied or spoken of as later. */
  readonly done: boolean;
  /** Only some of the machines, or another cluster: what a later line is under is not said. */
  readonly elsewhere: boolean;
}

/** Up to so many letters of other words, within one clause. */
const WORDS = "(?:\\s[^,;:.。，；：]{0,60}?)?";
const CHANGED_TO = new RegExp(
  [
    `(?:switched|changed|moved|migrated|converted|reconfigured|swapped|flipped)${WORDS}\\s(?:to|onto)`,
    `(?:reverted|returned|rolled back|went back|gone back|downgraded)${WORDS}\\s(?:to|onto)`,
    "(?:replaced|exchanged)\\s[^,;:.]{1,60}?\\s(?:with|by)",
    "now\\s(?:(?:we|i|it|is|are|have|everything|running|all|re-?tested|again)\\s){0,3}(?:with|on|using|uses?|running|runs?|over)",
    `(?:after|since|upon|by|before|prior to)\\s(?:we |i |the )?(?:switching|changing|moving|migrating|converting|migration|move|switch|change)${WORDS}\\s(?:to|onto)`,
    `(?<=^\\W*|[.!?]\\s)(?:switching|changing|moving|migrating)${WORDS}\\s(?:to|onto)`,
    `(?:umgestellt|umgeschaltet|gewechselt|migriert|umgezogen|umgestiegen|umgebaut)${WORDS}\\s(?:auf|zu|zum|nach)`,
    "(?:stellten?|wechselten?|schalteten?|zogen?)\\s[^,;:.]{0,40}?(?:auf|zu|zum)",
    `(?:zurückgekehrt|zurückgegangen|zurück)${WORDS}\\s(?:auf|zu|zum)`,
    "(?:jetzt|nun|inzwischen|seitdem|neuerdings)\\s(?:(?:läuft|laufen|es|wir|alles|ist|sind|(?:der|die|das) \\p{L}+)\\s){0,3}(?:mit|auf|über|unter)",
    `(?:nach|seit|vor)\\s(?:dem|der|unserem|unserer)\\s(?:wechsel|umstellung|umstieg|umzug|migration|umschaltung)${WORDS}\\s(?:auf|zu|zum|nach)`,
    `(?:pass[ée]e?s?|migr[ée]e?s?|bascul[ée]e?s?|chang[ée]e?s?|remplac[ée]e?s?)${WORDS}\\s(?:à|au|en|vers|sur|pour|par)`,
    `(?:reven[uo]\\p{L}*|retourn[ée]e?s?)${WORDS}\\s(?:à|au|en|vers|sur)`,
    `(?:après|avant)\\s(?:de )?(?:le |la |être |avoir )?(?:passage|migration|bascule(?:r)?|changement|passer?)${WORDS}\\s(?:à|au|en|vers|sur)`,
    "maintenant\\s(?:(?:nous|on|tout|est|tourne|sommes)\\s){0,3}(?:avec|en|sur|sous)",
    `(?:cambiamos|cambiado|cambié|pasamos|pasado|pasé|migramos|migrado|migré|(?:tras|después de) (?:el cambio|la migración|cambiar|pasar|migrar))${WORDS}\\s(?:a|al|por)`,
    "ahora\\s(?:(?:todo|va|estamos|está|corre)\\s){0,2}(?:con|en|usamos|sobre)",
    `(?:volvimos|vuelto|volví|regresamos|regresado)${WORDS}\\s(?:a|al)`,
    `(?:mudamos|mudei|migramos|trocamos|passamos)${WORDS}\\s(?:para|pra|por)|agora\\s(?:tudo\\s)?(?:com|em)`,
    `(?:passati|passato|passata|migrato|migrati|cambiato)${WORDS}\\s(?:a|al|con)|(?:ora|adesso)\\s(?:tutto\\s)?(?:con|su)`,
    `(?:перешли|переш[её]л|переключили(?:сь)?|перевели|сменили|заменили|переехали|мигрировали|после (?:перехода|переключения|миграции))${WORDS}\\sна`,
    `(?:вернулись|вернулся|вернули|откатили(?:сь)?)${WORDS}\\s(?:на|к)`,
    "теперь\\s(?:(?:всё|все|мы|работает)\\s){0,2}(?:с|на|через)",
    // What is said of a change that has not come about: "we could move to Calico", "thinking of switching to Calico".
    `(?<open>(?:switch(?:ing)?|mov(?:e|ing)|chang(?:e|ing)|migrat(?:e|ing)|convert(?:ing)?)${WORDS}\\s(?:to|onto)|(?:passer|migrer|basculer)${WORDS}\\s(?:à|vers|sur)|(?:cambiar|pasar|migrar)${WORDS}\\s(?:a|al)|(?:перейти|переходить|перевести)${WORDS}\\sна)`,
  ]
    .map((one) => `(?<!\\p{L})(?:${one})\\s`)
    .concat("(?:切换|切|换|改|迁移|替换|更换)了?(?:成|到|为|至|回到|回)了?\\s?", "改用了?\\s?", "现在(?:用的是|使用的是|使用|用|是)\\s?")
    .join("|"),
  "giu",
);
/** Between the verb and the name: no name of anything else. */
const FILLER =
  /^(?:(?:the|our|a|an|new|plain|pure|pod|use|using|backend|type|mode|network|cni|flannel(?:['’]s)?|de[mnr]|das|die|le|la|el|los|modo|modus|режим|бэкенд|后端|模式|的|为|是)(?:\s|(?=\p{Script=Han})|(?<=\p{Script=Han})))*["'`*_(（]*$/iu;
/** "Auf host-gw umgestellt": the verb stands behind the name. */
const BEHIND =
  /^["'`*_)]*(?:[ -](?:backend|mode|modus))?\s(?:umgestellt|umgeschaltet|gewechselt|migriert|umgezogen|umgestiegen|zurück(?:gestellt|gewechselt|gegangen|gerollt|gebaut|gesetzt)|(?:zu )?wechseln|um(?:zu)?stellen|um(?:zu)?steigen|(?:zu )?migrieren)(?!\p{L})|^\s?(?:モード)?(?:に|へ)\s?(?:切り替え(?!る)|変更|移行)|^\s?(?:모드)?(?:으?로)\s?(?:변경|전환|바꾸|바꿨)/iu;
const INFINITIVE = /(?:wechseln|stellen|steigen|migrieren)$/iu;
const BEFORE_BEHIND = /(?<!\p{L})(?:auf|zu|zum|nach)\s(?:de[mn] |das )?(?:flannel\s)?["'`*_]*\S+$/iu;
/** What has not come about, or is said of a time before it. */
const NOT_DONE =
  /(?<!\p{L})(?:if|unless|should|would|could|may|might|must|can(?:not)?|will|plan\p{L}*|want\p{L}*|wish|consider\p{L}*|thinking|going|recommend\p{L}*|suggest\p{L}*|advis\p{L}*|before|until|without|not|never|instead|prior|need\p{L}*|have to|has to|\p{L}+n['’]t|wenn|falls|soll\p{L}*|würde\p{L}*|könn\p{L}*|wollen|möcht\p{L}*|werde|vor|bevor|ohne|nicht|nie|bis|wird|werden|ab (?:morgen|nächste\p{L}*|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)|demnächst|übermorgen|(?<!the )next (?:week|weekend|month|quarter|year|sprint|release)|had (?:we|i|you|they)|scheduled|devr\p{L}*|pourr\p{L}*|avant|sans|pas|jamais|voul\p{L}*|deber\p{L}*|podr\p{L}*|antes|sin|nunca|если|хо(?:тим|чу)|планир\p{L}*|до|без|не|нужно|надо|буд(?:ем|ет|ут)|собира\p{L}*|завтра)(?!\p{L})|如果|若|打算|计划|准备|想|建议|应该|可以|没|未|别|即将|将[会要于]|下(?:个?月|周|星期)|明天/iu;
const NOT_YET_BEHIND = /^\s?(?:模式|后端)?(?:之|以)?前|^[^.;。；?？]{0,80}[?？](?:\s|$|(?=\p{Script=Han}))/u;
/** Some of the machines, or machines of others. */
const ELSEWHERE =
  /(?<!\p{L})(?:only (?:the |our )?(?:on|one|for|in|half|some|two|three|\d+|\p{L}*pools?|nodes?|workers?)|(?:node[- ]?)?pools?|(?:on|of) (?:one|some|half|two|three|\d+) |one (?:of|node|host|worker|machine)|half (?:of|the)|some of|canary|(?:an)?other(?:['’]s)? (?:cluster|team|site|project|company|department|customer|environment|user|group)\p{L}*|(?:their|his|her|your) (?:\p{L}+ )?cluster|second cluster|(?:in|im|auf) (?:der |dem )?(?:staging|testumgebung|testsystem)|(?:test|staging|lab|dev) (?:cluster|environment)|(?:in|on) (?:the |our )?(?:staging|test|lab|dev|qa)|nur (?:den |die |das |der )?(?:auf|im|in|ein\p{L}*|\p{L}*pools?|knoten|\d+)|(?:auf )?eine[mnrs]? (?:knoten|\p{L}*pool|teil|der|anderen)|ander(?:er|en|es|e) (?:cluster|team|standort|projekt)\p{L}*|(?:test|staging)-?cluster|(?:seulement|uniquement|seul) (?:sur|le|un)|un (?:seul )?(?:nœud|pool|autre cluster)|autre (?:cluster|équipe)|(?:solo|sólo|solamente) (?:en|el|un)|un (?:nodo|pool)|otro (?:cluster|equipo)|только (?:на|в|для|од)|на одном узле|пул\p{L}*|друг(?:ом|ой|ая) (?:кластер\p{L}*|команд\p{L}*))(?!\p{L})|只在|只有|仅在|仅有|一个节点|节点池|部分节点|(?:另一个|另外一个|其他|别的|测试)(?:集群|团队|环境)/iu;
const CLAUSE_ENDS = /[,;:，；：。]|[.!?](?:\s|$)/u;
const CLAUSE_BEGINS = /[,;:，；：。]|[.!?]\s|(?<!\p{L})(?:so|but|and then|aber|also|pero|mais|но)\s/giu;

/** The statements of a text that the network was changed, or that it was not, in their order. */
export const networkChangesIn = remembered(search);

const TAKEN_BACK =
  /(?<!\p{L})(?:undid|undone|reverted|rolled (?:it |this |that )?back|backed (?:it |this |that )?out|rückgängig|zurückgedreht|zurückgerollt|annulé|откатил\p{L}*|revertimos|deshicimos)(?!\p{L})|回滚|撤销/iu;

/** "That broke DNS, so I undid it." */
export const takesAChangeBack = (text: string): boolean => TAKEN_BACK.test(text.slice(networkChangeIn(text)?.end ?? 0));

/** A text without what it says of changes that have not come about, as long as it was. */
export const withoutOpenChanges = remembered((text: string): string =>
  networkChangesIn(text)
    .filter(({ done }) => !done)
    .reduce((rest, { at, end }) => rest.slice(0, at) + " ".repeat(end - at) + rest.slice(end), text),
);

/** The last network that a text says was changed to; undefined where none is. */
export const networkChangeIn = (text: string): NetworkChange | undefined => networkChangesIn(text).findLast(({ done }) => done);

function search(text: string): readonly NetworkChange[] {
  const modes = modeWords(text);
  if (modes.length === 0) return [];
  const forward = Array.from(text.matchAll(CHANGED_TO)).flatMap(({ index, 0: found, groups }) => {
    const to = index + found.length;
    const named = modes.find(({ at, end }) => end > to && FILLER.test(text.slice(to, Math.max(at, to))));
    if (named === undefined) return [];
    return [{ at: index, end: named.end, subject: named.subject, open: groups?.["open"] !== undefined }];
  });
  const behind = modes.flatMap(({ at, end, subject }) => {
    const verb = BEHIND.exec(text.slice(end))?.[0];
    const german = verb !== undefined && /^\W*\p{Script=Latin}/u.test(verb);
    if (verb === undefined || (german && !BEFORE_BEHIND.test(text.slice(0, end)))) return [];
    return [{ at, end, subject, open: INFINITIVE.test(verb) }];
  });
  return [...forward, ...behind]
    .map(({ open, ...one }) => {
      const begin = clauseBegin(text, one);
      return { ...one, done: !open && isDone(text, begin, one), elsewhere: isElsewhere(text, begin, one) };
    })
    .sort((a, b) => a.at - b.at);
}

type Span = Pick<NetworkChange, "at" | "end">;

function clauseBegin(text: string, { at }: Span): number {
  const cuts = Array.from(text.slice(0, at).matchAll(CLAUSE_BEGINS), ({ index, 0: found }) => index + found.length);
  return cuts.at(-1) ?? 0;
}

function isElsewhere(text: string, begin: number, { end }: Span): boolean {
  const behind = text.slice(end);
  const length = CLAUSE_ENDS.exec(behind)?.index ?? behind.length;
  return ELSEWHERE.test(text.slice(begin, end + length));
}

function isDone(text: string, begin: number, { end }: Span): boolean {
  return !NOT_DONE.test(text.slice(begin, end)) && !NOT_YET_BEHIND.test(text.slice(end));
}
