import type { Message } from "../sentences/message_sentence.ts";
import { sanitiseLine } from "../text/sanitise.ts";
import type { NoticeProtocol } from "./terminal_features.ts";

/** What the desktop shows above a notice. */
const TITLE = "X25519 chat";

/**
 * What the desktop is to show of a message: who wrote, and to whom. The text is not in it, because
 * desktops keep what they showed, and show it on a locked screen.
 */
export function noticeText({ from, private: isPrivate }: Message, isMention: boolean): string {
  const nick = sanitiseLine(from.nick);
  if (isPrivate) return `${nick} wrote to you alone`;
  return isMention ? `${nick} mentioned you` : `${nick} wrote`;
}

/** The control sequence by which a terminal shows a notice on the desktop. */
export function noticeSequence(text: string, { osc, isInTmux }: NoticeProtocol): string {
  // A semicolon would end the text, or make another request of it.
  const safe = sanitiseLine(text).replaceAll(";", ",");
  const sequence = osc === 9 ? `\x1b]9;${safe}\x1b\\` : `\x1b]777;notify;${TITLE};${safe}\x1b\\`;
  return isInTmux ? `\x1bPtmux;${sequence.replaceAll("\x1b", "\x1b\x1b")}\x1b\\` : sequence;
}
