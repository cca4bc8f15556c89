/**
 * The look of the HTML report: one sheet for light, dark, phone and paper. The verdict comes first, numerals are aligned, colour is rare.
 * @packageDocumentation
 */
import { html, type Markup } from "../markup.js";

/** The page's style element. It names no outside file: system typefaces only. */
export const STYLE: Markup = html`<style>
:root{color-scheme:light dark;--paper:#fcfbf8;--card:#fff;--ink:#1d1c1a;--soft:#65615a;--line:#e2ded5;--grid:#ece9e2;--band:#e3efe7;--same:#2b7a57;--slower:#b0421f;--faster:#265fb3;--undecided:#736e65;--accent:#8a5a00;--shade:#0003}
@media (prefers-color-scheme:dark){:root{--paper:#141517;--card:#1a1c1f;--ink:#e9e7e2;--soft:#a6a29a;--line:#33363b;--grid:#282b2f;--band:#1e2f28;--same:#6fc79c;--slower:#f2906e;--faster:#84b3ff;--undecided:#a6a29a;--accent:#e0b458;--shade:#fff2}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums lining-nums;overflow-wrap:break-word}
main,.page-end{max-width:82rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.75rem)}
header.top{padding:clamp(1.75rem,4.5vw,3.25rem) 0 0}
.eyebrow{margin:0 0 .75rem;color:var(--soft);font-size:.875rem}
.eyebrow b{color:var(--ink);font-weight:650;letter-spacing:.01em}
.name{display:inline-block;max-width:100%}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
h1{margin:0 0 .75rem;max-width:26em;font-size:clamp(1.6rem,1.05rem + 2.5vw,2.7rem);line-height:1.14;letter-spacing:-.018em;font-weight:680;text-wrap:balance}
.detail{margin:0 0 1.25rem;color:var(--soft);max-width:46rem}
.advice{margin:0;max-width:46rem;font-size:1.125rem;line-height:1.5;text-wrap:pretty}
.partial{margin:1.25rem 0 0;padding:.65rem .9rem;max-width:46rem;border-left:3px solid var(--accent);background:var(--card)}
.facts{display:flex;flex-wrap:wrap;gap:.35rem 1.75rem;margin:1.75rem 0 0;padding:.9rem 0 0;border-top:1px solid var(--line);font-size:.875rem}
.facts div{display:flex;gap:.45rem}.facts dt{color:var(--soft)}.facts dd{margin:0}
nav{font-size:.875rem;margin:1rem 0 0}nav a{color:var(--soft);margin-right:1.1rem;display:inline-block;padding:.15rem 0;text-underline-offset:.2em;text-decoration-color:var(--line)}nav a:hover{color:var(--ink)}
section{margin:clamp(2.25rem,5vw,3.5rem) 0 0}
h2{margin:0 0 .3rem;font-size:1.375rem;line-height:1.25;letter-spacing:-.01em;font-weight:660}
h3{margin:1.75rem 0 .75rem;font-size:1rem;font-weight:640}
.note{margin:0 0 1rem;color:var(--soft);font-size:.9rem;max-width:46rem}
table{border-collapse:collapse;font-size:.875rem;line-height:1.4}
th{text-align:left;font-weight:600}
thead th{color:var(--soft);font-weight:500;vertical-align:bottom;border-bottom:1px solid var(--line)}
td,th{padding:.4rem .9rem .4rem 0;vertical-align:baseline}
tbody tr+tr>*{border-top:1px solid var(--grid)}
.num{text-align:right;white-space:nowrap}
.scroll{overflow-x:auto;margin:0 0 .5rem;-webkit-overflow-scrolling:touch;background:linear-gradient(270deg,var(--paper) 40%,transparent) right/2rem 100% no-repeat local,linear-gradient(270deg,var(--shade),transparent) right/.8rem 100% no-repeat scroll}.sideways{display:none;margin:0 0 .4rem;color:var(--soft);font-size:.8125rem}
.scroll:focus-visible{outline:2px solid var(--faster);outline-offset:3px}
.scroll th[scope=row]{position:sticky;left:0;background:var(--paper);z-index:1;white-space:nowrap}
.same{color:var(--same)}.slower{color:var(--slower)}.faster{color:var(--faster)}.undecided{color:var(--undecided)}
.verdict{white-space:nowrap;font-weight:560}
.soft{color:var(--soft)}.small{font-size:.8125rem}.nowrap{white-space:nowrap}
.caption{display:block;max-width:12rem;white-space:normal;font-weight:400;font-size:.75rem;line-height:1.3;color:var(--soft)}.overview{width:100%}.overview td{padding-right:.65rem;white-space:nowrap}.overview b{font-weight:620}.overview .soft,.overview .verdict{display:block;font-size:.78rem}
.overview thead th{padding-right:.65rem;vertical-align:top}.overview .own>*{border-top:0;padding-top:0;font-weight:400}.overview .own th{color:var(--soft);padding-left:.6rem;font-size:.8rem}.overview .own b{font-weight:400}.overview thead b{display:block;white-space:nowrap;color:var(--ink);font-weight:640;font-size:.8125rem}.overview thead span{display:block;font-size:.78rem;white-space:nowrap}
.rank{width:100%}.rank td,.rank th{vertical-align:top}.rank th[scope=row]{min-width:9.5rem;overflow-wrap:anywhere}.rank .place{width:2.2rem;font-weight:640}.rank .bar{width:11rem;padding-top:.5rem}.score{display:block;width:11rem;height:1.1rem;fill:var(--ink);overflow:visible}.score .rail{stroke:var(--line);stroke-width:1.5}.score .host{stroke:var(--ink);stroke-width:1.2}.score .whisker{stroke:var(--ink);stroke-width:2}.rank .why{width:99%}.rank .why span{display:block;margin-top:.15rem;color:var(--soft)}.rank tr.out>*{color:var(--soft);font-weight:400}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:0 0 1rem;padding:0;list-style:none;font-size:.8125rem;color:var(--soft)}
.legend svg{width:14px;height:14px;margin-right:.35rem;vertical-align:-2px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20.5rem),1fr));gap:1rem}
.card{margin:0;padding:.95rem 1rem .7rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem;min-width:0}
.card h4{margin:0;font-size:.9375rem;font-weight:650}.card p{margin:.1rem 0 .5rem;font-size:.8125rem;line-height:1.4;color:var(--soft)}
.plot{display:block;width:100%;height:auto;overflow:visible;font-size:11px}
.plot text{fill:var(--ink)}.plot .label{text-anchor:end}.plot .value{text-anchor:end;font-variant-numeric:tabular-nums}.plot .none{fill:var(--soft);text-anchor:end;font-style:italic}
.plot .tick,.plot .axis{fill:var(--soft);font-size:10px}.plot .tick{text-anchor:middle}.plot .one{fill:var(--ink);font-weight:650}.plot .end{text-anchor:end}
.plot .band{fill:var(--band)}.plot .grid{stroke:var(--grid)}.plot .host{stroke:var(--ink);stroke-width:1.2}.plot .hit{fill:transparent}.plot .row:hover .hit{fill:var(--ink);opacity:.05}
.plot .whisker{stroke-width:1.5;fill:none;stroke:currentColor}.mark{fill:currentColor;stroke:currentColor;stroke-width:1.4}.mark.undecided{fill:var(--card)}
.whisker.same{color:var(--same)}.plot .second{stroke:var(--soft);fill:var(--soft);stroke-width:1.2;opacity:.8}
.full thead th{white-space:nowrap}.full td{padding:.22rem .9rem .22rem 0}.full .metric>*{padding-top:1.3rem;border-top:0;font-weight:650;position:static}.full .metric div{position:sticky;left:0;width:fit-content;max-width:calc(100vw - 2rem)}.full .metric div>span{font-weight:400;color:var(--soft);margin-left:.5rem}
.pairs{display:grid;grid-template-columns:minmax(8rem,14rem) minmax(0,1fr);gap:.3rem 1.25rem;margin:.75rem 0 0;font-size:.9rem}
.pairs dt{color:var(--soft)}.pairs dd{margin:0;overflow-wrap:anywhere}.pairs dd+dt{margin:0}
.gaps{margin:.5rem 0 0;padding:0;list-style:none;font-size:.9rem}.gaps li{padding:.4rem 0;border-top:1px solid var(--grid);overflow-wrap:anywhere}
summary{cursor:pointer;font-weight:600;padding:.35rem 0}
.page-end{margin-top:3.5rem;padding-top:1rem;padding-bottom:2.5rem;color:var(--soft);font-size:.8125rem}
@media (max-width:40rem){.rank,.rank tbody,.rank tr,.rank td,.rank th{display:block;width:auto}.rank thead{display:none}.rank tr{display:grid;grid-template-columns:2rem minmax(0,1fr) auto;padding:.55rem 0;border-top:1px solid var(--grid)}.rank tbody tr+tr>*{border-top:0}.rank td,.rank th{padding:0}.sideways{display:block}.rank .why{grid-column:2/-1;width:auto}.rank td.bar{display:none}.rank th[scope=row]{min-width:0}.pairs{grid-template-columns:1fr;gap:0}.pairs dd{margin:0 0 .6rem}}
@media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--grid:#ddd;--band:#e3efe7;--same:#1d6444;--slower:#96330f;--faster:#1b4d97;--undecided:#555;color-scheme:light}
@page{margin:14mm}
html{font-size:9.5pt}body{print-color-adjust:exact;-webkit-print-color-adjust:exact}main,.page-end{max-width:none;padding:0}nav,.sideways{display:none}header.top{padding-top:0}
h1{font-size:20pt}
section{margin-top:1.6rem}h2,h3,h4{break-after:avoid}.card,tr,.gaps li{break-inside:avoid}.cards{grid-template-columns:repeat(2,1fr)}
.scroll{overflow:visible;background:none}.full .metric div{position:static;max-width:none}.scroll th[scope=row]{position:static}table{font-size:7pt}td,th,.full td{padding-right:.4rem}.full .nowrap,.overview td,.overview thead span,.verdict,.overview th[scope=row],.full thead th{white-space:normal}.overview td,.overview thead th{padding-right:.3rem}.overview .soft,.overview .verdict,.overview thead span{font-size:6.2pt}.score,.rank .bar{width:7rem}thead{display:table-header-group}}
</style>`;
