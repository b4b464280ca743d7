import type { FieldRole } from "../explanation.ts";
import { roleClass, ROLES } from "./roles.ts";

/** Colours that belong to no role: variable, on white, on black. */
const COLOURS: readonly (readonly [name: string, light: string, dark: string])[] = [
  ["page", "#f6f5f1", "#131519"],
  ["card", "#ffffff", "#1d2026"],
  ["ink", "#1c2024", "#e8eaed"],
  ["muted", "#565e6b", "#a9b1be"],
  ["rule", "#d9dbdf", "#383d47"],
  ["link", "#1d4ed8", "#8ab4ff"],
  ["client", "#0b5f85", "#6cc5ec"],
  ["client-tint", "#e3f1f8", "#152d3a"],
  ["server", "#8a2f6c", "#e79bce"],
  ["server-tint", "#f8e8f2", "#3a1d30"],
  ["eve", "#7a4a00", "#e8b45e"],
  ["eve-tint", "#fbf0dc", "#382a10"],
  ["danger", "#9f1414", "#ff9d94"],
  ["danger-tint", "#ffe3e0", "#4a1715"],
  ["calm", "#1f5f3a", "#86d9a6"],
  ["calm-tint", "#e4f4ea", "#15301f"],
];

const roles = Object.keys(ROLES) as FieldRole[];

function variables(scheme: "light" | "dark"): string {
  const own = COLOURS.map(([name, light, dark]) =>
    `--${name}:${scheme === "light" ? light : dark}`
  );
  const ofRoles = roles.flatMap((role) => {
    const [background, edge] = ROLES[role][scheme];
    return [`--${roleClass(role)}:${background}`, `--${roleClass(role)}-edge:${edge}`];
  });
  return [...own, ...ofRoles].join(";");
}

const ROLE_RULES = roles.map(roleClass).map((name) =>
  `.${name}{--tint:var(--${name});--edge:var(--${name}-edge)}`
).join("\n");

/** The page's style sheet. Paper always gets the light colours. */
export const STYLE = `
:root{color-scheme:light;${variables("light")};
--mono:ui-monospace,"SF Mono","Cascadia Mono","Segoe UI Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",Arial,sans-serif}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;${variables("dark")}}}
${ROLE_RULES}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.6 var(--sans);overflow-wrap:anywhere}
h1,h2,h3,h4,p,ul,ol,dl,dd,figure{margin:0;padding:0}
ul,ol{list-style:none}
h1,h2,h3{line-height:1.25;text-wrap:balance}
a{color:var(--link)}
a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
code,.hex,.first{font-family:var(--mono);font-size:.9em}
.guide code,.notice code{white-space:nowrap}
.skip{margin-top:1rem;font-weight:600}
.page{max-width:66rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
.top,.guide{max-width:58rem;margin:0 auto 2.25rem}
.eyebrow{color:var(--muted);font-size:.875rem;font-weight:600;letter-spacing:.04em}
h1{font-size:clamp(1.9rem,6vw,2.9rem);letter-spacing:-.02em;margin:.15em 0 .35em}
.lead{font-size:1.2rem;line-height:1.5;max-width:42rem}
.origin{color:var(--muted);max-width:46rem;margin-top:.75rem}
.origin b,.origin time{color:var(--ink)}
.notice{margin-top:1rem;padding:.8rem 1.1rem;border-left:5px solid var(--muted);border-radius:.4rem;background:var(--card)}
.notice.danger{background:var(--danger-tint);border:2px solid var(--danger);border-left-width:8px}
.notice.danger b{color:var(--danger)}
.notice.calm{background:var(--calm-tint);border-left-color:var(--calm)}
.notice.said{background:var(--eve-tint);border-left-color:var(--eve)}
.guide h2{font-size:1.4rem;margin-bottom:.7rem}
.guide h3{font-size:1rem;margin-bottom:.2rem}
.columns,.words,.legend{display:grid;gap:1rem 2.25rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr))}
.words dt{font-weight:700}
.legend{gap:.6rem 2.25rem}
.legend>div{display:grid;grid-template-columns:8.2rem 1fr;gap:.9rem;align-items:start}
.legend dt{background:var(--tint);border-left:5px solid var(--edge);border-radius:.3rem;padding:.15rem .5rem;font-size:.875rem;font-weight:600}
.legend dd,.words dd,.columns p{font-size:.95rem;line-height:1.5}
.card{background:var(--card);border:1px solid var(--rule);border-radius:.7rem;padding:1.4rem 1.6rem;margin:0 auto 1.75rem;max-width:58rem;box-shadow:0 1px 3px #0000000f}
.from-client{border-left:6px solid var(--client);margin-left:0}
.from-server{border-right:6px solid var(--server);margin-right:0}
.kind-failure{border:2px solid var(--danger)}
.kind-omitted{background:none;border-style:dashed;box-shadow:none}
.meta{display:flex;flex-wrap:wrap;gap:0 .9rem;color:var(--muted);font-size:.875rem}
.meta a{color:var(--muted);font-weight:700}
.card h2{font-size:1.45rem;letter-spacing:-.01em;margin:.1rem 0 .5rem}
.kind-failure h2{color:var(--danger)}
.lane{display:flex;align-items:center;gap:.6rem;margin:.5rem 0 .6rem;font-size:.875rem;font-weight:700;max-width:24rem}
.end{padding:.1rem .7rem;border-radius:1rem;border:2px solid}
.end.client{color:var(--client)}
.end.server{color:var(--server)}
.from-client .end.client{background:var(--client);border-color:var(--client);color:var(--card)}
.from-server .end.server{background:var(--server);border-color:var(--server);color:var(--card)}
.arrow{flex:1;height:0;border-top:3px solid;position:relative;color:var(--client)}
.arrow::after{content:"";position:absolute;top:-8.5px;right:-1px;border:7px solid transparent;border-left:11px solid;border-right-width:0}
.from-server .arrow{color:var(--server);transform:scaleX(-1)}
.prose{max-width:44rem}
.prose+.prose{margin-top:.5rem}
.frame{margin:1.1rem 0 .3rem}
figcaption{color:var(--muted);font-size:.875rem;margin-bottom:.35rem}
.frame ol{display:flex;flex-wrap:wrap;gap:.45rem .3rem}
.frame li{flex:1 1 auto;min-width:3.6rem}
.frame a{display:block;color:inherit;text-decoration:none;font-size:.8125rem;line-height:1.35}
.frame a:hover b{text-decoration:underline}
.frame .piece{display:block;white-space:nowrap}
.segments{display:flex;gap:2px;height:1.1rem;margin-top:.15rem}
.segment{flex:1 1 4px;background:var(--tint);border:1px solid var(--edge);border-radius:3px}
.step{margin-top:1.3rem;padding-top:1.1rem;border-top:1px solid var(--rule)}
.step h3,.knows h3{font-size:1.1rem;margin-bottom:.2rem}
.step h3{font-family:var(--mono)}
.part h4{font-size:.8125rem;font-weight:700;color:var(--muted);margin:.9rem 0 .4rem}
.fields{display:grid;gap:.55rem}
.field{display:grid;grid-template-columns:minmax(0,1fr);gap:.3rem 1.25rem;align-items:start}
.name{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .55rem;line-height:1.4}
.name b{font-family:var(--mono);font-size:.9375rem}
.role{font-size:.8125rem;font-weight:600;background:var(--tint);border-radius:.25rem;padding:0 .4rem}
.size{font-size:.8125rem;color:var(--muted)}
.note{font-size:.9375rem;line-height:1.45;color:var(--muted)}
.bytes{background:var(--tint);border-left:5px solid var(--edge);border-radius:.3rem;padding:.4rem .7rem;min-width:0;font-size:.9375rem}
.hex,.first{display:block;max-width:24ch;line-height:1.5;white-space:normal}
.masked{display:inline-block;font-size:.8125rem;font-weight:600;padding:.05rem .6rem;border:2px dashed var(--role-secret-edge);border-radius:.3rem;background:repeating-linear-gradient(135deg,var(--role-secret) 0 6px,var(--card) 6px 12px)}
.masked{text-shadow:0 0 3px var(--card),0 0 3px var(--card)}
.hex:empty::before{content:"nothing";font-family:var(--sans);font-style:italic}
summary{cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
.more::before{content:"\\25b8\\a0"}
details[open]>summary .more::before{content:"\\25be\\a0"}
.more{font-size:.8125rem;font-weight:600;text-decoration:underline;text-underline-offset:2px}
details[open]>summary .first{display:none}
details[open]>summary{margin-bottom:.3rem}
.reading{margin-top:.35rem;font-size:.875rem;line-height:1.45;white-space:pre-wrap}
.as{font-size:.75rem;font-weight:600;border:1px solid var(--edge);border-radius:.25rem;padding:0 .3rem}
.reading bdi{font-family:var(--mono);font-size:.9em}
.knows{margin-top:1.4rem;padding-top:1.1rem;border-top:1px solid var(--rule)}
.knows dl{display:grid;gap:.7rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,14rem),1fr));margin-top:.5rem}
.who{border-top:4px solid var(--who);background:var(--who-tint);border-radius:.4rem;padding:.6rem .8rem}
.who dt{font-weight:700;color:var(--who)}
.who dd{font-size:.9375rem;line-height:1.5}
.who.client{--who:var(--client);--who-tint:var(--client-tint)}
.who.server{--who:var(--server);--who-tint:var(--server-tint)}
.who.eve{--who:var(--eve);--who-tint:var(--eve-tint)}
.end-of-page{text-align:center;color:var(--muted);font-size:.9375rem;margin:2.5rem auto 0;max-width:42rem}
@media (min-width:30em){.hex,.first{max-width:48ch}}
@media (min-width:54em){
.field{grid-template-columns:minmax(0,27.5rem) minmax(0,1fr)}
.bytes{grid-column:1;grid-row:1}
.about{grid-column:2;grid-row:1;padding-top:.3rem}
.from-client{margin-right:8rem}
.from-server{margin-left:8rem}
}
@media (max-width:30em){
.page{padding:1.25rem .75rem 2.5rem}
.card{padding:1rem .9rem}
.legend>div{grid-template-columns:1fr;gap:.2rem}
.legend dt{justify-self:start}
}
@media print{
@page{size:A4;margin:14mm}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
html{font-size:9.5pt}
body{background:none;line-height:1.45}
.skip{display:none}
main{break-before:page}
.page{padding:0;max-width:none}
.top,.guide,.card{max-width:none}
.card{box-shadow:none;padding:4mm 5mm;margin:0 0 6mm}
.from-client,.from-server{margin-left:0;margin-right:0}
.field{grid-template-columns:minmax(0,27.5rem) minmax(0,1fr)}
.bytes{grid-column:1;grid-row:1}
.about{grid-column:2;grid-row:1}
.folded{grid-template-columns:minmax(0,1fr)}
.folded .bytes,.folded .about{grid-column:1;grid-row:auto}
.folded .hex{max-width:96ch;font-size:7pt}
details::details-content{content-visibility:visible;display:block}
details>summary{display:none}
h1,h2,h3,h4,figcaption,.card header,.lane,.meta,.step>.prose{break-after:avoid}
.field.whole,.who,.notice,.legend>div,.words>div,.frame,.prose{break-inside:avoid}
.folded .about{break-after:avoid}
p{orphans:3;widows:3}
a{color:inherit}
}
`;
