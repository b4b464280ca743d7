import { MAX_NICK_LENGTH, nickProblem } from "./nick.ts";

/** What a nickname cannot have, whatever stands beside it. */
const STRANGE = /[^\p{L}\p{M}\p{Nd}\-.'\u2019&+_~^]+/gu;

/** What it cannot have at either end, and what would stand there for something that was left out. */
const EDGE = /^[\-.'\u2019&+_]+|[\-.'\u2019&+_]+$/gu;

/**
 * The nickname that is nearest to what a system calls its user: `John_Smith` for `John Smith`, `ann` for
 * `OFFICE\ann` and for `ann@office.example`. `undefined` if there is none: names of accounts that belong
 * to nobody, such as `root` or `admin`, are not a guest's, and say nothing of who the host is.
 */
export function nearestNick(user: string): string | undefined {
  const own = user.normalize("NFC").replace(/^.*\\/s, "").replace(/(?<=.)@.*$/s, "");
  const whole = own.replace(STRANGE, "_").replace(EDGE, "");
  const nick = [...whole].slice(0, MAX_NICK_LENGTH).join("").replace(EDGE, "");
  return nickProblem(nick, "guest") === undefined ? nick : undefined;
}
