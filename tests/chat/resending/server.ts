/**
 * A server that runs, but for its connections and its disk; it may be killed and started again.
 *
 * @module
 */
import { type Participant, Room, serveGuest } from "../../../lib/chat/mod.ts";
import { consequences, type Running } from "./actor.ts";
import { Disk, DiskLog } from "./disk.ts";
import { type Item, type Items, LineEnd } from "./line.ts";
import { personOf, SERVER_KEY } from "./people.ts";

/** What can happen to a server. */
export type ServerInput =
  /** A message arrives from the line with this name, of the client with this number. */
  | { readonly type: "hear"; readonly line: string; readonly client: number; readonly item: Item }
  | { readonly type: "notice"; readonly line: string }
  /** The disk has written what waits longest, and says so; or cannot any more; or has read. */
  | { readonly type: "write" | "fail" | "read" }
  /** It is killed, and started again; the disk has yet written what waited for it, or not. */
  | { readonly type: "kill"; readonly isWritten: boolean };

/** What a server says. */
export interface ServerOutput {
  readonly line: string;
  readonly item: Item;
}

/** A message in the log: the first byte of its id, and its number. */
export interface Entry {
  readonly id: number;
  readonly seq: number;
}

/** What is known of a server. */
export interface ServerView {
  /** The connections that it has, and those on which it waits for something. */
  readonly known: ReadonlySet<string>;
  readonly listening: ReadonlySet<string>;
  /** Those that it has ended. */
  readonly over: ReadonlySet<string>;
  readonly isWriting: boolean;
  readonly isReading: boolean;
  /** What is in the log, in its order. */
  readonly entries: readonly Entry[];
  /** The same of all logs that it has had: one that keeps nothing begins with a new one. */
  readonly everEntered: readonly Entry[];
  readonly topic: string | undefined;
  readonly last: number;
  readonly members: readonly Participant[];
}

/** How a server is. */
export interface ServerOptions {
  /** Whether the log outlives the server. */
  readonly isKept: boolean;
  /** Whether what waits for the disk waits for a step. */
  readonly slowly: { readonly write: boolean; readonly read: boolean };
  /** How many of the last messages the room has at hand. */
  readonly recent: number;
}

const GRACE = 1_000_000_000;

/** See {@linkcode ServerView}. */
export class ServerProgram implements Running<ServerInput, ServerOutput, ServerView> {
  readonly #options: ServerOptions;
  readonly #items: Items;
  #disk: Disk;
  #log: DiskLog;
  #room: Room;
  #lines = new Map<string, LineEnd>();
  readonly #over = new Set<string>();
  readonly #earlier: Entry[] = [];
  #said: ServerOutput[] = [];

  /** A server whose disk is empty. */
  constructor(options: ServerOptions, items: Items) {
    this.#options = options;
    this.#items = items;
    this.#disk = new Disk(1, options.isKept);
    this.#log = new DiskLog(this.#disk, options.slowly);
    this.#room = this.#newRoom();
  }

  async take(input: ServerInput): Promise<readonly ServerOutput[]> {
    this.#said = [];
    switch (input.type) {
      case "hear":
        await this.#hear(input.line, input.client, input.item);
        break;
      case "notice":
        this.#lines.get(input.line)?.fail();
        break;
      case "write":
        this.#log.write();
        break;
      case "fail":
        this.#log.fail();
        break;
      case "read":
        this.#log.read();
        break;
      case "kill":
        await this.#kill(input.isWritten);
    }
    await consequences();
    for (const [name, line] of this.#lines) {
      if (!line.isOver) continue;
      this.#over.add(name);
      this.#lines.delete(name);
    }
    return this.#said;
  }

  async view(): Promise<ServerView> {
    const lines = [...this.#lines];
    const entries = await this.#entries();
    return {
      known: new Set(this.#lines.keys()),
      listening: new Set(lines.filter(([, line]) => line.isListening).map(([name]) => name)),
      over: new Set(this.#over),
      isWriting: this.#log.isWriting,
      isReading: this.#log.isReading,
      entries,
      everEntered: [...this.#earlier, ...entries],
      topic: this.#room.topic?.topic,
      last: this.#room.log.last,
      members: this.#room.members,
    };
  }

  async end(): Promise<void> {
    for (const line of this.#lines.values()) line.fail();
    await consequences();
  }

  #newRoom(): Room {
    return new Room({
      now: () => 0,
      grace: GRACE,
      log: this.#log,
      limits: { history: this.#options.recent, messagesPerSecond: 1e9 },
    });
  }

  async #hear(name: string, client: number, item: Item): Promise<void> {
    const line = this.#lines.get(name) ?? this.#newLine(name, client);
    // A guest that has just come is not listened to at once.
    if (!line.isListening) await consequences();
    line.arrive(item);
  }

  #newLine(name: string, client: number): LineEnd {
    const keys = { own: SERVER_KEY, peer: personOf(client).key };
    const line = new LineEnd(keys, (said) => {
      if (this.#lines.get(name) !== line) return;
      const item = said instanceof Uint8Array
        ? this.#items.message("server", said)
        : this.#items.goodbye(said);
      this.#said.push({ line: name, item });
    });
    this.#lines.set(name, line);
    void serveGuest(line.channel, this.#room).catch(() => {});
    return line;
  }

  async #kill(isWritten: boolean): Promise<void> {
    if (isWritten) this.#log.writeInSilence();
    const lines = this.#lines;
    // Nobody hears what the old room does now: its connections and its log are gone.
    this.#lines = new Map();
    for (const [name, line] of lines) {
      this.#over.add(name);
      line.fail();
    }
    if (!this.#options.isKept) this.#earlier.push(...await this.#entries());
    if (!this.#options.isKept) this.#disk = new Disk(this.#disk.number + 1, false);
    this.#log = new DiskLog(this.#disk, this.#options.slowly);
    await consequences();
    this.#room = this.#newRoom();
  }

  async #entries(): Promise<readonly Entry[]> {
    const { log } = this.#room;
    // After a failure only the room's log knows the rest; before, it may be slow.
    const messages = log === this.#log
      ? this.#disk.entries
      : [...this.#disk.entries, ...await log.readAfter(this.#disk.log.last, ALL)];
    return messages.map(({ id, seq }) => ({ id: id[0], seq }));
  }
}

const ALL = { count: 1000, size: 1_000_000 };
