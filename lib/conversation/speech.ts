import { splitText } from "../chat/wire/text.ts";
import { hex } from "../crypto/mod.ts";
import { ReportedError, UsageError } from "../errors.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import { parseCommandObject } from "./command_object.ts";
import type { CommandContext, PromptCommand } from "./commands/command_table.ts";
import type { Speaker } from "./room/speaker.ts";
import { runNamed, runTyped } from "./run_command.ts";

/** What only one of the programs wants to do about lines. */
export interface SpeechHooks {
  /** Awaited before each text is sent. */
  beforeSaying?(): Promise<void>;
  /** Asked before each line that was typed: why nobody would read it, if so. */
  whyNot?(): string | undefined;
}

/** What is done with the lines that are typed or piped in. */
export interface SpeechOptions extends SpeechHooks {
  readonly screen: Screen;
  readonly speaker: Pick<Speaker, "say" | "maxTextSize">;
  /** What can be typed besides texts. */
  readonly commands: readonly PromptCommand[];
  /** Whether lines may be command objects, in JSON. */
  readonly json: boolean;
  /** Called when a command ends it, with what the others are to read: one line, possibly empty. */
  onQuit?(farewell: string): void;
}

/**
 * Sends what is typed or piped in, line by line, until its end, and carries out the commands in
 * between: those that are typed, and those that are JSON objects.
 *
 * @returns How many lines there were.
 */
export async function speak(options: SpeechOptions): Promise<number> {
  const { screen, commands, json, whyNot, onQuit } = options;
  let count = 0;
  let hasQuit = false;
  for await (const line of screen.lines()) {
    const context: CommandContext = {
      tell: (text) => screen.show({ event: "notice", text, important: true }),
      quit: (farewell = "") => {
        hasQuit = true;
        onQuit?.(farewell);
      },
      line: ++count,
    };
    let text: string | undefined = line;
    if (screen.isInteractive) {
      text = await runTyped(line, commands, context);
    } else if (json) {
      text = await runObject(line, options, context);
    }
    if (hasQuit) break;
    if (text === undefined) continue;
    if (screen.isInteractive) {
      if (text.trim() === "") continue;
      const reason = whyNot?.();
      if (reason !== undefined) {
        await notSent(screen, reason);
        continue;
      }
    }
    await say(text, options, context);
  }
  return count;
}

async function say(
  text: string,
  { screen, speaker, beforeSaying }: SpeechOptions,
  { tell, line }: CommandContext,
): Promise<void> {
  const pieces = splitText(text, speaker.maxTextSize);
  if (pieces.length > 1) await tell(`a long line was sent as ${pieces.length} messages`);
  for (const piece of pieces) {
    await beforeSaying?.();
    try {
      await speaker.say(piece, { line });
    } catch (error) {
      if (!(error instanceof UsageError && error.code === "refused")) throw error;
      return await notSent(screen, error.message);
    }
  }
}

/** Not a notice: with --quiet as well a person must know that nobody will read this. */
function notSent(screen: Screen, message: string): Promise<void> {
  return screen.show({ event: "error", code: "not-sent", message });
}

/** Carries a command object out; any other line is a text. */
async function runObject(
  line: string,
  { screen, commands }: SpeechOptions,
  context: CommandContext,
): Promise<string | undefined> {
  let id: Uint8Array | undefined;
  try {
    const object = parseCommandObject(line);
    if (object === undefined) return line;
    id = object.id;
    await runNamed(object.command, object.given, commands, {
      ...context,
      ...(id !== undefined && { id }),
    });
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    const { code, message } = error;
    await screen.show({ event: "error", code, message, ...(id && { id: hex(id) }) });
  }
  return undefined;
}
