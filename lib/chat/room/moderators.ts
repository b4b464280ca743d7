import type { BanList, Moderation } from "../conduct/moderation.ts";
import type { Announcer } from "../delivery/announcer.ts";
import type { Departures } from "./departures.ts";
import type { Occupant } from "./occupant.ts";
import type { Occupants } from "./occupants.ts";
import { moderate, type ModerationRequest, type Subject } from "./operators.ts";
import type { Permission } from "./permission.ts";
import type { RoomObserver } from "./room_observer.ts";
import type { Whispers } from "./whispers.ts";

/** On what operators act. */
export interface ModeratorsTools {
  readonly occupants: Occupants;
  readonly departures: Departures;
  readonly announcer: Announcer;
  readonly whispers: Whispers;
  readonly permission: Permission;
  readonly moderation: Moderation;
  readonly observer: RoomObserver;
  /** Where bans are kept, if anywhere. */
  readonly bans: BanList | undefined;
  /** The SHA-256 of the room owner's key (32 bytes), on whom nobody can act. */
  readonly owner: Uint8Array | undefined;
}

/** What comes of an operator's act for those who are here: notices, lost places, messages taken back. */
export class Moderators {
  readonly #tools: ModeratorsTools;

  /** The operators of one room. */
  constructor(tools: ModeratorsTools) {
    this.#tools = tools;
  }

  /**
   * Lets a member act on another one.
   *
   * @throws {UsageError} With code `refused`, if that is not allowed, or there is nothing to be done.
   */
  async moderate(occupant: Occupant, request: ModerationRequest): Promise<void> {
    const { occupants, permission, whispers, observer } = this.#tools;
    // Who is kicked, and why, is told to all.
    if (request.reason !== "") permission.assertMaySpeak(occupant.target);
    const present = Iterator.from(occupants).map((other) => this.#subject(other));
    const whom = await moderate(this.#tools, this.#subject(occupant), present, request);
    if (request.action === "mute") whispers.withdraw(request.target);
    observer.moderated?.(request.action, occupant.member, whom);
  }

  #subject(occupant: Occupant): Subject {
    const { announcer, departures } = this.#tools;
    const { member, target } = occupant;
    return {
      member,
      target,
      notify: (text) => announcer.notify(occupant.seat, text),
      expel: (removal, told) => {
        const { seat } = occupant;
        departures.remove(occupant, "removed", told);
        seat?.remove(removal);
      },
    };
  }
}
