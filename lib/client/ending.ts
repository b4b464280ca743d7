import { aborted, settledWithin } from "../abort.ts";
import { NetworkError } from "../errors.ts";
import { ExitStatus } from "../terminal/events/error_event.ts";
import { LEAVING, messages, type Talk, type TalkEnd } from "./talk.ts";

/**
 * Ends a talk, and the conversation with it: says goodbye, hears the server's last words, and tells the
 * person what became of what they said.
 *
 * | end           | who is here      | exit status                                            |
 * | ------------- | ---------------- | ------------------------------------------------------ |
 * | `server-left` | anybody          | 0; 3 (`ended`) if something was not confirmed          |
 * | `all-said`    | a person         | 0                                                      |
 * | `all-said`    | a pipe           | 0; 3 (`cut`) if the server does not answer the goodbye |
 * | `all-said`    | a pipe, not JSON | 3 (`not-taken`) if the room refused something          |
 * | `interrupted` | anybody          | 130                                                    |
 *
 * @returns The exit status.
 * @throws {NetworkError} With the code in the table.
 */
export async function endTalk(talk: Talk, end: TalkEnd): Promise<number> {
  return end === "server-left" ? await serverLeft(talk) : await leave(talk, end);
}

async function serverLeft(talk: Talk): Promise<number> {
  const { channel, member, screen } = talk.options;
  await settledWithin(channel.end(), talk.patience.hasty).catch(() => {});
  if (member.unconfirmed > 0) {
    const lost = messages(member.unconfirmed);
    throw new NetworkError("ended", `the server left before it confirmed ${lost}`);
  }
  const reason = channel.remoteClose?.reason || "the server left";
  void screen.show({ event: "closed", reason });
  return ExitStatus.fine;
}

async function leave(talk: Talk, end: "all-said" | "interrupted"): Promise<number> {
  const { channel, member, screen, json, signal } = talk.options;
  const answered = channel.end(LEAVING).then(() => talk.heard);
  if (end === "all-said" && !screen.isInteractive) {
    await Promise.race([lastWords(talk, answered), aborted(signal)]);
  } else {
    await settledWithin(answered, talk.patience.hasty);
  }
  channel.abort();
  if (!screen.isInteractive && !json && member.refused > 0 && !signal.aborted) {
    throw new NetworkError("not-taken", `the room refused ${messages(member.refused)}`);
  }
  if (member.unconfirmed > 0) {
    const lost = messages(member.unconfirmed);
    const text = `The server does not respond; ${lost} may not have arrived.`;
    void screen.show({ event: "notice", text });
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
