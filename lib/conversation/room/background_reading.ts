import { NetworkError, UsageError } from "../../errors.ts";
import { errorEvent } from "../../terminal/events/error_event.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import type { HistoryReader } from "./history_reader.ts";
import type { RoomAccess } from "./room_access.ts";

/** Shows a text to the person alone. */
interface Teller {
  tell(text: string): Promise<void>;
}

/** Where it is read, and for whom. */
export interface BackgroundReadingOptions {
  readonly room: Pick<RoomAccess, "isConnected">;
  /** Ends what is being read. */
  readonly signal: AbortSignal;
  /** Shows something to the person alone. */
  show(event: ChatEvent): Promise<void>;
}

/** What a person reads, while they may type: they do not wait for the room. */
export class BackgroundReading {
  readonly #options: BackgroundReadingOptions;
  /** Ends the last one that was begun. */
  #last = new AbortController();
  /** What is being read. */
  #reader: HistoryReader | undefined;

  /** Nothing is being read yet. */
  constructor(options: BackgroundReadingOptions) {
    this.#options = options;
  }

  /**
   * Reads on, and shows it when it is there. It takes the place of what is still being read, unless that
   * is the same: somebody who is impatient does not make it begin again.
   *
   * @param conclude What is said below so many messages.
   */
  begin(
    reader: HistoryReader,
    count: number,
    { tell }: Teller,
    conclude: (count: number) => string,
  ): Promise<void> {
    if (this.#reader === reader && this.#options.room.isConnected) return tell("one moment …");
    this.#last.abort();
    this.#last = new AbortController();
    this.#reader = reader;
    const signal = AbortSignal.any([this.#options.signal, this.#last.signal]);
    void this.#read(reader, count, signal, tell, conclude).catch((error) => {
      // Why the conversation has ended is told elsewhere.
      if (signal.aborted || error instanceof NetworkError) return;
      if (error instanceof UsageError) return tell(sanitiseLine(error.message));
      return this.#options.show(errorEvent(error));
    });
    return Promise.resolve();
  }

  async #read(
    reader: HistoryReader,
    count: number,
    signal: AbortSignal,
    tell: Teller["tell"],
    conclude: (count: number) => string,
  ): Promise<void> {
    const { room, show } = this.#options;
    const { isConnected } = room;
    const read = await reader.read(count, signal).finally(() => {
      if (!signal.aborted) this.#reader = undefined;
    });
    const showing = showAll(show, read);
    const telling = tell(isConnected ? conclude(read.length) : whileOffline(read.length));
    await Promise.all([showing, telling]);
  }
}

/** What is said below so many messages that were read without the room. */
function whileOffline(count: number): string {
  return count === 0
    ? "not connected: what was said earlier can be read when there is a connection again"
    : "not connected: only what was said in this session can be shown";
}

/** Shows all of it at once: nothing that is said meanwhile comes in between. */
export async function showAll(
  show: (event: ChatEvent) => Promise<void>,
  events: readonly ChatEvent[],
): Promise<void> {
  await Promise.all(events.map((event) => show(event)));
}
