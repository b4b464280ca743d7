import type { NewRequest, UnansweredRequest } from "../chat/mod.ts";
import { Visit } from "../chat/member/visit.ts";
import { UsageError } from "../errors.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import { countMessages } from "../terminal/text/count_messages.ts";
import { needsSavedIdentity, type OwnIdentity } from "../trust/own_identity.ts";
import type { RequestKeeper } from "./lasting_room.ts";
import { OutboxFile } from "./outbox_file.ts";

/** For how long changes are gathered that follow each other fast, in milliseconds. */
const GATHER_FOR = 10;

/** Where an outbox is kept. */
export type OutboxStore = Pick<OutboxFile, "begin" | "change" | "markSent" | "close">;

/**
 * Keeps what is asked for in a file until the room has answered it, over any end of the program: it is in
 * the file before it is sent. If the file cannot be written any more, this is said, and what is asked for
 * is sent without being kept.
 */
export class Outbox implements RequestKeeper, Disposable {
  readonly #path: string;
  readonly #file: OutboxStore;
  readonly #screen: Pick<Screen, "show">;
  #visit = new Visit();
  #added: UnansweredRequest[] = [];
  #removed: Uint8Array[] = [];
  /** Whether what is kept goes out at once. */
  #isSending = false;
  #hasFailed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writtenAt = -Infinity;

  /** @param screen Where it is told that the file has failed. */
  constructor(path: string, file: OutboxStore, screen: Pick<Screen, "show">) {
    this.#path = path;
    this.#file = file;
    this.#screen = screen;
  }

  /**
   * Opens the file of an outbox, or makes it; without a path there is none.
   *
   * @throws {UsageError} If it cannot be used, or the identity is for this run alone.
   */
  static async open(
    path: string | undefined,
    { keyPair, file }: Pick<OwnIdentity, "keyPair" | "file">,
    screen: Pick<Screen, "show">,
  ): Promise<Outbox | undefined> {
    if (path === undefined) return undefined;
    if (file === undefined) throw needsSavedIdentity("--outbox");
    return new Outbox(path, await OutboxFile.open(path, keyPair.privateKey), screen);
  }

  /** The file in which messages are kept for the next time; `undefined` once it has failed. */
  get keptIn(): string | undefined {
    return this.#hasFailed ? undefined : this.#path;
  }

  /**
   * The visit to a server, with what was not confirmed before: it is sent first.
   *
   * @param serverKey The server's public key, as it has proved it: 32 bytes.
   * @throws {UsageError} If messages for another server are kept there, or the file is damaged.
   */
  async begin(serverKey: Uint8Array): Promise<Visit> {
    const { visit: id, kept } = this.#file.begin(serverKey);
    this.#visit = new Visit(id);
    const { unanswered } = this.#visit;
    for (const { request, ...options } of kept) unanswered.add(request, options);
    unanswered.onRemoved = ({ id }) => {
      this.#removed.push(id);
      this.#schedule();
    };
    if (kept.length > 0) {
      const text = `Sending ${countMessages(kept.length)} that ${this.#path} has kept.`;
      await this.#screen.show({ event: "notice", text });
    }
    return this.#visit;
  }

  /** There will be a connection: what is kept may be sent from now on. */
  beginSending(): void {
    this.#isSending = true;
    this.#write();
    this.#trying(() => this.#file.markSent());
  }

  /** The connection is lost: what is asked for is kept, and not sent for the time being. */
  stopSending(): void {
    this.#write();
    this.#isSending = false;
  }

  /** Asks for something, which is sent once it is kept. */
  request(request: NewRequest, id?: Uint8Array, line?: number): UnansweredRequest {
    const isHeld = !this.#hasFailed;
    const { unanswered } = this.#visit;
    const { count } = unanswered;
    const added = unanswered.add(request, { id, line, isHeld });
    const isNew = unanswered.count > count;
    if (isHeld && isNew) {
      this.#added.push(added);
      this.#schedule();
    }
    return added;
  }

  /** Writes what is left, and lets go of the file. */
  [Symbol.dispose](): void {
    this.#write();
    this.#visit.unanswered.onRemoved = () => {};
    this.#trying(() => this.#file.close());
  }

  #schedule(): void {
    // What is asked for in one go is written in one, and the first after a pause at once.
    const rest = this.#writtenAt + GATHER_FOR - performance.now();
    this.#timer ??= setTimeout(() => this.#write(), Math.max(0, rest));
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const added = this.#added;
    const removed = this.#removed;
    if (added.length === 0 && removed.length === 0) return;
    this.#added = [];
    this.#removed = [];
    this.#trying(() => this.#file.change({ added, isSent: this.#isSending, removed }));
    this.#writtenAt = performance.now();
    // Kept, or not to be kept: it must go out.
    for (const { id } of added) this.#visit.unanswered.release(id);
  }

  #trying(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      const message = `${error.message}; messages are sent, but not kept in ${this.#path} any more`;
      void this.#screen.show({ event: "error", code: error.code, message });
    }
  }
}
