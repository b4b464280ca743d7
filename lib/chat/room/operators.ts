import { CloseCode } from "../../channel/mod.ts";
import { equalConstantTime } from "../../crypto/mod.ts";
import { formatFingerprint } from "../../identity/fingerprint.ts";
import type { Moderate } from "../wire/member_messages.ts";
import type { Participant } from "../wire/messages.ts";
import { refusal } from "../wire/refusal.ts";
import type { BanList, Moderation } from "../conduct/moderation.ts";
import type { Removal } from "../delivery/seat.ts";

/** What an operator asks for. */
export type ModerationRequest = Omit<Moderate, "type" | "id">;

/** A member who is there, as an operator acts, or as one on whom an operator acts. */
export interface Subject {
  readonly member: Participant;
  /** The SHA-256 of its key: 32 bytes. */
  readonly target: Uint8Array;
  /** Tells this member alone something. */
  notify(text: string): void;
  /** Takes its place away, and tells it and the others why. */
  expel(removal: Removal, told: string): void;
}

/** With what an operator acts. */
export interface ModerationTools {
  readonly moderation: Moderation;
  /** Where bans are kept, if anywhere. */
  readonly bans: BanList | undefined;
  /** The SHA-256 of the room owner's key (32 bytes), on whom nobody can act. */
  readonly owner: Uint8Array | undefined;
}

/**
 * Carries out what an operator asks for, and tells the operator what was done.
 *
 * @param present All who are there, asked for only if it may act. One person may have come twice, with
 *   one key.
 * @returns The member meant, by name and fingerprint.
 * @throws {UsageError} With code `refused`, if that is not allowed, or there is nothing to be done.
 */
export async function moderate(
  tools: ModerationTools,
  by: Subject,
  present: Iterable<Subject>,
  request: ModerationRequest,
): Promise<string> {
  const { target } = request;
  if (by.member.operator !== true) throw refusal("only operators may do that");
  if (tools.owner !== undefined && equalConstantTime(tools.owner, target)) {
    throw refusal("nobody can do that to the owner of the room");
  }
  if (equalConstantTime(by.target, target)) throw refusal("you cannot do that to yourself");
  const subjects = Array.from(present).filter((subject) =>
    equalConstantTime(subject.target, target)
  );
  await act(tools, by.member.nick, subjects, request);
  // People name each other, but it is the key that counts: so both are told.
  const shown = formatFingerprint(target);
  const [first] = subjects;
  const whom = first === undefined ? shown : `${first.member.nick} (${shown})`;
  by.notify(`${done(request)} ${whom}`);
  return whom;
}

async function act(
  { moderation, bans }: ModerationTools,
  by: string,
  subjects: readonly Subject[],
  { action, target, reason, seconds }: ModerationRequest,
): Promise<void> {
  const why = reason === "" ? "" : `; reason: ${reason}`;
  const notifyAll = (text: string) => subjects.forEach(({ notify }) => notify(`${text}${why}`));
  const expelAll = (done: "kicked" | "banned") => {
    const removal = { code: CloseCode.removed, reason: `${by} ${done} you${why}` };
    subjects.forEach(({ expel }) => expel(removal, `${done} by ${by}${why}`));
  };
  switch (action) {
    case "kick":
      if (subjects.length === 0) throw refusal("no member has that key");
      return expelAll("kicked");
    case "ban":
      if (bans === undefined) throw refusal("this room does not support bans");
      // At once, whatever goes wrong with the list; and no way back in the meantime.
      moderation.leaving(target);
      expelAll("banned");
      return await bans.add({ target, nick: subjects[0]?.member.nick, reason });
    case "unban":
      moderation.returning(target);
      if (!await bans?.remove(target)) throw refusal("that key is not banned");
      return;
    case "mute":
      moderation.mute(target, reason);
      return notifyAll(`${by} muted you: your messages are not delivered`);
    case "unmute":
      if (!moderation.unmute(target)) throw refusal("that key is not muted");
      return notifyAll(`${by} unmuted you`);
    case "slow":
      moderation.slow(target, { seconds, reason });
      return notifyAll(
        seconds === 0
          ? `${by} turned slow mode off for you`
          : `${by} set slow mode for you: one message every ${seconds} s`,
      );
  }
}

/** What an operator is told that was done. */
function done({ action, seconds }: ModerationRequest): string {
  switch (action) {
    case "kick":
      return "kicked";
    case "ban":
      return "banned";
    case "unban":
      return "unbanned";
    case "mute":
      return "muted";
    case "unmute":
      return "unmuted";
    case "slow":
      return seconds === 0 ? "slow mode turned off for" : "slow mode set for";
  }
}
