import type { Explanation, Field, Step } from "../../explain/mod.ts";
import { hexRows } from "../text/hex_rows.ts";
import { sanitiseLine } from "../text/sanitise.ts";
import { SOFT_BREAK, type Span, wrapSpans } from "../text/wrap.ts";
import type { Style } from "./style.ts";

/** Stands in front of every row, so that nothing in it passes for what a member says. */
const GUTTER = "\u2502 ";
const CORNER = "\u250c ";

/** Bytes that fit beside their name stand there. */
const SHORT_SIZE = 16;

/** How the three places of a field are called: on the wire, within what was encrypted, kept. */
const PLACES = [["wire", "wire"], ["inside", "inside"], ["state", "state"]] as const;

/** Said before the first field of a connection. */
const LEGEND =
  'Below, "wire" marks the bytes that are sent, "inside" what they contain once decrypted, ' +
  'and "state" what the two sides keep and do not send.';

/** An explanation as a person reads it beside the conversation. */
export function explainSentence(explanation: Explanation, style: Style): string {
  const writer = new ExplanationWriter(style);
  writer.title(explanation);
  if (explanation.routine) return writer.text;
  for (const text of explanation.text) writer.paragraph(text);
  if (explanation.kind === "protocol") writer.paragraph(LEGEND);
  for (const [index, step] of explanation.steps.entries()) {
    // A record stands beside what it carries: it had better be short.
    if (index === 0 || explanation.kind !== "record") writer.gap();
    writer.step(step, explanation.kind !== "message");
  }
  if (explanation.knows !== undefined) {
    const { client, server, eve } = explanation.knows;
    writer.gap();
    writer.known("What the client knows now", client);
    writer.known("What the server knows now", server);
    writer.known("What Eve knows now, listening on the wire", eve);
  }
  return writer.text;
}

/** Writes one explanation, line by line. */
class ExplanationWriter {
  readonly #style: Style;
  readonly #gutter: string;
  readonly #rows: string[] = [];
  #hasMasked = false;

  constructor(style: Style) {
    this.#style = style;
    this.#gutter = style.plain ? "" : style.paint.dim(GUTTER);
  }

  get text(): string {
    return this.#rows.join("\n");
  }

  title({ title, direction, connection }: Explanation): void {
    const { paint, plain } = this.#style;
    const start = plain ? "Explanation: " : "";
    const which = connection === 1 ? "" : `Connection ${connection}: `;
    const way = direction === undefined ? "" : direction === "out" ? " (sent)" : " (received)";
    this.#begin({ text: `${start}${which}${sanitiseLine(title)}${way}`, paint: paint.notice });
  }

  /** A row that parts one thing from the next; nothing where things are read aloud. */
  gap(): void {
    if (!this.#style.plain) this.#rows.push(this.#style.paint.dim(GUTTER.trimEnd()));
  }

  paragraph(text: string): void {
    this.#write(0, { text: sanitiseLine(text) });
  }

  known(who: string, what: string): void {
    const { paint } = this.#style;
    this.#write(0, { text: `${who}:`, paint: paint.notice }, { text: ` ${sanitiseLine(what)}` });
  }

  step(step: Step, isElided: boolean): void {
    const { paint } = this.#style;
    this.#write(
      0,
      { text: `${sanitiseLine(step.name)}:`, paint: paint.notice },
      { text: ` ${sanitiseLine(step.text)}` },
    );
    for (const [place, word] of PLACES) {
      for (const field of step[place]) this.#field(word, field, isElided);
    }
  }

  #field(place: string, field: Field, isElided: boolean): void {
    const { paint, plain } = this.#style;
    const colour = (text: string) => paint.field(text, field.role);
    const note = field.note === undefined ? "" : ` ${sanitiseLine(field.note)}`;
    const head: Span[] = [
      { text: `${place.padEnd(7)}`, paint: paint.dim },
      { text: sanitiseLine(field.label), paint: colour },
      { text: `${this.#roleWord(field)}, ${this.#size(field)}` },
    ];
    if (field.hex === null || field.size === 0) {
      return this.#write(2, ...head, { text: `.${note}`, paint: paint.dim });
    }
    const rows = hexRows(field.hex, {
      columns: this.#columns - 4,
      isWhole: !isElided,
      isOneRow: plain === true || field.size <= SHORT_SIZE,
    });
    if (rows.length === 1 && field.size <= SHORT_SIZE || plain) {
      return this.#write(
        2,
        ...head,
        { text: ": " },
        { text: rows.join(" "), paint: colour },
        { text: note && `.${note}`, paint: paint.dim },
      );
    }
    this.#write(2, ...head, { text: `.${note}`, paint: paint.dim });
    for (const row of rows) this.#rows.push(`${this.#gutter}    ${colour(row)}`);
  }

  /** What the bytes are, in words, where their name does not say it. */
  #roleWord({ label, role, hex }: Field): string {
    if (hex === null || label.toLowerCase().replaceAll("_", " ").includes(role)) return "";
    return ` (${role})`;
  }

  #size({ size, hex }: Field): string {
    const bytes = `${size.toLocaleString("en-GB")} ${hex === null ? "secret " : ""}byte${
      size === 1 ? "" : "s"
    }`;
    if (hex !== null || this.#hasMasked) return bytes;
    this.#hasMasked = true;
    return `${bytes} (--explain=secrets shows them)`;
  }

  get #columns(): number {
    const { columns = Infinity, plain } = this.#style;
    return columns - (plain ? 0 : GUTTER.length);
  }

  #begin(title: Span): void {
    const start = this.#rows.length;
    this.#write(0, title);
    if (this.#style.plain) return;
    const row = this.#rows[start] ?? this.#gutter;
    this.#rows[start] = this.#style.paint.dim(CORNER) + row.slice(this.#gutter.length);
  }

  #write(first: number, ...spans: readonly Span[]): void {
    const text = wrapSpans(spans, { columns: this.#columns, first, indent: first + 2 });
    // In the place of a bar there is a blank, so that the gutter stays straight.
    const rowBreak = this.#style.hasBars ? `${SOFT_BREAK} ` : "\n";
    this.#rows.push(text.split("\n").map((row) => this.#gutter + row).join(rowBreak));
  }
}
