/**
 * Curves on axes that are both logarithmic, as SVG, in light and in dark as the reader's system asks.
 *
 * @module
 */
import type { Curve } from "../harness/result.ts";
import { number } from "./numbers.ts";

/** What a picture shows. */
export interface Plot {
  readonly title: string;
  /** What the sizes count. */
  readonly axis: string;
  /** What the values are: label and unit. */
  readonly value: string;
  readonly curves: readonly Curve[];
}

const WIDTH = 720;
const HEIGHT = 400;
const LEFT = 76;
const RIGHT = 24;
const TOP = 46;
const BOTTOM = 46;
const LEGEND_ROW = 18;

/** Light and dark; the curves' colours can be told apart by those who see fewer colours, too. */
const THEME: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  text: ["#24292f", "#dcdfe4"],
  dim: ["#656d76", "#8b929e"],
  ground: ["#ffffff", "#0d1117"],
  grid: ["#d0d7de", "#30363d"],
  c0: ["#0969da", "#539bf5"],
  c1: ["#bc4c00", "#f0883e"],
  c2: ["#116329", "#57ab5a"],
  c3: ["#8250df", "#b083f0"],
  c4: ["#a40e26", "#ff938a"],
  c5: ["#6e7781", "#909dab"],
  c6: ["#7d4e00", "#daaa3f"],
};
const COLOURS = 7;
const MARKS = ["●", "■", "▲", "◆", "▼", "○", "□"];

/** Draws it. A dashed line has the slope 1: what grows like it is linear. */
export function plotSvg({ title, axis, value, curves }: Plot): string {
  const points = curves.flatMap(({ points }) => points)
    .filter(({ size, value }) => size > 0 && value > 0);
  const xs = decades(points.map(({ size }) => size));
  const ys = decades(points.map(({ value }) => value));
  const height = HEIGHT + curves.length * LEGEND_ROW;
  const x = scale(xs, LEFT, WIDTH - RIGHT);
  const y = scale(ys, HEIGHT - BOTTOM, TOP);
  const grid = [
    ...powers(xs).map((power) => {
      const at = x(power).toFixed(1);
      return `<path class="grid" d="M${at} ${TOP}V${HEIGHT - BOTTOM}"/>` +
        `<text class="dim" x="${at}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${
          short(power)
        }</text>`;
    }),
    ...powers(ys).map((power) => {
      const at = y(power);
      return `<path class="grid" d="M${LEFT} ${at.toFixed(1)}H${WIDTH - RIGHT}"/>` +
        `<text class="dim" x="${LEFT - 8}" y="${(at + 4).toFixed(1)}" text-anchor="end">${
          short(power)
        }</text>`;
    }),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" ` +
    `role="img" font-size="13" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', ` +
    `sans-serif">`,
    `<title>${escape(title)}</title>`,
    `<style>\n${styles(0)}\n@media (prefers-color-scheme: dark) {\n${styles(1)}\n}\n</style>`,
    `<clipPath id="area"><rect x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" ` +
    `height="${HEIGHT - TOP - BOTTOM}"/></clipPath>`,
    `<rect class="ground" width="${WIDTH}" height="${height}" rx="8"/>`,
    `<text class="text" x="${LEFT}" y="24" font-weight="bold">${escape(title)}</text>`,
    `<text class="dim" x="${LEFT}" y="40" font-size="11">${escape(value)}; dashed: linear</text>`,
    ...grid,
    `<text class="dim" x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">${
      escape(axis)
    }</text>`,
    linear(points, xs, x, y),
    ...curves.map((curve, at) => drawCurve(curve, at, x, y)),
    ...curves.map(({ subject }, at) =>
      `<text class="c${at % COLOURS}" x="${LEFT}" y="${HEIGHT + at * LEGEND_ROW + 4}">${
        MARKS[at % MARKS.length]
      } ${escape(subject)}</text>`
    ),
    "</svg>",
    "",
  ].join("\n");
}

type Scale = (value: number) => number;
type Range = readonly [from: number, to: number];

function drawCurve({ points }: Curve, at: number, x: Scale, y: Scale): string {
  const usable = points.filter(({ size, value }) => size > 0 && value > 0);
  const path = usable.map(({ size, value }, index) =>
    `${index === 0 ? "M" : "L"}${x(size).toFixed(1)} ${y(value).toFixed(1)}`
  ).join("");
  const colour = `c${at % COLOURS}`;
  const marks = usable.map(({ size, value }) =>
    `<text class="${colour}" x="${x(size).toFixed(1)}" y="${
      (y(value) + 4).toFixed(1)
    }" text-anchor="middle"><title>${escape(`${number(size)}: ${number(value)}`)}</title>${
      MARKS[at % MARKS.length]
    }</text>`
  );
  return `<path class="line l${at % COLOURS}" d="${path}"/>${marks.join("")}`;
}

/** Through the lowest of the largest size, so that what is above its left end grows slower. */
function linear(
  points: readonly { readonly size: number; readonly value: number }[],
  [from, to]: Range,
  x: Scale,
  y: Scale,
): string {
  const largest = Math.max(...points.map(({ size }) => size));
  const value = Math.min(...points.filter(({ size }) => size === largest).map((p) => p.value));
  const at = (size: number) => `${x(size).toFixed(1)} ${y(value * size / largest).toFixed(1)}`;
  return points.length === 0
    ? ""
    : `<path class="slope" clip-path="url(#area)" d="M${at(10 ** from)}L${at(10 ** to)}"/>`;
}

/** The powers of ten around some values, as exponents. */
function decades(values: readonly number[]): Range {
  if (values.length === 0) return [0, 1];
  const from = Math.floor(Math.log10(Math.min(...values)));
  return [from, Math.max(from + 1, Math.ceil(Math.log10(Math.max(...values))))];
}

function powers([from, to]: Range): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at));
}

function scale([from, to]: Range, start: number, end: number): Scale {
  return (value) => start + (end - start) * (Math.log10(value) - from) / (to - from);
}

/** `1k`, `10M`; small ones as they are. */
function short(power: number): string {
  for (const [size, letter] of [[1e9, "G"], [1e6, "M"], [1e3, "k"]] as const) {
    if (power >= size) return `${power / size}${letter}`;
  }
  return String(Number(power.toPrecision(1)));
}

function styles(theme: 0 | 1): string {
  const rules = Object.entries(THEME).map(([name, colours]) => {
    const colour = colours[theme];
    if (name === "grid") return `.grid { stroke: ${colour} } .slope { stroke: ${colour} }`;
    if (!/^c\d$/.test(name)) return `.${name} { fill: ${colour} }`;
    return `.${name} { fill: ${colour} } .${name.replace("c", "l")} { stroke: ${colour} }`;
  });
  const shape = ".line { fill: none; stroke-width: 2 } " +
    ".slope { stroke-width: 2; stroke-dasharray: 6 5; fill: none }";
  return [...rules, ...(theme === 0 ? [shape] : [])].join("\n");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
