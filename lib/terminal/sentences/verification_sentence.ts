import type { ChatEvent } from "../events/events.ts";
import { qrCode } from "../text/qr_code.ts";
import { sanitiseLine } from "../text/sanitise.ts";
import { flow, type Style } from "./style.ts";

/** How wide the column of words is, with the blanks in front. */
const WORD_COLUMN = 16;

/** Beside which row of the code they begin. */
const WORDS_BEGIN = 3;

/**
 * Twelve words to compare. They stand beside their QR code where there is room, so that both fit into
 * a window of 24 rows.
 */
export function verificationSentence(
  event: ChatEvent & { readonly event: "verification" },
  style: Style,
): string {
  const { paint, columns = Infinity } = style;
  const notice = (text: string) => flow([{ text, paint: paint.notice }], style);
  const nick = sanitiseLine(event.peer.nick);
  const words = event.safetyWords.split(" ").map((word, index) =>
    `${String(index + 1).padStart(2)} ${paint.fingerprint(word)}`
  );
  return [
    notice(`${nick} sees the same words if nobody sits in between:`),
    ...(style.plain ? words : withCode(words, event.safetyWords, columns)),
    notice(`Compare them by voice. If all are the same, enter: /verified ${nick}`),
  ].join("\n");
}

function withCode(
  words: readonly string[],
  safetyWords: string,
  columns: number,
): readonly string[] {
  const code = qrCode(safetyWords).split("\n");
  const [{ length: width } = ""] = code;
  if (width > columns) return words;
  const hasRoom = width + WORD_COLUMN <= columns;
  return hasRoom
    ? code.map((row, index) => `${row}   ${words[index - WORDS_BEGIN] ?? ""}`.trimEnd())
    : [...words, "", ...code];
}
