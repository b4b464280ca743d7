import { isDumbTerminal } from "../sentences/colour_depth.ts";
import { headlessScreen } from "./headless_screen.ts";
import type { Screen, ScreenOptions } from "./screen.ts";

/**
 * The screen that suits the flags and what standard input and output are connected to. Each is loaded where it is
 * used: on a terminal keys are read by modules of `node:`, and a server without a host needs no sentences.
 */
export async function openScreen(options: ScreenOptions): Promise<Screen> {
  const isTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  if (options.headless && !options.json) return headlessScreen(options);
  if (options.json || !isTerminal) {
    const { jsonScreen, pipeScreen } = await import("./pipe_screen.ts");
    return options.json ? jsonScreen(options) : pipeScreen(options);
  }
  return options.plain || isDumbTerminal()
    ? (await import("./plain_screen.ts")).plainScreen(options)
    : (await import("./prompt_screen.ts")).promptScreen(options);
}
