/**
 * Words that say that something was measured: a verb of measuring or getting, a tool, a word for results.
 * @packageDocumentation
 */
import { TOOL_WORD } from "./tools.js";

const wordly = (alternatives: string): string => `(?<!\\p{L})(?:${alternatives})(?!\\p{L})`;

const MEASURING = new RegExp(
  `${wordly(
    [
      "measur\\p{L}*|benchmark(?:s|ed|ing)?|tested|tests?|gets?|got|getting|see|sees|saw|seeing|seen|reach\\p{L}*|achiev\\p{L}*|hits?|hitting|obtain\\p{L}*|observ(?:e|es|ed|ing)|shows?|showed|showing|results?|yields?|gives?|gave|giving|delivers?|delivered|manag(?:e|es|ed|ing) to|recorded|report(?:s|ed|ing)?|confirms?|clocks?|clocked|(?:drop|fell|fall|ris|rose|grow|grew|increas|climb|jump|slow|settl|sit|stay|stuck|hover|plummet|collaps|go|went|com|stop)\\p{L}* (?:down |in |out |back |around )?(?:to|at|with|around)|tops? out|br(?:ought|ings?) (?:\\p{L}+ ){0,3}(?:up |down |back )?to|talk(?:s|ing)? (?:to each other )?(?:at|with)|push(?:es|ed)?|sustain\\p{L}*|forwards?|arrives?|comes? through|handles?|answer(?:s|ed)|serves?|served|throughput of",
      "messen|messe|messung\\p{L}*|messwert\\p{L}*|gemessen\\p{L}*|misst|erreich\\p{L}*|erziel\\p{L}*|komm\\p{L}* \\p{L}* ?auf|bekomm\\p{L}*|bekam\\p{L}*|erhalt\\p{L}*|erhielt\\p{L}*|seh\\p{L}*|sieht|zeigt?|liefer\\p{L}*|schaff\\p{L}*|ergab\\p{L}*|ergibt|ergeben|betr[aäu]g\\p{L}*|fällt|sinkt|bricht|steigt|stieg\\p{L}*|wächst|liegt|lagen?|liegen|ankommen|angekommen|kommen|ergebnis\\p{L}*|getestet\\p{L}*",
      "mid[oóie]\\p{L}*|medi(?:mos|r|d[oa]s?|ción)|obten\\p{L}*|obtien\\p{L}*|obtuv\\p{L}*|alcanz\\p{L}*|consig\\p{L}*|consegu\\p{L}*|lleg\\p{L}*|logr\\p{L}*|muestra\\p{L}*|mostr\\p{L}*|veo|vemos|dan?|dio|registr(?:a|ó|o|an|amos|aron)|marca|baja|cae|sube|subió|qued\\p{L}*|atiend\\p{L}*|resultados?",
      "mesur\\p{L}*|attei\\p{L}*|affich\\p{L}*|montr\\p{L}*|donn\\p{L}*|fait|font|arriv\\p{L}*|tomb\\p{L}*|chut\\p{L}*|mont(?:e|ent|é)|rest(?:e|ent)|plafonn\\p{L}*|voi[ts]|voyons|résultats?",
      "faz|fazem|hacen?|alcan\\p{L}*|ating\\p{L}*|mostra\\p{L}*|chega\\p{L}*|cai|misur\\p{L}*|otten\\p{L}*|raggiung\\p{L}*|risultat\\p{L}*",
      "измер\\p{L}*|замер\\p{L}*|показ\\p{L}*|получ\\p{L}*|достиг\\p{L}*|выда\\p{L}*|видим|вижу|да[её]т|дают|составл\\p{L}*|упал\\p{L}*|падает|раст[её]т|вырос\\p{L}*|результат\\p{L}*|тестир\\p{L}*",
      "ölç(?:t|ü)\\p{L}*|zmierzy\\p{L}*|wynosi\\p{L}*|osiąg\\p{L}*",
    ].join("|"),
  )}|测|压测|达到|跑到|跑出|只有|仅有|结果|得到|稳定在|降到|掉到|計測|測定|実測|結果|でした|しか|出(?:ます|る|た)|나옵|결과`,
  "iu",
);

/** The first person: what follows was done by the author. */
const AUTHOR =
  /(?<!\p{L})(?:i|we|ich|wir|yo|nosotros|je|nous|on(?= (?:a|obtient|mesure|voit|atteint|arrive|tombe|plafonne|ne|reste)(?!\p{L})| n['’])|eu|nós|io|noi|я|мы|у нас)(?!\p{L})|我|私/iu;

/** A result as wrk and hey print it. */
const PRINTED = /^\W*(?:Requests|Transfer)\/sec:\s/;

/** Whether a text says that something was measured. */
export const saysMeasured = (text: string): boolean => MEASURING.test(text) || PRINTED.test(text) || text.search(TOOL_WORD) !== -1;

/** Whether a text tells what its author, or a tool, measured. */
export const isAuthorsMeasurement = (text: string): boolean => text.search(TOOL_WORD) !== -1 || (AUTHOR.test(text) && MEASURING.test(text));
