import stringWidth from "npm:string-width@9.0.0";
import type { ChatEvent } from "./events.ts";
import type { Paint } from "./paint.ts";
import { qrCode } from "./qr_code.ts";
import { sanitiseLine, sanitiseText } from "./sanitise.ts";

/** What goes in front of the further lines of a sentence that does not fit. */
const INDENT = "  ";

/** What a person reads when something happens; `undefined` for what only programs need. */
export function sentence(
  event: ChatEvent,
  paint: Paint,
  columns = Infinity,
): string | undefined {
  switch (event.event) {
    case "listening":
      return `${paint.notice(`Listening at ${event.address}.`)}\n` +
        `Your fingerprint is ${paint.fingerprint(event.fingerprint)}`;
    case "connected":
      return `${paint.notice("Connected to")} ${paint.name(sanitiseLine(event.peer.nick))} ` +
        `${paint.notice(`at ${event.address}.`)}\n` +
        `Their fingerprint is ${paint.fingerprint(event.peer.fingerprint)}\n` +
        `${paint.dim(trust(event))}\n${paint.dim(event.protocol)}`;
    case "verification":
      return verification(event, paint, columns);
    case "invitation":
      // Not wrapped, so that it can be copied as one line.
      return `${paint.notice(invitationTerms(event))}\n${paint.fingerprint(event.invite)}`;
    case "member":
      return paint.notice(`${sanitiseLine(event.nick)} ${event.change}.`);
    case "message":
      return message(sanitiseLine(event.from.nick), event.text, paint, columns);
    case "notice":
      return paint.dim(
        sanitiseText(event.text).split("\n").map((line) => wrap(line, INDENT, columns)).join("\n"),
      );
    case "closed":
      return paint.notice(
        wrap(`The conversation is over: ${sanitiseLine(event.reason)}.`, INDENT, columns),
      );
    case "error":
      return `${paint.error("error:")} ` + (event.code === "key-changed"
        // A warning that must be read stands in lines, and its command in one by itself.
        ? sanitiseLine(event.message).replaceAll("; ", `;\n${INDENT}`)
        : wrap(sanitiseLine(event.message), INDENT, columns - "error: ".length));
    case "delivered":
      return undefined;
  }
}

function trust(event: ChatEvent & { event: "connected" }): string {
  if (event.peer.verified) return "You have verified this key: nobody sits in between.";
  const how = {
    new: "You have not verified this key.",
    known: event.listedAs
      ? `Listed as ${sanitiseLine(event.listedAs)}.`
      : "This key is known here.",
    invited: "Here by invitation.",
  }[event.trust];
  return `${how} /verify makes sure that nobody sits in between.`;
}

/** The words stand beside the code where there is room, so that both fit into a window of 24 rows. */
function verification(
  event: ChatEvent & { event: "verification" },
  paint: Paint,
  columns: number,
): string {
  const nick = sanitiseLine(event.peer.nick);
  const words = event.safetyWords.split(" ").map((word, index) =>
    `${String(index + 1).padStart(2)} ${paint.fingerprint(word)}`
  );
  const code = qrCode(event.safetyWords).split("\n");
  const hasRoom = code[0].length + WORD_COLUMN <= columns;
  const rows = hasRoom
    ? code.map((row, index) => `${row}   ${words[index - WORDS_BEGIN] ?? ""}`.trimEnd())
    : [...words, "", ...code];
  return [
    paint.notice(wrap(`${nick} sees the same words, if nobody sits in between:`, INDENT, columns)),
    ...rows,
    paint.notice(
      wrap(`Compare them by voice. All the same? Then: /verified ${nick}`, INDENT, columns),
    ),
  ].join("\n");
}

/** How wide the column of words is, with the blanks in front. */
const WORD_COLUMN = 16;

/** Beside which row of the code they begin. */
const WORDS_BEGIN = 3;

function invitationTerms(event: ChatEvent & { event: "invitation" }): string {
  const whom = event.singleUse ? "for whoever uses it first" : "for everybody who has it";
  const until = event.expires === null
    ? "until you revoke it"
    : `until ${event.expires.slice(0, 16).replace("T", " ")} UTC`;
  return `Invitation ${event.id}, ${whom}, ${until}. Send it privately:`;
}

/** Further lines are set in, so that no text can look as if somebody else had begun to speak. */
function message(nick: string, text: string, paint: Paint, columns: number): string {
  const indent = " ".repeat(stringWidth(nick) + 2);
  const lines = sanitiseText(text).split("\n").map((line) => wrap(line, indent, columns));
  return `${paint.name(nick)}: ${lines.join(`\n${indent}`)}`;
}

/**
 * The text with a line break, and blanks, wherever a terminal would wrap it: else somebody could
 * fill a line, and begin the next one as if it were another's.
 *
 * @param indent What goes in front of each further line.
 * @param columns The terminal's width; `Infinity` elsewhere.
 */
function wrap(text: string, indent: string, columns: number): string {
  const room = Math.max(MIN_ROOM, columns - indent.length);
  if (text.length * 2 <= room) return text;
  const rows = [""];
  let used = 0;
  for (const { segment } of clusters.segment(text)) {
    // Some terminals draw a cluster as one, some draw its characters: the sum is never too small.
    const width = widthOf(segment);
    if (used + width > room) {
      // Between words, if the row has two; what is carried over is counted anew.
      const row = rows.pop() ?? "";
      const cut = segment === " " ? row.length : row.lastIndexOf(" ") + 1 || row.length;
      rows.push(row.slice(0, cut).trimEnd() || row.slice(0, cut), row.slice(cut));
      used = widthOf(row.slice(cut));
      if (segment === " ") continue;
    }
    rows[rows.length - 1] += segment;
    used += width;
  }
  return rows.join(`\n${indent}`);
}

function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + stringWidth(character), 0);
}

const clusters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** In a window narrower than a name, what is said still needs some room. */
const MIN_ROOM = 10;
