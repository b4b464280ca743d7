import type { Announcer } from "../delivery/announcer.ts";
import type { Listeners } from "../delivery/listeners.ts";
import type { Sequence } from "../delivery/sequence.ts";
import { MAX_TOPIC_SIZE } from "../wire/messages.ts";
import { isShortEnough } from "../wire/text.ts";
import { refusal } from "../wire/refusal.ts";
import type { Receipt } from "./membership.ts";
import type { Naming } from "./naming.ts";
import type { Occupant } from "./occupant.ts";
import type { Permission } from "./permission.ts";
import type { RoomObserver } from "./room_observer.ts";

/** Through what members speak. */
export interface SpeechTools {
  readonly sequence: Sequence;
  readonly listeners: Listeners;
  readonly announcer: Announcer;
  readonly naming: Naming;
  readonly permission: Permission;
  readonly observer: RoomObserver;
  /** The clock: milliseconds since 1970, UTC. */
  now(): number;
}

/** What a member says to everybody: messages, the topic, and its own new name. */
export class Speech {
  readonly #tools: SpeechTools;

  /** What is said in one room. */
  constructor(tools: SpeechTools) {
    this.#tools = tools;
  }

  /**
   * Puts a message into the log, and hands it to the others.
   *
   * @throws {UsageError} With code `refused`, as the other methods do, if that is not allowed.
   */
  async post(occupant: Occupant, id: Uint8Array, body: Uint8Array): Promise<Receipt> {
    const { sequence, permission, listeners, observer } = this.#tools;
    const { member: { away: _, ...from }, seat } = occupant;
    try {
      permission.assertMaySpeak(occupant.target, body);
    } catch (refused) {
      // Its client asks again for what was said before: that is in the log all the same.
      const before = await sequence.log.find(id, from.key).catch(() => undefined);
      if (before === undefined) throw refused;
      return before;
    }
    const entry = { id, time: this.#tools.now(), from, body };
    const { promise, resolve } = Promise.withResolvers<Receipt | undefined>();
    sequence.post(entry, (appended) => {
      resolve(appended);
      if (!appended?.isNew) return;
      const { seq, time } = appended;
      listeners.handOn({ type: "message", id, seq, time, from, body }, seat);
      observer.message?.("room", body.length);
    });
    const receipt = await promise;
    if (receipt === undefined) throw refusal("the id of that message is another member's");
    const { seq, time } = receipt;
    return { seq, time };
  }

  /** Gives the member another name. Resolves when the others know. */
  rename(occupant: Occupant, nick: string): Promise<void> {
    const { permission, naming, announcer, observer } = this.#tools;
    permission.assertMaySpeak(occupant.target);
    const previous = occupant.member.nick;
    if (nick === previous) return Promise.resolve();
    if (!naming.rename(occupant, nick)) {
      throw refusal(`the name ${nick}, or one that looks like it, is taken`);
    }
    const { member } = occupant;
    observer.renamed?.(member, previous);
    return announcer.tell({ type: "member", change: "renamed", member, previous });
  }

  /** Sets the topic, which an empty text takes away. Resolves when it is kept, and the others know. */
  async setTopic(occupant: Occupant, topic: string): Promise<void> {
    const { permission, sequence, announcer } = this.#tools;
    permission.assertMaySpeak(occupant.target);
    if (!isShortEnough(topic, MAX_TOPIC_SIZE)) {
      throw refusal(`a topic may have at most ${MAX_TOPIC_SIZE} bytes`);
    }
    const { away: _, ...by } = occupant.member;
    const change = { topic, by, time: this.#tools.now() };
    await Promise.all([
      sequence.keepTopic(topic === "" ? undefined : change),
      announcer.tell({ type: "topic", ...change }),
    ]);
  }
}
