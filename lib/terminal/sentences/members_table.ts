import type { Occupant } from "../events/events.ts";
import { textWidth } from "../text/clusters.ts";
import { type Margins, type Span, wrapSpans } from "../text/wrap.ts";
import { INDENT, marginsOf, nameSpan, type Style } from "./style.ts";

/** How wide the column of marks is, with the blank behind it. */
const MARKS = 3;

/** How wide a fingerprint is. */
const FINGERPRINT = 50;

/** Stands below a table without fingerprints. */
const HINT = "/whois NAME shows a fingerprint";

/** What parts the other columns. */
const GAP = "  ";

/**
 * Who is in the room, in a table: marks (`@` for an operator, `✓` for a verified key), the name, the
 * fingerprint, and what the marks mean in words. A row that does not fit goes on below; a fingerprint
 * is never cut, so that it can be copied. In a window that is narrower than one, a row is a member, and
 * `/whois` has the fingerprints.
 */
export function membersTable(members: readonly Occupant[], style: Style): string {
  const count = members.length === 1 ? "1 person is here" : `${members.length} people are here`;
  const away = members.filter((member) => member.away).length;
  const head = away === 0 ? `${count}:` : `${count}, ${away} of them away:`;
  const { columns = Infinity, hasBars } = style;
  if (hasBars && columns < MARKS + FINGERPRINT) {
    const rows = members.map((member) => narrowRow(member, style));
    return [style.paint.notice(head), ...rows, style.paint.dim(HINT)].join("\n");
  }
  const nameColumn = Math.max(0, ...members.map((member) => nameWidth(member, style)));
  const rows = members.map((member) =>
    style.plain ? plainRow(member, style) : tableRow(member, nameColumn, style)
  );
  return [style.paint.notice(head), ...rows].join("\n");
}

function nameWidth(member: Occupant, style: Style): number {
  return textWidth(nameSpan(member, style).text);
}

function tableRow(member: Occupant, nameColumn: number, style: Style): string {
  const padding = " ".repeat(nameColumn - nameWidth(member, style));
  const words = wordsFor(member).join(", ");
  return row(
    [{ text: `${marksOf(member)} ` }, nameSpan(member, style), { text: padding + GAP }],
    fingerprintSpan(member, style),
    words === "" ? [] : [{ text: GAP + words }],
    { ...marginsOf(style), hasWholeWords: false, indent: MARKS, glued: MARKS },
  );
}

/** Without the fingerprint: the name, and what the marks mean. */
function narrowRow(member: Occupant, style: Style): string {
  const words = wordsFor(member).map((word) => `, ${word}`).join("");
  return wrapSpans(
    [{ text: `${marksOf(member)} ` }, nameSpan(member, style), { text: words }],
    { ...marginsOf(style), indent: MARKS },
  );
}

function marksOf({ operator, verified }: Occupant): string {
  return (operator ? "@" : " ") + (verified ? "✓" : " ");
}

/** As it is read aloud: what matters first, and the fingerprint, which takes long, last. */
function plainRow(member: Occupant, style: Style): string {
  const words = wordsFor(member).map((word) => `, ${word}`).join("");
  return row(
    [nameSpan(member, style), { text: `${words}, ` }],
    fingerprintSpan(member, style),
    [],
    { columns: style.columns ?? Infinity, indent: INDENT },
  );
}

function row(
  before: readonly Span[],
  fingerprint: Required<Span>,
  after: readonly Span[],
  margins: Margins,
): string {
  if (margins.columns >= margins.indent + FINGERPRINT) {
    return wrapSpans([...before, fingerprint, ...after], margins);
  }
  // The terminal itself cuts what stands alone, and then it can still be copied whole.
  const others = wrapSpans([...before, ...after], margins).trimEnd();
  return `${others}\n${fingerprint.paint(fingerprint.text)}`;
}

function wordsFor({ you, away, operator, verified }: Occupant): readonly string[] {
  const facts = { you, away, operator, verified };
  return Object.entries(facts).filter(([, holds]) => holds).map(([word]) => word);
}

function fingerprintSpan({ fingerprint }: Occupant, { paint }: Style): Required<Span> {
  return { text: fingerprint, paint: paint.fingerprint };
}
