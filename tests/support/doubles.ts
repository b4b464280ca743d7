/**
 * What the tests of the terminal's parts share: keys that can be told apart, a screen and a room that
 * remember, and standard output without anybody who reads it.
 *
 * @module
 */
import { MAX_BODY_SIZE, type Participant, type Topic } from "../../lib/chat/mod.ts";
import { fingerprint } from "../../lib/identity/mod.ts";
import type { ChatEvent } from "../../lib/terminal/events/events.ts";
import type { RoomAccess } from "../../lib/conversation/commands/room_access.ts";
import type { Completer } from "../../lib/terminal/prompt/line_editor.ts";
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
  /** What stood in front of what is typed, each time that it was set. */
  readonly prompts: (readonly (string | undefined)[])[];
  /** What the Tab key does, if anybody has said so. */
  completer: Completer | undefined;
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
  return {
    events,
    prompts,
    completer: undefined,
    isInteractive,
    show: (event) => Promise.resolve(void events.push(event)),
    async *lines() {
      yield* lines;
    },
    ask: () => Promise.resolve(undefined),
    setPrompt: (...prompt) => void prompts.push(prompt),
    setCompleter(completer) {
      this.completer = completer;
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
  readonly request: Parameters<RoomAccess["request"]>[0];
  /** As it was given; nobody draws one here. */
  readonly id: Uint8Array | undefined;
}

/** A room that does not exist: it remembers what it was asked for. */
export class RecordingRoom implements RoomAccess {
  self: Participant = { nick: "me", key: key(100) };
  others: readonly Participant[];
  topic: Topic | undefined;
  maxBody = MAX_BODY_SIZE;
  readonly requests: RecordedRequest[] = [];

  constructor(...others: readonly Participant[]) {
    this.others = others;
  }

  request(request: RecordedRequest["request"], id?: Uint8Array): Promise<void> {
    this.requests.push({ request, id });
    return Promise.resolve();
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
