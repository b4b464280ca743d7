import type { MemberChange, Participant } from "../../chat/mod.ts";
import { hex } from "../../crypto/mod.ts";

/** A member who was there before, and may come back. */
interface Awaited {
  readonly member: Participant;
  /** Until when, by `performance.now`. */
  readonly until: number;
}

/** What is found where a connection has taken the place of another one. */
export interface Return {
  /** The others, as they were before. */
  readonly before: readonly Participant[];
  /** The others, as the room names them now. */
  readonly now: readonly Participant[];
  /** For how long those that are missing may come back, in milliseconds; 0 if they have left. */
  readonly grace: number;
}

/**
 * The members who were there before the connection was lost, and whom the room does not name any more.
 * Where the server may have been restarted, they have lost their connections as well: for a while they
 * are taken to be away, and nobody is told that they left and joined.
 */
export class AwaitedMembers {
  readonly #now: () => number;
  /** By their nicks: no two members of a room have the same. */
  readonly #awaited = new Map<string, Awaited>();

  /** @param now The clock, in milliseconds; tests have their own. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Them, as they are shown. */
  get members(): readonly Participant[] {
    return [...this.#awaited.values()].map(({ member }) => ({ ...member, away: true }));
  }

  /** In how many milliseconds the first of them has left, if nothing happens; `undefined` for nobody. */
  get nextEnd(): number | undefined {
    const [first] = this.#awaited.values();
    // All have the same time, from the moment on at which they were found missing.
    return first && Math.max(0, first.until - this.#now());
  }

  /** Compares who was there with who is there; what has changed, as the room would have told it. */
  compare({ before, now, grace }: Return): readonly MemberChange[] {
    const changes: MemberChange[] = [];
    const unmatched = new Map(now.map((member) => [nameOf(member), member]));
    const names = new Set(now.map(({ nick }) => nick));
    const rest: Participant[] = [];
    for (const member of before) {
      const present = unmatched.get(nameOf(member));
      unmatched.delete(nameOf(member));
      if (present === undefined) rest.push(member);
      else if (present.away !== member.away) {
        changes.push(told(present.away ? "away" : "back", present));
      }
    }
    const byKey = new Map([...unmatched.values()].map((member) => [hex(member.key), member]));
    const until = this.#now() + grace;
    this.#awaited.clear();
    for (const member of rest) {
      const renamed = byKey.get(hex(member.key));
      if (renamed !== undefined) {
        byKey.delete(hex(member.key));
        unmatched.delete(nameOf(renamed));
        changes.push({ ...told("renamed", renamed), previous: member.nick });
      } else if (grace === 0 || names.has(member.nick)) {
        // If somebody else has the name by now, it cannot come back as it was.
        changes.push(told("left", member));
      } else {
        this.#awaited.set(member.nick, { member, until });
        if (!member.away) changes.push(told("away", member));
      }
    }
    for (const member of unmatched.values()) changes.push(told("joined", member));
    return changes;
  }

  /** What to tell in the place of a change that the room tells of. */
  hear(change: MemberChange): readonly MemberChange[] {
    const { member } = change;
    const namesake = this.#awaited.get(member.nick)?.member;
    if (namesake === undefined || change.change === "left") return [change];
    this.#awaited.delete(member.nick);
    return change.change === "joined" && nameOf(namesake) === nameOf(member)
      ? [told("back", member)]
      : [told("left", namesake), change];
  }

  /** Those who have not come back in time. */
  expire(): readonly MemberChange[] {
    const now = this.#now();
    const late = [...this.#awaited.values()].filter(({ until }) => until <= now);
    for (const { member } of late) this.#awaited.delete(member.nick);
    return late.map(({ member }) => told("left", member));
  }
}

function told(change: MemberChange["change"], { away: _, ...member }: Participant): MemberChange {
  return { type: "member", change, member };
}

/** A name and a key: who has both is the same member. */
function nameOf({ nick, key }: Participant): string {
  return `${hex(key)} ${nick}`;
}
