import { splitText } from "../chat/mod.ts";
import { type PromptCommand, runCommand } from "./commands.ts";
import type { Screen } from "./screen.ts";

/** What is done with the lines that somebody types or pipes in. */
export interface SpeechOptions {
  readonly screen: Screen;
  /** What can be typed besides texts. */
  readonly commands: readonly PromptCommand[];
  /** Sends one text; resolves when there is room for the next. */
  say(text: string): Promise<void>;
  /** Asked before each line that was typed: why nobody would read it, if so. */
  whyNot?(): string | undefined;
}

/**
 * Sends what is typed or piped in, line by line, until its end.
 *
 * @returns How many lines there were.
 */
export async function speak({ screen, commands, say, whyNot }: SpeechOptions): Promise<number> {
  let count = 0;
  let hasQuit = false;
  const tell = (text: string) => screen.show({ event: "notice", text, important: true });
  for await (const line of screen.lines()) {
    count++;
    let text: string | undefined = line;
    if (screen.isInteractive) {
      text = await runCommand(line, commands, { tell, quit: () => hasQuit = true });
      if (hasQuit) break;
      if (text === undefined || text.trim() === "") continue;
      const reason = whyNot?.();
      if (reason !== undefined) {
        // Not a notice: even whoever wants it quiet must know that nobody will read this.
        await screen.show({ event: "error", code: "not-sent", message: reason });
        continue;
      }
    }
    const pieces = splitText(text);
    if (pieces.length > 1) await tell(`a long line was sent as ${pieces.length} messages`);
    for (const piece of pieces) await say(piece);
  }
  return count;
}
