import type { ChatEvent } from "../events/events.ts";
import { qrCode } from "../text/qr_code.ts";
import { sanitiseLine } from "../text/sanitise.ts";
import { flow, type Style } from "./style.ts";

/** How wide the column of words is, with the blanks in front. */
const WORD_COLUMN = 16;

/** Beside which row of the code they begin. */
const WORDS_BEGIN = 3;

/**
 * Twelve words to compare. They stand beside their QR code, so that both fit into a window of 24 rows;
 * where that is too wide, the words stand alone, because a code below them would push them out.
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
  const code = style.plain ? undefined : codeBesideWords(event.safetyWords, columns);
  return [
    notice(`${nick} sees the same words if nobody sits in between:`),
    ...(code === undefined ? words : beside(code, words)),
    notice(`Compare them by voice. If all are the same, enter: /verified ${nick}`),
    ...(code === undefined && !style.plain ? [notice(NO_CODE)] : []),
  ].join("\n");
}

const NO_CODE = "A wider window shows them as a QR code, too.";

/** The rows of the words' code; `undefined` if the words would not fit beside it. */
function codeBesideWords(safetyWords: string, columns: number): readonly string[] | undefined {
  const code = qrCode(safetyWords).split("\n");
  const [{ length: width } = ""] = code;
  return width + WORD_COLUMN <= columns ? code : undefined;
}

function beside(code: readonly string[], words: readonly string[]): readonly string[] {
  return code.map((row, index) => `${row}   ${words[index - WORDS_BEGIN] ?? ""}`.trimEnd());
}
