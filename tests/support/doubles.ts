/**
 * What the tests of the terminal's parts share: keys that can be told apart, a screen and a room that
 * remember, and standard output without anybody who reads it.
 *
 * @module
 */
import {
  LOG_ID_SIZE,
  MAX_BODY_SIZE,
  type NewRequest,
  type Participant,
  type PastPage,
  type PastQuery,
  type Topic,
} from "../../lib/chat/mod.ts";
import { fingerprint } from "../../lib/identity/mod.ts";
import type { ChatEvent } from "../../lib/terminal/events/events.ts";
import type { Completer } from "../../lib/terminal/editing/completion.ts";
import type { PendingRequest, RoomAccess } from "../../lib/conversation/room/room_access.ts";
import type { Screen } from "../../lib/terminal/screens/screen.ts";

/** A public key that can be told from those for other numbers. */
export function key(number: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(32).fill(number);
}

/** The fingerprint of {@linkcode key}. */
export function print(number: number): string {
  return fingerprint(key(number));
}

/** A screen that remembers what it was to show. */
export interface RecordingScreen extends Screen {
  readonly events: ChatEvent[];
  /** Resolves when the next event of this kind is shown. */
  next(kind: ChatEvent["event"]): Promise<ChatEvent>;
  /** What stood in front of what is typed, each time that it was set. */
  readonly prompts: (readonly (string | undefined)[])[];
  /** What the Tab key does, if anybody has said so. */
  completer: Completer | undefined;
  /** How an entered line is shown, if anybody has said so. */
  echo: ((line: string) => readonly ChatEvent[]) | undefined;
  /** Which words stand out. */
  highlights: readonly string[];
  /** What is told of keys, if anybody wants to be. */
  keyListener: (() => void) | undefined;
  /** What is to be asked before Ctrl-C leaves, if anybody has said so. */
  leaveQuestion: (() => string | undefined) | undefined;
}

/** What is typed or piped into a {@linkcode recordingScreen}. */
export interface RecordingScreenOptions {
  readonly lines?: readonly string[];
  /** Default true. */
  readonly isInteractive?: boolean;
}

/** A screen that shows nothing to anybody. */
export function recordingScreen(options: RecordingScreenOptions = {}): RecordingScreen {
  const { lines = [], isInteractive = true } = options;
  const events: ChatEvent[] = [];
  const prompts: (readonly (string | undefined)[])[] = [];
  const waiting: { kind: ChatEvent["event"]; resolve(event: ChatEvent): void }[] = [];
  return {
    events,
    next: (kind) => new Promise((resolve) => waiting.push({ kind, resolve })),
    prompts,
    completer: undefined,
    echo: undefined,
    highlights: [],
    keyListener: undefined,
    leaveQuestion: undefined,
    isInteractive,
    show(event) {
      events.push(event);
      const index = waiting.findIndex(({ kind }) => kind === event.event);
      if (index >= 0) waiting.splice(index, 1)[0]?.resolve(event);
      return Promise.resolve();
    },
    async *lines() {
      yield* lines;
    },
    ask: () => Promise.resolve(undefined),
    setPrompt: (...prompt) => void prompts.push(prompt),
    setHighlights(words) {
      this.highlights = words;
    },
    setEcho(echo) {
      this.echo = echo;
    },
    setCompleter(completer) {
      this.completer = completer;
    },
    confirmLeaving(question) {
      this.leaveQuestion = question;
    },
    rememberInput: () => Promise.resolve(),
    setEditor() {},
    editDraft: () => Promise.resolve(false),
    isLent: false,
    onKey(listener) {
      this.keyListener = listener;
    },
    close: () => Promise.resolve(),
  };
}

/** What a program was told by notices and errors. */
export function toldIn(events: readonly ChatEvent[]): string[] {
  return events.flatMap((event) =>
    event.event === "notice" ? [event.text] : event.event === "error" ? [event.message] : []
  );
}

/** A context for commands that remembers what was told. */
export function commandContext(): {
  told: string[];
  tell(text: string): Promise<void>;
  quit(): void;
} {
  const told: string[] = [];
  return { told, tell: (text) => Promise.resolve(void told.push(text)), quit() {} };
}

/** What somebody asked a room for. */
export interface RecordedRequest {
  readonly request: NewRequest;
  /** As it was given; nobody draws one here. */
  readonly id: Uint8Array | undefined;
  /** The line of the input, if it was told. */
  readonly line?: number;
}

/** A room that does not exist: it remembers what it was asked for. */
export class RecordingRoom implements RoomAccess {
  self: Participant = { nick: "me", key: key(100) };
  isHost = false;
  others: readonly Participant[];
  topic: Topic | undefined;
  maxBody = MAX_BODY_SIZE;
  log: Uint8Array = new Uint8Array(LOG_ID_SIZE);
  isConnected = true;
  pending: readonly PendingRequest[] = [];
  readonly requests: RecordedRequest[] = [];
  /** What was asked for of what was said earlier, and what is answered, by default nothing. */
  readonly queries: PastQuery[] = [];
  answer: (query: PastQuery) => PastPage | Promise<PastPage> = () => ({ messages: [], before: 0 });

  constructor(...others: readonly Participant[]) {
    this.others = others;
  }

  request(request: NewRequest, id?: Uint8Array, line?: number): Promise<void> {
    this.requests.push({ request, id, ...(line !== undefined && { line }) });
    return Promise.resolve();
  }

  async readPast(query: PastQuery): Promise<PastPage> {
    this.queries.push(query);
    return await this.answer(query);
  }
}

/** What is written to a standard stream until the end of the block; nothing of it leaves. */
export function capture(stream: "stdout" | "stderr"): {
  readonly text: string;
  [Symbol.dispose](): void;
} {
  const decoder = new TextDecoder();
  let text = "";
  const write = async (bytes: Uint8Array) => {
    const written = decoder.decode(bytes, { stream: true });
    // As with a real one, it takes a while.
    await new Promise((resolve) => setTimeout(resolve, 0));
    text += written;
    return bytes.length;
  };
  Object.defineProperty(Deno[stream], "write", { value: write, configurable: true });
  return {
    get text() {
      return text;
    },
    // The stream's own method stands on its prototype, and shows again.
    [Symbol.dispose]: () => void Reflect.deleteProperty(Deno[stream], "write"),
  };
}

/** A folder that is removed at the end. */
export function temporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const path = Deno.makeTempDirSync({ prefix: "x25519-chat-test-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}
