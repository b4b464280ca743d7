/**
 * Draws the screens of terminals as one SVG, in light and in dark, as the reader's system asks for.
 *
 * @module
 */
import type { Emulator } from "../tests/support/emulator.ts";

/** A terminal to draw. */
export interface Window {
  readonly title: string;
  readonly screen: Emulator;
}

/** Sizes in pixels; a cell is as wide as the usual monospaced fonts at this size. */
const FONT_SIZE = 13;
const CELL_WIDTH = 7.8;
const ROW_HEIGHT = 18;
const PADDING = 14;
const TITLE_HEIGHT = 30;
const GAP = 16;

/** The colours by SGR parameter (30 to 37, 90 to 97), as a light and a dark theme show them. */
const THEME = {
  text: ["#24292f", "#dcdfe4"],
  dim: ["#656d76", "#8b929e"],
  window: ["#f6f8fa", "#0d1117"],
  frame: ["#d0d7de", "#444c56"],
  c30: ["#24292f", "#545d68"],
  c31: ["#cf222e", "#f47067"],
  c32: ["#116329", "#57ab5a"],
  c33: ["#7d4e00", "#daaa3f"],
  c34: ["#0969da", "#539bf5"],
  c35: ["#8250df", "#b083f0"],
  c36: ["#1b7c83", "#39c5cf"],
  c37: ["#6e7781", "#909dab"],
  c90: ["#57606a", "#636e7b"],
  c91: ["#a40e26", "#ff938a"],
  c92: ["#1a7f37", "#6bc46d"],
  c93: ["#633c01", "#daaa3f"],
  c94: ["#218bff", "#6cb6ff"],
  c95: ["#a475f9", "#dcbdfb"],
  c96: ["#3192aa", "#56d4dd"],
  c97: ["#8c959f", "#cdd9e5"],
} as const satisfies Readonly<Record<string, readonly [light: string, dark: string]>>;

/** A piece of a row that looks the same throughout. */
interface Run {
  readonly column: number;
  readonly columns: number;
  readonly text: string;
  readonly style: string;
}

/**
 * Draws windows one below the other, each up to its last row that is not empty.
 *
 * @param description What a reader hears who cannot see the picture.
 */
export function terminalSvg(windows: readonly Window[], description: string): string {
  const columns = Math.max(...windows.map(({ screen }) => screen.terminal.cols));
  const width = Math.ceil(columns * CELL_WIDTH) + 2 * PADDING;
  let top = 1;
  const drawn = windows.map(({ title, screen }) => {
    const rows = screenRuns(screen);
    const height = TITLE_HEIGHT + rows.length * ROW_HEIGHT + PADDING;
    const lines = rows.flatMap((runs, row) => runs.map((run) => drawRun(run, row)));
    const frame = [
      `<g transform="translate(1,${top})">`,
      `<rect class="window" width="${width}" height="${height}" rx="8"/>`,
      `<text class="dim" x="${width / 2}" y="19" text-anchor="middle">${escape(title)}</text>`,
      ...lines,
      "</g>",
    ];
    top += height + GAP;
    return frame.join("\n");
  });
  const height = top - GAP + 1;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width + 2} ${height}" ` +
    `width="${width + 2}" role="img" font-size="${FONT_SIZE}" font-family="ui-monospace, ` +
    `SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace">`,
    `<title>${escape(description)}</title>`,
    `<style>\n${styleSheet(0)}\n@media (prefers-color-scheme: dark) {\n${
      styleSheet(1)
    }\n}\n</style>`,
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

function styleSheet(theme: 0 | 1): string {
  return Object.entries(THEME).map(([name, colours]) => {
    const colour = colours[theme];
    if (name === "window") return `.window { fill: ${colour}; stroke: ${THEME.frame[theme]} }`;
    return name === "frame" ? "" : `.${name} { fill: ${colour} }`;
  }).filter((rule) => rule !== "").join("\n");
}

function screenRuns({ terminal }: Emulator): Run[][] {
  const { active } = terminal.buffer;
  const rows = Array.from({ length: active.length }, (_, row) => rowRuns(active.getLine(row)));
  return rows.slice(0, rows.findLastIndex((runs) => runs.length > 0) + 1);
}

type Line = ReturnType<Emulator["terminal"]["buffer"]["active"]["getLine"]>;
type Cell = NonNullable<ReturnType<NonNullable<Line>["getCell"]>>;

function rowRuns(line: Line): Run[] {
  const runs: Run[] = [];
  for (let column = 0; column < (line?.length ?? 0); column++) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const text = cell.getChars() || " ";
    const style = cellStyle(cell);
    const last = runs.at(-1);
    const columns = cell.getWidth();
    if (last?.style === style && last.column + last.columns === column) {
      runs.splice(-1, 1, { ...last, columns: last.columns + columns, text: last.text + text });
    } else {
      runs.push({ column, columns, text, style });
    }
  }
  // Blanks are not drawn, unless something shows them.
  return runs.flatMap((run) => {
    const text = run.text.trimEnd();
    if (text === "") return [];
    return [{ ...run, text, columns: run.columns - (run.text.length - text.length) }];
  });
}

function cellStyle(cell: Cell): string {
  const weight = cell.isBold() ? ' font-weight="bold"' : "";
  if (cell.isFgRGB()) return `fill="#${hex(cell.getFgColor())}"${weight}`;
  if (!cell.isFgPalette()) return `class="${cell.isDim() ? "dim" : "text"}"${weight}`;
  const colour = cell.getFgColor();
  if (colour >= 16) return `fill="#${hex(paletteColour(colour))}"${weight}`;
  return `class="c${colour < 8 ? 30 + colour : 82 + colour}"${weight}`;
}

/** The palette of 256: a cube of six steps a side from 16 on, and greys from 232 on. */
function paletteColour(index: number): number {
  if (index >= 232) return (8 + 10 * (index - 232)) * 0x010101;
  const step = (unit: number) => {
    const digit = Math.floor((index - 16) / unit) % 6;
    return digit === 0 ? 0 : 55 + 40 * digit;
  };
  return step(36) * 0x10000 + step(6) * 0x100 + step(1);
}

function hex(colour: number): string {
  return colour.toString(16).padStart(6, "0");
}

function drawRun({ column, columns, text, style }: Run, row: number): string {
  const indent = text.length - text.trimStart().length;
  const x = round(PADDING + (column + indent) * CELL_WIDTH);
  const y = TITLE_HEIGHT + row * ROW_HEIGHT + FONT_SIZE;
  // The length holds whatever font the reader has.
  const length = round((columns - indent) * CELL_WIDTH);
  return `<text ${style} x="${x}" y="${y}" textLength="${length}" xml:space="preserve">` +
    `${escape(text.trimStart())}</text>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
