import { isDumbTerminal } from "../sentences/colour_depth.ts";
import { headlessScreen } from "./headless_screen.ts";
import { jsonScreen, pipeScreen } from "./pipe_screen.ts";
import { plainScreen } from "./plain_screen.ts";
import { promptScreen } from "./prompt_screen.ts";
import type { Screen, ScreenOptions } from "./screen.ts";

/** The screen that suits the flags and what standard input and output are connected to. */
export function openScreen(options: ScreenOptions): Screen {
  if (options.json) return jsonScreen(options);
  if (options.headless) return headlessScreen(options);
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return pipeScreen(options);
  return options.plain || isDumbTerminal() ? plainScreen(options) : promptScreen(options);
}
