import stringWidth from "npm:string-width@9.0.0";
import type { ChatEvent } from "./events.ts";
import type { Paint } from "./paint.ts";
import { sanitiseLine, sanitiseText } from "./sanitise.ts";

/** What everybody should know about the fingerprints, until identities are kept. */
export const IDENTITY_NOTICE = "This identity lasts for this run. Read both fingerprints to each " +
  "other,\nover the phone say, to be sure that nobody sits in between.";

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
        paint.dim(event.protocol);
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
      return `${paint.error("error:")} ` +
        wrap(sanitiseLine(event.message), INDENT, columns - "error: ".length);
    case "delivered":
      return undefined;
  }
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
  let wrapped = "";
  let used = 0;
  for (const { segment } of clusters.segment(text)) {
    // Some terminals draw a cluster as one, some draw its characters: the sum is never too small.
    const width = [...segment].reduce((sum, character) => sum + stringWidth(character), 0);
    if (used + width > room) {
      wrapped += `\n${indent}`;
      used = 0;
    }
    wrapped += segment;
    used += width;
  }
  return wrapped;
}

const clusters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** In a window narrower than a name, what is said still needs some room. */
const MIN_ROOM = 10;
