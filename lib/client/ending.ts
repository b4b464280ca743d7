import { aborted, settledWithin } from "../abort.ts";
import { CloseCode } from "../channel/mod.ts";
import { NetworkError } from "../errors.ts";
import { quoted } from "../quoted.ts";
import { ExitStatus } from "../terminal/events/error_event.ts";
import { type Talk, type TalkEnd } from "./talk.ts";
import type { Unconfirmed } from "./unconfirmed.ts";

/** How long input that has not ended may show that there is more of it, in milliseconds. */
const MOMENT = 500;

/** What is known when a conversation ends. */
export interface EndingOptions {
  readonly unconfirmed: Pick<Unconfirmed, "giveUp" | "count">;
  /** What the others are to read when this person leaves: one line, possibly empty. */
  readonly farewell: string;
  /** Resolves with the next thing that is asked for; never, if there is none. */
  nextRequest(): Promise<void>;
}

/**
 * Ends a talk, and the conversation with it: says goodbye, hears the server's last words, and tells the
 * person what became of what they said.
 *
 * | end           | who is here | exit status                                               |
 * | ------------- | ----------- | --------------------------------------------------------- |
 * | `server-left` | anybody     | 0; 3 (`ended`) if something was not confirmed, or not heard |
 * | `all-said`    | a person    | 0                                                         |
 * | `all-said`    | a pipe      | 0; 3 (`cut`) if the server does not answer the goodbye; 3 (`not-taken`) if the room refused a message |
 * | `interrupted` | anybody     | 130                                                       |
 *
 * @returns The exit status.
 * @throws {NetworkError} With the code in the table.
 */
export async function endTalk(talk: Talk, end: TalkEnd, options: EndingOptions): Promise<number> {
  return end === "server-left" ? await serverLeft(talk, options) : await leave(talk, end, options);
}

async function serverLeft(
  talk: Talk,
  { unconfirmed, nextRequest }: EndingOptions,
): Promise<number> {
  const { channel, screen, allSaid } = talk.options;
  await settledWithin(channel.end(), talk.patience.hasty).catch(() => {});
  // What is piped in may be on its way: then the next line is here in a moment.
  if (!screen.isInteractive) await settledWithin(Promise.race([allSaid, nextRequest()]), MOMENT);
  const missing = await unconfirmed.giveUp("the server left before it confirmed this");
  if (missing !== undefined) throw new NetworkError("ended", `the server left; ${missing}`);
  if (!talk.isCaughtUp) {
    throw new NetworkError("ended", "the server left before it had sent all that was said before");
  }
  const words = channel.remoteClose?.reason ?? "";
  // Servers of earlier versions say so where nothing was said.
  const isMute = words.trim() === "" || words === "the server has left";
  const reason = isMute ? "the server left" : `the server left: ${quoted(words)}`;
  void screen.show({ event: "closed", reason });
  return ExitStatus.fine;
}

async function leave(
  talk: Talk,
  end: "all-said" | "interrupted",
  { unconfirmed, farewell }: EndingOptions,
): Promise<number> {
  const { channel, screen, signal } = talk.options;
  const isPatient = end === "all-said" && !screen.isInteractive;
  const answered = channel.end({
    code: isPatient ? CloseCode.done : CloseCode.shutdown,
    reason: farewell,
  })
    .then(() => talk.heard);
  if (isPatient) {
    await Promise.race([lastWords(talk, answered), aborted(signal)]);
  } else {
    await settledWithin(answered, talk.patience.hasty);
  }
  channel.abort();
  return await sayLeft(talk.options, unconfirmed);
}

/**
 * Says that this side has left, and what is not confirmed.
 *
 * @returns The exit status.
 * @throws {NetworkError} Off a terminal, if something of the input is not confirmed.
 */
export async function sayLeft(
  { screen, signal }: Pick<Talk["options"], "screen" | "signal">,
  unconfirmed: EndingOptions["unconfirmed"],
): Promise<number> {
  const code = unconfirmed.count > 0 ? "ended" : "not-taken";
  const missing = await unconfirmed.giveUp("you left before it was confirmed");
  if (missing !== undefined) {
    if (!signal.aborted) throw new NetworkError(code, missing);
    const text = `${missing.charAt(0).toUpperCase()}${missing.slice(1)}.`;
    void screen.show({ event: "notice", text, important: true });
  }
  void screen.show({ event: "closed", reason: "you left" });
  return signal.aborted ? ExitStatus.interrupted : ExitStatus.fine;
}

/** Hears what the server still has to say before it answers a goodbye, as long as something comes. */
async function lastWords(talk: Talk, answered: Promise<void>): Promise<void> {
  for (let count = -1; count !== talk.heardCount;) {
    count = talk.heardCount;
    if (await settledWithin(answered, talk.patience.farewell)) return;
  }
  // Without its goodbye, what the server said last may be missing: that is no ordinary end.
  throw new NetworkError("cut", "the server did not answer the goodbye");
}
