import type { PastMessage } from "../../chat/mod.ts";
import { hasWords, searchWords } from "../../chat/wire/search_words.ts";
import { hex } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { fingerprint } from "../../identity/fingerprint.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import { type IsVerified, memberEvent } from "../../terminal/events/room_events.ts";
import type { RoomAccess } from "./room_access.ts";
import type { MessageEvent, Remembered, Scrollback } from "./scrollback.ts";

/** What a reader reads from, and for whom. */
export interface HistoryReaderOptions {
  readonly room: Pick<RoomAccess, "log" | "isConnected" | "readPast">;
  /**
   * What only this side remembers, to be read along with the room's log, and instead of it while there
   * is no connection. Without it, everything waits for a connection.
   */
  readonly scrollback?: Pick<Scrollback, "entries">;
  /** Whether what somebody says is hidden, by their fingerprint. */
  isIgnored(fingerprint: string): boolean;
  readonly isVerified: IsVerified;
}

/** What a reader looks for. */
export interface HistoryReaderQuery {
  /** Only texts in which each of these words occurs. */
  readonly words?: string;
  /** Only what stands before this number of the room's log. Default 0: the last of all. */
  readonly before?: number;
}

/** Where something stands: behind the message with this number, and in which order. */
interface Place {
  readonly seq: number;
  /** 0 for that message itself. */
  readonly order: number;
}

/** Something that was said, to be shown again. */
interface Said {
  readonly place: Place;
  /** Which message it is, whoever has it. */
  readonly key: string;
  readonly event: ChatEvent;
}

/** Behind everything. */
const END: Place = { seq: Infinity, order: Infinity };

/** Goes back through what was said, from the last message to the first, some at a time. */
export class HistoryReader {
  /** What it looks for, if it does not read everything. */
  readonly words: string | undefined;
  readonly #options: HistoryReaderOptions;
  readonly #wanted: readonly string[] | undefined;
  readonly #log: string;
  /** What stands here or behind has been read. */
  #end: Place;
  /** So that nothing is given twice, if the room has the same message under another number. */
  readonly #given = new Set<string>();
  #isAtBeginning = false;

  /** Begins with what was said last. */
  constructor(options: HistoryReaderOptions, { words, before = 0 }: HistoryReaderQuery = {}) {
    this.#options = options;
    this.words = words;
    this.#wanted = words === undefined ? undefined : searchWords(words);
    this.#log = hex(options.room.log);
    this.#end = before === 0 ? END : { seq: before, order: 0 };
  }

  /** Whether nothing has been given yet. */
  get isFresh(): boolean {
    return this.#given.size === 0;
  }

  /** Whether there is nothing earlier. */
  get isAtBeginning(): boolean {
    return this.#isAtBeginning;
  }

  /** Whether the room has another log by now: what is read must be begun anew. */
  get isOutdated(): boolean {
    return hex(this.#options.room.log) !== this.#log;
  }

  /** Before which number of the room's log to go on; 0 if there is nothing earlier. */
  get before(): number {
    return this.#isAtBeginning ? 0 : this.#unread;
  }

  /**
   * Reads so many of the messages that stand before what has been read, or all that there are. What is
   * read is given oldest first.
   *
   * @param signal Gives it up, and leaves the reader where it was.
   * @throws {UsageError} If the room refuses, or has begun another log.
   * @throws {NetworkError} If there will be no connection any more.
   */
  async read(count: number, signal?: AbortSignal): Promise<readonly ChatEvent[]> {
    if (this.#isAtBeginning) return [];
    const { room, scrollback } = this.#options;
    const isAlone = scrollback !== undefined && !room.isConnected;
    const { logged, low } = isAlone ? { logged: [], low: 0 } : await this.#readLog(count, signal);
    const keys = new Set(logged.map(({ key }) => key));
    const remembered = (scrollback?.entries ?? [])
      .filter(({ message }) => this.#isWanted(message))
      .map((entry) => this.#remembered(entry))
      .filter(({ place }) => isBefore(place, this.#end))
      .filter(({ key }) => !keys.has(key) && !this.#given.has(key));
    const all = [...logged, ...remembered].sort((a, b) => isBefore(a.place, b.place) ? -1 : 1);
    const read = all.slice(-count);
    const hasAll = read.length === all.length && !isAlone;
    this.#isAtBeginning = hasAll && low === 0;
    this.#end = hasAll ? { seq: low, order: 0 } : read[0]?.place ?? this.#end;
    for (const { key } of read) this.#given.add(key);
    return read.map(({ event }) => event);
  }

  /** Before which number of the log something may not have been read. 0: nothing has. */
  get #unread(): number {
    const { seq, order } = this.#end;
    return seq === Infinity ? 0 : order === 0 ? seq : seq + 1;
  }

  /** What the room's log has, and down to which number that is all. */
  async #readLog(
    count: number,
    signal: AbortSignal | undefined,
  ): Promise<{ logged: readonly Said[]; low: number }> {
    const { room, isIgnored } = this.#options;
    let logged: readonly Said[] = [];
    let before = this.#unread;
    do {
      const page = await room.readPast({
        before,
        count: count - logged.length,
        ...(this.words !== undefined && { words: this.words }),
      });
      signal?.throwIfAborted();
      if (this.isOutdated) {
        throw new UsageError("refused", "the server has begun a new log meanwhile; ask again");
      }
      const said = page.messages
        .filter(({ from }) => !isIgnored(fingerprint(from.key)))
        .map((message) => this.#logged(message));
      logged = [...said, ...logged];
      // A server that does not go back would be asked for ever.
      before = before === 0 || page.before < before ? page.before : 0;
    } while (before !== 0 && logged.length < count);
    return { logged, low: before };
  }

  #logged(message: PastMessage): Said {
    const event = memberEvent({ type: "message", ...message }, this.#options.isVerified, true);
    return {
      place: { seq: message.seq, order: 0 },
      key: `${fingerprint(message.from.key)} ${hex(message.id)}`,
      event: this.#marked(event),
    };
  }

  #remembered({ message, log, seq, order }: Remembered): Said {
    const hasPlace = log === this.#log;
    return {
      // What is not in this log was said before it was begun.
      place: { seq: hasPlace ? seq : 0, order: hasPlace && message.seq !== 0 ? 0 : order },
      key: `${message.from.fingerprint} ${message.id}`,
      event: this.#marked({ ...message, history: true }),
    };
  }

  #marked(event: ChatEvent): ChatEvent {
    return event.event === "message" && this.words !== undefined
      ? { ...event, found: this.words }
      : event;
  }

  /** Whether to read what the room, which would have looked into it, does not have. */
  #isWanted({ from, text }: MessageEvent): boolean {
    return !this.#options.isIgnored(from.fingerprint) &&
      (this.#wanted === undefined || hasWords(text, this.#wanted));
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a.seq < b.seq || (a.seq === b.seq && a.order < b.order);
}
