/**
 * What the tests of the terminal's parts share: keys that can be told apart, and a screen that
 * remembers.
 *
 * @module
 */
import { fingerprint } from "../../lib/identity/mod.ts";
import type { ChatEvent } from "../../lib/terminal/events.ts";
import type { Screen } from "../../lib/terminal/screen.ts";

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
}

/** A screen that shows nothing to anybody. */
export function recordingScreen(): RecordingScreen {
  const events: ChatEvent[] = [];
  return {
    events,
    isInteractive: true,
    show: (event) => Promise.resolve(void events.push(event)),
    async *lines() {},
    ask: () => Promise.resolve(undefined),
    setPrompt() {},
    close: () => Promise.resolve(),
  };
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

/** A folder that is removed at the end. */
export function temporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const path = Deno.makeTempDirSync({ prefix: "x25519-chat-test-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}
