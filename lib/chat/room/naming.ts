import type { Arrivals } from "../conduct/arrivals.ts";
import type { Keyholder } from "../conduct/keyholders.ts";
import { NickRegistry } from "../names/nick_registry.ts";
import type { Occupant } from "./occupant.ts";
import type { Permission } from "./permission.ts";

/** What a member is called that may not choose its name, and had none here lately. */
const NEUTRAL_NICK = "guest";

/** What members are called, and who may choose that: a name is read by everybody, as what is said is. */
export class Naming {
  readonly #names = new NickRegistry();
  readonly #permission: Permission;
  readonly #arrivals: Arrivals;

  /** No names yet. */
  constructor(permission: Permission, arrivals: Arrivals) {
    this.#permission = permission;
    this.#arrivals = arrivals;
  }

  /**
   * Gives a name to one that joins: the one that it wants, if it may choose and no other looks like it.
   *
   * @param target The SHA-256 of its key: 32 bytes.
   */
  claim(target: Uint8Array, holder: Keyholder, wanted: string): string {
    const mayHaveIt = wanted === holder.nick || this.#permission.mayBeRead(target, holder);
    const nick = this.#names.claim(mayHaveIt ? wanted : holder.nick ?? NEUTRAL_NICK);
    holder.nick = nick;
    return nick;
  }

  /** Gives a member another name; false if it, or one that looks like it, is taken. */
  rename(occupant: Occupant, nick: string): boolean {
    if (!this.#names.rename(occupant.member.nick, nick)) return false;
    occupant.member = { ...occupant.member, nick };
    occupant.holder.nick = nick;
    return true;
  }

  /** Gives one that comes back another name, if it may have one at once: otherwise it keeps its own. */
  renameReturning(occupant: Occupant, nick: string): boolean {
    return nick !== occupant.member.nick && this.#mayRename(occupant) &&
      this.rename(occupant, nick);
  }

  /** Takes a name back of one that has left. */
  release(nick: string): void {
    this.#names.release(nick);
  }

  #mayRename({ target, holder, origin }: Occupant): boolean {
    const { changes } = holder.conduct;
    return changes.waitFor(1) === 0 && this.#permission.mayBeRead(target, holder) &&
      this.#arrivals.takeNews(origin) === 0 && changes.tryTake();
  }
}
