import type { MemberEvent, Participant } from "../../chat/mod.ts";
import { fingerprint } from "../../identity/fingerprint.ts";

/** Since when members are here, as far as this side has seen them come. */
export class Stays {
  readonly #since = new Map<string, Date>();
  readonly #now: () => Date;

  /** @param now The clock; tests have their own. */
  constructor(now: () => Date = () => new Date()) {
    this.#now = now;
  }

  /** When a member came; `undefined` if this side was not there then. */
  since(member: Participant): Date | undefined {
    return this.#since.get(nameOf(member));
  }

  /**
   * Takes note of who comes and goes.
   *
   * @param isHistory Whether it happened while this side was not there, nobody knows when.
   */
  hear(event: MemberEvent, isHistory = false): void {
    if (event.type !== "member") return;
    const { change, member, previous } = event;
    if (change === "joined" && !isHistory) this.#since.set(nameOf(member), this.#now());
    else if (change === "left") this.#since.delete(nameOf(member));
    else if (change === "renamed" && previous !== undefined) {
      const before = nameOf({ ...member, nick: previous });
      const since = this.#since.get(before);
      this.#since.delete(before);
      if (since !== undefined) this.#since.set(nameOf(member), since);
    }
  }
}

/** One key may be here several times. */
function nameOf({ nick, key }: Participant): string {
  return `${nick} ${fingerprint(key)}`;
}
