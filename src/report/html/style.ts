/**
 * The look of the HTML reports: one sheet for light, dark, phone and paper. The answer comes first, numerals are aligned, colour is rare.
 * Verdicts are blue, orange and greys, which people who confuse red and green tell apart; each has a shape or sign of its own besides.
 * @packageDocumentation
 */
import { html, type Markup } from "../markup.js";
import { PROFILE_STYLE } from "../profile/style.js";
import { FIGURES_STYLE } from "./style-figures.js";

const BASE: Markup = html`
:root{color-scheme:light dark;--paper:#fcfcfa;--card:#fff;--ink:#1b1c1e;--soft:#5f6369;--line:#dcdcd6;--grid:#ecebe6;--host:#9a9c9f;--band:#e9edf2;--same:#3f5266;--slower:#a64500;--faster:#0a62c2;--undecided:#6b6e73;--tint-slower:#fbe3d0;--tint-faster:#d8e8fb;--tint-same:#eef1f4;--accent:#8a5a00;--shade:#0003}
@media (prefers-color-scheme:dark){:root{--paper:#131416;--card:#191b1e;--ink:#e8e7e3;--soft:#a3a5a8;--line:#33363a;--grid:#25282b;--host:#6b6e73;--band:#222a33;--same:#a9bdd0;--slower:#f59a55;--faster:#7db6ff;--undecided:#a3a5a8;--tint-slower:#43290f;--tint-faster:#142f50;--tint-same:#20262c;--accent:#e0b458;--shade:#fff2}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums lining-nums;overflow-wrap:break-word}
main,.page-end{max-width:82rem;margin:0 auto;padding:0 clamp(1rem,4vw,2.75rem)}
header.top{padding:clamp(1.75rem,4.5vw,3.25rem) 0 0}
.eyebrow{margin:0 0 .75rem;color:var(--soft);font-size:.875rem}
.eyebrow b{color:var(--ink);font-weight:650;letter-spacing:.01em}
.name{display:inline-block;max-width:100%}.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
h1{margin:0 0 .75rem;max-width:26em;font-size:clamp(1.6rem,1.05rem + 2.5vw,2.7rem);line-height:1.14;letter-spacing:-.018em;font-weight:680;text-wrap:balance}
.detail{margin:0 0 1.25rem;color:var(--soft);max-width:46rem}
.partial{margin:1.25rem 0 0;padding:.65rem .9rem;max-width:46rem;border-left:3px solid var(--accent);background:var(--card)}
nav{font-size:.875rem;margin:1rem 0 0}nav a{color:var(--soft);margin-right:1.1rem;display:inline-block;padding:.15rem 0}nav a:hover{color:var(--ink)}
section{margin:clamp(2.25rem,5vw,3.5rem) 0 0}
h2{margin:0 0 .3rem;font-size:1.375rem;line-height:1.25;letter-spacing:-.01em;font-weight:660}
h3{margin:1.75rem 0 .75rem;font-size:1rem;font-weight:640}
code{font:.8125em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;color:var(--soft)}
.note{margin:0 0 1rem;color:var(--soft);font-size:.9rem;max-width:46rem}
table{border-collapse:collapse;font-size:.875rem;line-height:1.4}
th{text-align:left;font-weight:600}
thead th{color:var(--soft);font-weight:500;vertical-align:bottom;border-bottom:1px solid var(--line)}
td,th{padding:.4rem .9rem .4rem 0;vertical-align:baseline}
tbody tr+tr>*{border-top:1px solid var(--grid)}
.num{text-align:right;white-space:nowrap}
.scroll{position:relative;overflow-x:auto;margin:0 0 .5rem;-webkit-overflow-scrolling:touch;background:linear-gradient(270deg,var(--paper) 40%,transparent) right/2rem 100% no-repeat local,linear-gradient(270deg,var(--shade),transparent) right/.8rem 100% no-repeat scroll}.sideways{display:none;margin:0 0 .4rem;color:var(--soft);font-size:.8125rem}
.scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--faster);outline-offset:3px}
.scroll th[scope=row]{position:sticky;left:0;background:var(--paper);z-index:1;white-space:nowrap}.card .scroll th[scope=row]{background:var(--card)}
.same{color:var(--same)}.slower{color:var(--slower)}.faster{color:var(--faster)}.undecided{color:var(--undecided)}
.verdict{white-space:nowrap;font-weight:560}
.soft{color:var(--soft)}.small{font-size:.8125rem}.nowrap{white-space:nowrap}
a{color:inherit;text-decoration-color:var(--line);text-underline-offset:.2em}a:hover{text-decoration-color:currentColor}
.full thead th{white-space:nowrap}.full td{padding:.22rem .9rem .22rem 0}.full .metric>*{padding-top:1.3rem;border-top:0;font-weight:650;position:static}.full .metric div{position:sticky;left:0;width:fit-content;max-width:calc(100vw - 2rem)}.full .metric div>span{font-weight:400;color:var(--soft);margin-left:.5rem}
.pairs{display:grid;grid-template-columns:minmax(8rem,14rem) minmax(0,1fr);gap:.3rem 1.25rem;margin:.75rem 0 0;font-size:.9rem}
.pairs dt{color:var(--soft)}.pairs dd{margin:0;overflow-wrap:anywhere}.pairs dd+dt{margin:0}
.gaps{margin:.5rem 0 0;padding:0;list-style:none;font-size:.9rem;max-width:60rem}.gaps li{padding:.4rem 0;border-top:1px solid var(--grid);overflow-wrap:anywhere}.gaps li>b:first-child{margin-right:.35rem}
.remedy{display:block}.remedy::before{content:"→ ";color:var(--soft)}
summary{cursor:pointer;font-weight:600;padding:.35rem 0}
.page-end{margin-top:3.5rem;padding-top:1rem;padding-bottom:2.5rem;color:var(--soft);font-size:.8125rem}
@media (max-width:40rem){.scroll th[scope=row]{white-space:normal;overflow-wrap:anywhere;max-width:8rem}.sideways{display:block}.pairs{grid-template-columns:1fr;gap:0}.pairs dd{margin:0 0 .6rem}}
@media print{:root{--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--grid:#ddd;--host:#888;--band:#e9edf2;--same:#33475c;--slower:#963c00;--faster:#0a4fa0;--undecided:#555;color-scheme:light}
@page{margin:14mm}
html{font-size:9.5pt}body{print-color-adjust:exact;-webkit-print-color-adjust:exact}main,.page-end{max-width:none;padding:0}nav,.sideways{display:none}header.top{padding-top:0}a{text-decoration:none}
details.paper::details-content{content-visibility:visible;display:block;height:auto}.paper>summary{list-style:none}.paper>summary::before{content:none!important}
h1{font-size:20pt}
section{margin-top:1.6rem}h2,h3,h4{break-after:avoid}.card,tr,.gaps li,details.mode{break-inside:avoid}
.scroll{overflow:visible;background:none}.full .metric div{position:static;max-width:none}.scroll th[scope=row]{position:static}table{font-size:7pt}td,th,.full td{padding-right:.4rem}.full .nowrap,.full .verdict,.full thead th{white-space:normal}thead{display:table-header-group}}
`;

/** The page's style element. It names no outside file: system typefaces only. */
export const STYLE: Markup = html`<style>${BASE}${FIGURES_STYLE}${PROFILE_STYLE}</style>`;
