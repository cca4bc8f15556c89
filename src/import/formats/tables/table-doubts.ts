/**
 * Why a number in a table is no measurement: its row or column is of something else, or nothing in the table says that networks were measured.
 * @packageDocumentation
 */
import { doubtAbout } from "../../quantities/doubts.js";
import { noMeasurementIn } from "../../quantities/not-network.js";
import { type Quantity, quantitiesIn } from "../../quantities/quantities.js";
import type { Surroundings } from "../../recogniser.js";
import { namesNetwork } from "../../where/heading-role.js";
import { placeWords } from "../../where/places.js";
import { saysMeasured } from "../../words/measuring.js";
import { EXPECTED } from "../statements/statement.js";
import type { Column } from "./table-cells.js";

/** Words of rows and columns that are not of measurements. */
export const NOT_MEASURED =
  /theor|offered|requested|asked|configured|angeboten|(?<!\p{L})diff(?:erence)?(?:\s?\(|\s?$)|delta(?! ?\(\p{L})|Δ|overhead|差|发送|设定|expect|nominal|line[- ]?rate|link|nics?(?!\p{L})|target|limit|capacity|threshold|alert|schwell|umbral|seuil|порог|阈值|soll(?!\p{L})|erwart|teóric|esperad|théori|теорет|ожида|理论|预期|标称|网卡|限速/iu;
/** Rows and columns that compare the others, or say how much these vary. */
const RELATIVE_COLUMN =
  /(?<!\p{L})(?:ratios?|factor|speed-?up|slow-?down|relative|share|percent(?:age)?|verhältnis|faktor|anteil|relación|razón|proporción|rapport|facteur|proporção|razão|отношение|доля|std\.? ?dev\.?|stdev|deviations?|variance|mdev|jitter|standardabweichung|abweichung|desviación|écart|отклонение)(?!\p{L})|比例|比值|比率|占比|倍数|标准差|方差|抖动|偏差|[×x] ?(?:slower|faster)|pods? ?\/ ?(?:hosts?|nodes?)|(?:hosts?|nodes?) ?\/ ?pods?/iu;
/** Heads of price lists, of instance types and of settings. */
const INVENTORY_TABLE =
  /(?<!\p{L})(?:prices?|costs?|eur|usd|vcpus?|cores|ram|memory|instance types?|flavou?rs?|model|options?|parameters?|settings?|flags?|variables?|keys?|defaults?|preise?|kosten|arbeitsspeicher|standardwert|precio|memoria|opción|prix|mémoire|цена|память|параметр)(?!\p{L})|价格|内存|型号|规格|参数|默认值|料金|メモリ/iu;
/** Lists of machines with what they offer: the kind of machine, and a column of bare words for networks. */
const KINDS_OF_MACHINES =
  /^\W*(?:instances?|sizes?|types?|flavou?rs?|plans?|products?|skus?|tiers?|machines?|vms?|tarif\p{L}*|produkt\p{L}*|型号|规格|产品)\W*$/iu;
const OFFERED =
  /^\W*(?:networks?|bandwidth|network (?:bandwidth|speed|performance)|speed|rate|value|netzwerk|bandbreite|red|ancho de banda|réseau|сеть|带宽|网络)\W*$/iu;
const isOffer = (columns: readonly Column[], column: string): boolean =>
  KINDS_OF_MACHINES.test(columns[0]?.text ?? "") && OFFERED.test(column);
/** A path's maximum is a result, a machine's is not. */
const CAPACITY = /max(?:imum|\.)? (?:speed|bandwidth)/iu;
const boundIn = (cell: string): string | undefined =>
  /^[\s*_`]*(?:[<>]=?|[≤≥])\s?\d/u.test(cell) ? "a bound, not a measurement" : undefined;
/** `под - под`: a path between two of a kind. */
const SAME_ENDS = /^\W*(\p{L}+)\s?(?:-|–|->|→|<->|↔)\s?\1\W*$/iu;
const namesWhatWasMeasured = (text: string): boolean =>
  placeWords(text).length > 0 || namesNetwork(text) || saysMeasured(text) || SAME_ENDS.test(text);
const labelWithoutPlaces = (label: string): string => label.replaceAll(/host[- ]?networks?|物理网络/giu, " ");

/** What stands around a cell: its row's label, its column's head, all heads. */
export interface Around {
  readonly cell: string;
  /** What the cells before it say: a remark behind it is none about it. */
  readonly ahead: string;
  readonly text: string;
  readonly index: number;
  readonly label: string;
  readonly column: string;
  readonly columns: readonly Column[];
}

/** Why a cell is no measurement. Something in the table, or the heading above it, has to say that networks were measured. */
export function cellDoubt(value: Quantity, around: Around, heads: string, above: Surroundings): string | undefined {
  const { cell, label, column } = around;
  if (above.expected) return EXPECTED;
  if (INVENTORY_TABLE.test(heads) && !saysMeasured(heads)) return "the table lists machines or settings, not measurements";
  if (isOffer(around.columns, column)) return "the table lists machines or settings, not measurements";
  if (around.index === 0 && heads !== "" && /\p{L}{2}/u.test(cell.replace(value.written, ""))) return "it names the row, and is no result";
  const named = quantitiesIn(around.ahead).reduceRight((text, { at, end }) => text.slice(0, at) + text.slice(end), around.ahead);
  if (value.number !== "" && new RegExp(`(?<![\\d.])${value.number.replaceAll(".", "\\.")} ?G(?:bE?|bit)?(?!\\p{L})`, "iu").test(named))
    return "the speed that its row is named by";
  if (CAPACITY.test(column) && placeWords(label).length === 0) return "its row or column is not of measurements";
  if (RELATIVE_COLUMN.test(column) || RELATIVE_COLUMN.test(around.ahead)) return "its row or column is not of measurements";
  if (NOT_MEASURED.test(column) || NOT_MEASURED.test(labelWithoutPlaces(around.ahead))) return "its row or column is not of measurements";
  const doubt =
    boundIn(cell) ?? noMeasurementIn(`${label} ${column}`, 0, around.text) ?? doubtAbout(value, cell, value.at, value.end, true);
  if (doubt !== undefined) return doubt;
  const { topic, role } = above;
  const said = role !== undefined || [label, cell, heads, topic].some((text) => namesWhatWasMeasured(text));
  return said ? undefined : "nothing in the table says that this was measured";
}
