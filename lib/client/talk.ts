import { aborted, settledWithin } from "../abort.ts";
import { CLOSE_TIMEOUT, type SecureChannel } from "../channel/mod.ts";
import type { CaughtUp, Member, MemberEvent, UnansweredRequests } from "../chat/mod.ts";
import { FAREWELL_TIMEOUT } from "../chat/visit/guest.ts";
import { NetworkError } from "../errors.ts";
import type { Screen } from "../terminal/screens/screen.ts";

/**
 * What ended a talk: the server said goodbye; all was said here, by the end of the input or `/quit`;
 * or Ctrl-C or SIGTERM. A connection that is lost is none of them: then an error is thrown.
 */
export type TalkEnd = "server-left" | "all-said" | "interrupted";

/** What a talk needs. */
export interface TalkOptions {
  readonly channel: Pick<SecureChannel, "end" | "abort" | "remoteClose">;
  readonly member: Pick<Member, "events">;
  /** What the room has not answered. It belongs to the conversation, which may outlive this connection. */
  readonly unanswered: Pick<UnansweredRequests, "count" | "settled">;
  readonly screen: Pick<Screen, "isInteractive" | "show">;
  /** Shows what the room says. Resolves when there is space for more. */
  hear(event: MemberEvent | CaughtUp): Promise<void>;
  /** Resolves when nothing more will be said here. It belongs to the conversation as well. */
  readonly allSaid: Promise<unknown>;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** How long the server is waited for; the usual times, unless a test has less patience. */
  readonly patience?: Patience;
}

/** How long the server is waited for, in milliseconds. */
export interface Patience {
  /** For a person who wants to be gone. */
  readonly hasty: number;
  /** For a pipe, between two of the server's last words. */
  readonly farewell: number;
}

const PATIENCE: Patience = { hasty: CLOSE_TIMEOUT, farewell: FAREWELL_TIMEOUT };

/**
 * What the room says and what is said here, both at once, over one connection. A conversation may have
 * several, one after the other; `endTalk` (ending.ts) ends the last one.
 */
export class Talk {
  /** What it was made from. */
  readonly options: TalkOptions;
  /** How long the server is waited for. */
  readonly patience: Patience;
  /** Resolves when the server has said goodbye; rejects if the connection is lost. */
  readonly heard: Promise<void>;
  readonly #caughtUp = Promise.withResolvers<void>();
  #heardCount = 0;
  #isCaughtUp = false;

  /** Begins to hear. */
  constructor(options: TalkOptions) {
    this.options = options;
    this.patience = options.patience ?? PATIENCE;
    this.heard = this.#hear();
    // `end` and `endTalk` get the error, but perhaps only after a while.
    this.heard.catch(() => {});
  }

  /** How many events have come so far. */
  get heardCount(): number {
    return this.#heardCount;
  }

  /** Whether nothing is missing of what was said before. */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /**
   * Waits for what comes first.
   *
   * @throws {NetworkError} If the connection is lost; with code `timed-out`, if the server does not
   *   confirm what a person has said before leaving.
   * @throws {AuthenticationError} If the traffic was altered.
   * @throws {ProtocolError} If the server does not keep to the protocol.
   */
  async end(): Promise<TalkEnd> {
    return await Promise.race([
      this.heard.then(() => "server-left" as const),
      this.#say().then(() => "all-said" as const),
      aborted(this.options.signal).then(() => "interrupted" as const),
    ]);
  }

  async #hear(): Promise<void> {
    const { member, hear } = this.options;
    for await (const event of member.events()) {
      this.#heardCount++;
      await hear(event);
      if (event.type !== "caught-up") continue;
      this.#isCaughtUp = true;
      this.#caughtUp.resolve();
    }
  }

  /** Waits until all is said, and confirmed; off a terminal, also until nothing of the past is missing. */
  async #say(): Promise<void> {
    const { allSaid, unanswered, screen } = this.options;
    await allSaid;
    if (!screen.isInteractive) {
      await unanswered.settled();
      await this.#caughtUp.promise;
    } else if (!await settledWithin(unanswered.settled(), this.patience.hasty)) {
      throw new NetworkError("timed-out", "the server does not respond");
    }
  }
}
