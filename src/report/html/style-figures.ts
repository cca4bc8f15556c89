/**
 * The look of what is drawn: the first screen with its matrix, the plots, the scores.
 * @packageDocumentation
 */
import { html, type Markup } from "../markup.js";

/** Rules for the style sheet. On a phone the matrix is colour and number alone, with the questions written upwards. */
export const FIGURES_STYLE: Markup = html`
.strip{display:block;width:100%;height:var(--row,1.5rem);overflow:visible}
.strip .host{stroke:var(--host);stroke-width:1}.strip .band{fill:var(--band)}
.strip .whisker{stroke:currentColor;stroke-width:1.5}.strip .second{overflow:visible;color:var(--soft);stroke:var(--soft);fill:var(--soft);stroke-width:1.2}
.mark{overflow:visible;fill:currentColor;stroke:currentColor;stroke-width:1.4}.mark.undecided,.mark.reference{fill:var(--paper)}.card .mark.undecided,.card .mark.reference{fill:var(--card)}.reference{color:var(--soft)}
.whisker.undecided{stroke-width:1}
.ticks{height:1rem;font-size:10px}.ticks text{fill:var(--soft);text-anchor:middle}.ticks .one{fill:var(--ink)}
.first{padding:1.75rem 0 0}
.first h1{max-width:none;font-size:clamp(1.1rem,.95rem + .5vw,1.3rem);line-height:1.35;letter-spacing:-.005em;font-weight:640;margin:0 0 .45rem;text-wrap:pretty}
.answer{margin:0;color:var(--soft);font-size:.9375rem;line-height:1.45;text-wrap:pretty}
.picture{margin:1.5rem 0 0}
.picture figcaption{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;margin:.6rem 0 0;color:var(--soft);font-size:.78rem;line-height:1.45}
.picture figcaption p{margin:0}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0;padding:0;list-style:none}
.legend svg{width:13px;height:13px;margin-right:.3rem;vertical-align:-2px;overflow:visible}
.matrix{--row:2.2rem;width:100%;table-layout:fixed;font-size:.8125rem}.matrix.dense{--row:1.75rem}
.matrix th,.matrix td{padding:0}
.matrix thead th{padding:0 0 .35rem .5rem;line-height:1.25}
.matrix thead th:first-child{padding-left:0;width:10.2rem}
.question{display:inline-block;color:var(--ink);font-weight:600}
.question::first-letter,.brief::first-letter{text-transform:uppercase}
.brief{display:none}
.matrix a{text-decoration:none}
.matrix a:hover,.matrix a:focus-visible{text-decoration:underline}
.host-figure{display:block;font-size:.75rem}
.matrix tbody tr+tr>*{border-top:0}.matrix tbody+tbody tr:first-child>*{border-top:1px solid var(--line)}.matrix tfoot tr>*{border-top:1px solid var(--line)}
.matrix th[scope=row]{font-weight:600;vertical-align:middle;line-height:1.2;overflow-wrap:anywhere}.row-name{display:flex;align-items:baseline}
.rank-number{flex:none;min-width:1.5rem;color:var(--soft);font-weight:400}
.cell{display:grid;grid-template-columns:minmax(0,1fr) 2.85rem .85rem;align-items:center;padding-left:.5rem}
.matrix .number{color:var(--ink);padding-left:.3rem;white-space:nowrap}
.matrix .slower .number,.matrix .faster .number{color:inherit;font-weight:600}
.matrix .undecided .number,.matrix .reference .number,.without .number{color:var(--soft)}
.sign{display:none}
.marks{color:var(--accent);font-weight:700;white-space:nowrap}
.long-numbers .cell{grid-template-columns:minmax(0,1fr) 3.5rem .85rem}.matrix.few{max-width:48rem}
.cell>*{grid-row:1}
.cell>.strip{grid-column:1}
.matrix .word{grid-column:1/-1;justify-self:end;min-width:3.7rem;background:var(--paper)}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,30rem),1fr));gap:1rem;margin:.75rem 0 0}
.by-services{display:block;width:100%;height:auto;color:var(--ink)}.legend .by-services{display:inline-block;width:34px;height:12px}
.by-services .grid{stroke:var(--line)}.by-services .axis{stroke:var(--soft)}.by-services .host{stroke:var(--host);stroke-dasharray:1 3}
.by-services .line{fill:none;stroke:currentColor;stroke-width:1.3}.by-services .whisker{stroke:currentColor}.by-services .mark{fill:var(--card);stroke:currentColor;stroke-width:1.4}
.by-services text{fill:var(--soft);font-size:11px}.by-services .up{text-anchor:end}.by-services .along{text-anchor:middle}
.waterfall,.waterfall-narrow{display:block;width:100%;max-width:60rem;height:auto;margin:.5rem 0}.waterfall-narrow{display:none;max-width:30rem}
@media screen and (max-width:900px){.waterfall{display:none}.waterfall-narrow{display:block}}
.waterfall text,.waterfall-narrow text{fill:var(--ink);font-size:13px}.waterfall .figure,.waterfall-narrow .figure,.waterfall .name{text-anchor:end}.waterfall text.along,.waterfall-narrow text.along{fill:var(--soft);text-anchor:middle;font-size:11px}.waterfall-narrow text.first{text-anchor:start}.waterfall-narrow text.last{text-anchor:end}.waterfall-narrow text.name,.waterfall-narrow text.figure{stroke:var(--paper);stroke-width:3px;paint-order:stroke}
.waterfall .grid,.waterfall-narrow .grid{stroke:var(--grid)}.waterfall .host,.waterfall-narrow .host{stroke:var(--host)}.waterfall .link,.waterfall-narrow .link{stroke:var(--line)}.waterfall .whisker,.waterfall-narrow .whisker{stroke:var(--ink);stroke-width:1.5}
.waterfall .total rect,.waterfall-narrow .total rect{fill:var(--host)}.waterfall .worse rect,.waterfall-narrow .worse rect{fill:var(--slower)}.waterfall .better rect,.waterfall-narrow .better rect{fill:var(--faster)}.waterfall .noise rect,.waterfall-narrow .noise rect{fill:none;stroke:var(--undecided)}.waterfall .noise text,.waterfall-narrow .noise text{fill:var(--soft)}
.card{margin:0;padding:.95rem 1.1rem .6rem;background:var(--card);border:1px solid var(--line);border-radius:.4rem;min-width:0}
.cards+details{margin-top:1rem}
.card h3{margin:0;font-size:.9375rem;font-weight:650}
.card h3 code{font-weight:400;margin-left:.3rem}
.card p{margin:.1rem 0 .5rem;font-size:.8125rem;line-height:1.4;color:var(--soft)}
.plot{--row:1.35rem;width:100%;font-size:.78rem;line-height:1.2}
.plot td,.plot th{padding:0;vertical-align:middle;white-space:nowrap}
.plot tbody tr+tr>*{border-top:0}
.plot tbody tr:hover{background:var(--grid)}
.plot th{font-weight:500;padding-right:.6rem}
.plot .drawn{width:40%;min-width:4rem}
.plot .ratio{text-align:left;padding-left:.6rem}
.plot .interval,.plot .none{color:var(--soft);padding-left:.5rem}
.plot .absolute{text-align:right;padding-left:.6rem}
.own-ratio{display:block;font-size:.68rem;line-height:1.3;color:var(--soft)}
.own-ratio:last-child{margin-bottom:.25rem}
.around td,.around th{overflow-wrap:anywhere}
.plot .baseline{color:var(--soft)}
.plot .verdict{font-size:.7rem}
details.mode{border-top:1px solid var(--grid);max-width:60rem}
details.mode summary{display:grid;list-style:none;grid-template-columns:.8rem 1.6rem 9.5rem minmax(0,1fr) 10.5rem 8rem;gap:.6rem;align-items:center;font-weight:400;font-size:.9rem}
.mode summary::-webkit-details-marker{display:none}
.mode summary::before{content:"▸";color:var(--soft);font-size:.8rem}
.mode[open] summary::before{content:"▾"}
.mode .rank-number{min-width:0}
.mode b{overflow-wrap:anywhere}
.mode .title,.mode .score-text{color:var(--soft)}
.mode .score-text{white-space:nowrap}
.mode summary+div{padding:0 0 .7rem 3.6rem;font-size:.9rem}
.mode p{margin:.15rem 0;max-width:46rem}
.mode:target,.mode :target{background:var(--band)}
.score{display:block;width:100%;height:1.1rem;fill:var(--ink);overflow:visible}
.score .rail{stroke:var(--line);stroke-width:1.5}
.score .host{stroke:var(--ink);stroke-width:1.2}
.score .whisker{stroke:var(--ink);stroke-width:2}
@media screen and (min-width:701px){.first{min-height:100vh}}
@media screen and (min-width:701px) and (max-width:1000px){
  .matrix,.matrix.dense{--row:1.15rem}
  .matrix:not(.few) thead th:not(:first-child) .question{display:none}
  .matrix:not(.few) .brief{display:block;color:var(--ink);font-size:.72rem;font-weight:600}
  .matrix thead th{padding-left:.35rem}
  .matrix thead th:first-child{width:8.6rem}
  .host-figure{font-size:.68rem}
  .cell,.long-numbers .cell{grid-template-columns:minmax(0,1fr) auto;padding:.1rem 0 .1rem .35rem}
  .cell>.strip{grid-column:1/-1}
  .matrix .number{grid-row:2;padding-left:0;text-align:center;line-height:1.15}
  .matrix .word{grid-column:1/-1;justify-self:stretch;background:none}
  .cell>.marks{grid-row:2}
}
@media screen and (max-width:700px){
  .matrix,.matrix.dense{--row:2.2rem;font-size:.72rem}
  .matrix thead th{padding:0;height:6rem;text-align:center}
  .matrix thead th:first-child{width:6.7rem;text-align:left}
  .matrix thead th:not(:first-child) .question,.host-figure,.cell .strip,.matrix tfoot,.rank-number{display:none}
  .brief{display:inline-block;writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap;color:var(--ink);font-weight:600}
  .mode .rank-number{display:inline}
  .cell{display:flex;flex-direction:column;justify-content:center;align-items:center;padding:0;height:var(--row);line-height:1.15}
  .matrix .number{padding:0}
  .sign{display:inline;color:var(--undecided)}
  .slower .sign{color:var(--slower)}
  .faster .sign{color:var(--faster)}
  .same .sign{color:var(--same)}
  .marks{font-size:.6rem}
  .matrix .word{min-width:0;background:none}
  .without .word{font-size:0}
  .without .word::before{content:"–";font-size:.72rem}
  .matrix td{border:1px solid var(--paper)}
  .matrix tbody .slower{background:var(--tint-slower)}
  .matrix tbody .faster{background:var(--tint-faster)}
  .matrix tbody .same{background:var(--tint-same)}
  .matrix th[scope=row]{padding-right:.3rem;font-weight:560}
  .legend svg{display:none}
  .legend li::before{content:attr(data-sign) " "}
.plot .interval,.plot .between{display:none}
.plot .drawn{width:26%}
.plot{font-size:.7rem}
.plot .absolute,.plot th{white-space:normal}
.plot th{overflow-wrap:break-word}
details.mode summary{grid-template-columns:.8rem 1.4rem minmax(0,1fr) auto}
.mode .title{grid-column:3/-1;grid-row:2}
.mode .score{display:none}
.mode summary+div{padding-left:0}
}
@media print{
  .first{padding:0}
  .first h1{font-size:13pt}
  .matrix{--row:1.9rem;font-size:7.5pt}
  .matrix thead th:first-child{width:8.5rem}
  .cell,.long-numbers .cell{grid-template-columns:minmax(0,1fr) 2.5rem .45rem;padding-left:.3rem}
  .matrix .number{padding-left:.45rem}
  .ticks{font-size:7px}
  .host-figure{font-size:.65rem}
  .plot td,.plot th{padding-right:0}
  .matrix thead th{padding-left:.2rem}
  .cards{grid-template-columns:repeat(2,minmax(0,1fr));gap:.6rem}
  .plot{font-size:6.5pt}
  .plot .interval{display:none}
  details.mode summary{grid-template-columns:1.4rem 8rem minmax(0,1fr) 9rem 6rem}
  .mode summary+div{padding-left:2.2rem}
}
`;
