import { CloseCode } from "../../channel/mod.ts";
import type { Moderate, Participant } from "../wire/messages.ts";
import type { BanList, Moderation } from "./moderation.ts";
import { refusal } from "../wire/refusal.ts";
import type { Removal } from "./seat.ts";

/** What an operator asks for. */
export type ModerationRequest = Omit<Moderate, "type" | "id">;

/** Somebody on whom an operator acts, and who is there. */
export interface Subject {
  readonly member: Participant;
  /** Tells them something. */
  notify(text: string): void;
  /** Puts them out. */
  expel(removal: Removal, told: string): void;
}

/** With what an operator acts. */
export interface ModerationTools {
  readonly moderation: Moderation;
  /** Where bans are kept, if anywhere. */
  readonly bans: BanList | undefined;
}

/**
 * Carries out what an operator asks for.
 *
 * @param by The operator's name.
 * @param subjects Those who are there with the key in question: one person may have come twice.
 * @throws {UsageError} With code `refused`, if there is nothing to be done.
 */
export async function moderate(
  { moderation, bans }: ModerationTools,
  by: string,
  subjects: readonly Subject[],
  { action, target, reason, seconds }: ModerationRequest,
): Promise<void> {
  const why = reason === "" ? "" : `; reason: ${reason}`;
  const notifyAll = (text: string) => subjects.forEach(({ notify }) => notify(`${text}${why}`));
  const expelAll = (how: string) => {
    const removal = { code: CloseCode.removed, reason: `${by} put you out${how}${why}` };
    subjects.forEach(({ expel }) => expel(removal, `put out${how} by ${by}${why}`));
  };
  switch (action) {
    case "kick":
      if (subjects.length === 0) throw refusal("nobody with that key is here");
      return expelAll("");
    case "ban":
      if (bans === undefined) throw refusal("this room keeps no bans");
      // Put out at once, whatever goes wrong with the list; and not let in again in the meantime.
      moderation.leaving(target);
      expelAll(" for good");
      return await bans.add({ target, nick: subjects[0]?.member.nick, reason });
    case "unban":
      moderation.returning(target);
      if (!await bans?.remove(target)) throw refusal("nobody with that key is banned");
      return;
    case "mute":
      moderation.mute(target, reason);
      return notifyAll(`${by} has muted you: nobody gets what you say`);
    case "unmute":
      if (!moderation.unmute(target)) throw refusal("nobody with that key is muted");
      return notifyAll(`${by} lets you speak again`);
    case "slow":
      moderation.slow(target, { seconds, reason });
      return notifyAll(
        seconds === 0
          ? `${by} lets you speak as often as you like`
          : `${by} lets you send one message every ${seconds} s`,
      );
  }
}
