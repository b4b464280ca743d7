import { isDumbTerminal } from "../sentences/colour_depth.ts";
import { headlessScreen } from "./headless_screen.ts";
import { jsonScreen, pipeScreen } from "./pipe_screen.ts";
import type { Screen, ScreenOptions } from "./screen.ts";

/**
 * The screen that suits the flags and what standard input and output are connected to. Those for a terminal are
 * loaded where there is one: keys are read by modules of `node:`.
 */
export async function openScreen(options: ScreenOptions): Promise<Screen> {
  if (options.json) return jsonScreen(options);
  if (options.headless) return headlessScreen(options);
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return pipeScreen(options);
  return options.plain || isDumbTerminal()
    ? (await import("./plain_screen.ts")).plainScreen(options)
    : (await import("./prompt_screen.ts")).promptScreen(options);
}
