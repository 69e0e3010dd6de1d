import { themeVariables } from "../charts/theme.js";

const LIGHT = `--ground:#f6f7f9;--card:#fff;--line:#dfe3e8;--ink:#1c2126;--soft:#57606b;--accent:#1f5fae;--tint:#eaf1fb;--warn:#8a4b00;--warn-tint:#fff3e0;${themeVariables(false)}`;
const DARK = `--ground:#0e1114;--card:#15181c;--line:#2a3037;--ink:#e8ebef;--soft:#a2abb5;--accent:#7ab8f5;--tint:#172434;--warn:#f5b963;--warn-tint:#2c2112;${themeVariables(true)}`;

/** The style of a report: the reader's own fonts, light or dark as the reader's system is, and fit to print. */
export const STYLE: string = `
:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
.skip{position:absolute;left:-999px}
.skip:focus{left:12px;top:12px;padding:8px 12px;background:var(--card);border-radius:6px;z-index:1}
.page{max-width:1120px;margin:0 auto;padding:40px 28px 72px}
.mark{display:flex;align-items:center;gap:10px;color:var(--soft);font-size:13px;letter-spacing:.06em;text-transform:uppercase}
.mark svg{width:22px;height:22px;flex:none}
h1{margin:14px 0 0;font-size:clamp(28px,4.4vw,42px);line-height:1.12;letter-spacing:-.022em;font-weight:680;text-wrap:balance;overflow-wrap:anywhere}
.lead{margin:12px 0 0;max-width:62ch;color:var(--soft);font-size:18px}
.notice{margin:20px 0 0;padding:12px 16px;border-left:4px solid var(--warn);border-radius:0 8px 8px 0;background:var(--warn-tint);color:var(--warn)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:1px;margin:32px 0 0;padding:0;background:var(--line);border:1px solid var(--line);border-radius:14px;overflow:hidden}
.tiles div{padding:18px 20px 16px;background:var(--card)}
.tiles dt{color:var(--soft);font-size:13px}
.tiles dd{margin:4px 0 0;font-size:28px;line-height:1.15;font-weight:640;letter-spacing:-.015em;font-variant-numeric:tabular-nums}
.tiles small{white-space:nowrap;font-size:14px;font-weight:400;letter-spacing:0;color:var(--soft)}
nav{display:flex;flex-wrap:wrap;gap:6px 22px;margin:28px 0 0;padding:12px 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line);font-size:15px}
nav a{color:var(--soft);text-decoration:none}
nav a:hover,nav a:focus-visible{color:var(--accent);text-decoration:underline;text-underline-offset:4px}
section{margin:48px 0 0;scroll-margin-top:20px}
h2{margin:0 0 18px;font-size:23px;letter-spacing:-.012em;font-weight:660}
h3{margin:0;font-size:16px;font-weight:640}
.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:20px 22px}
.grid{display:grid;grid-template-columns:repeat(12,minmax(0,1fr));grid-auto-flow:dense;gap:20px}
figure{grid-column:span 6;margin:0;display:flex;flex-direction:column;gap:14px}
figure.wide,figure:only-child{grid-column:1/-1}
figcaption p{margin:2px 0 0;color:var(--soft);font-size:14.5px}
.shot{margin:auto 0;text-align:center}
.shot img{display:inline-block;max-width:100%;height:auto;border-radius:6px;image-rendering:pixelated}
.chart{overflow-x:auto}
.chart svg{display:block;width:100%;min-width:480px;height:auto}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(236px,1fr));gap:20px}
.facts dl{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,7fr);gap:7px 16px;margin:12px 0 0;font-size:14.5px}
.facts dt{color:var(--soft);overflow-wrap:anywhere}
.facts dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:15px}
th,td{padding:9px 14px 9px 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{color:var(--soft);font-size:13px;font-weight:500}
tbody th{font-weight:500}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.note{min-width:13em;color:var(--soft);font-size:14px}
.soft{color:var(--soft)}
.downloads{display:flex;flex-wrap:wrap;gap:10px;margin:0 0 4px}
.downloads a{padding:8px 15px;border:1px solid var(--line);border-radius:9px;background:var(--tint);color:var(--accent);font-size:14.5px;font-weight:560;text-decoration:none}
.downloads a:hover{border-color:var(--accent)}
a:focus-visible{outline:2px solid var(--accent);outline-offset:3px}
footer{margin:56px 0 0;padding-top:16px;border-top:1px solid var(--line);color:var(--soft);font-size:13.5px}
@media (max-width:1000px){.shot img{image-rendering:auto}}
@media (max-width:760px){.page{padding:26px 16px 48px}figure{grid-column:1/-1}.card{padding:16px}}
@media print{
:root{${LIGHT};--ground:#fff}
.page{max-width:none;padding:0}
nav,.skip,.downloads{display:none}
.card,figure,.tiles,tr{break-inside:avoid}
h2{break-after:avoid}
section{margin-top:28px}
}`.replaceAll("\n", "");
