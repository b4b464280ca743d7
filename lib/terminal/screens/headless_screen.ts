import { Output } from "../output/output.ts";
import type { ChatEvent } from "../events/events.ts";
import { streamWidth } from "../output/terminal_size.ts";
import { NOBODY_TYPES } from "./nobody_types.ts";
import type { Screen, ScreenOptions } from "./screen.ts";

/**
 * For a server without a host, whose log tells what happens: shows only the invitation that was asked
 * for, on standard output, and what made the program end, on standard error.
 */
export function headlessScreen(options: Pick<ScreenOptions, "onOutputFailure">): Screen {
  const output = new Output(Deno.stdout, (error) => options.onOutputFailure(error));
  const errorOutput = new Output(Deno.stderr);
  const write = async (event: ChatEvent, target: Output) => {
    const columns = target === errorOutput ? streamWidth(Deno.stderr) : Infinity;
    const { createPaint } = await import("../sentences/paint.ts");
    const { sentence } = await import("../sentences/sentence.ts");
    await target.write(`${sentence(event, { paint: createPaint("none"), columns })}\n`);
  };
  /** All that is being shown. */
  let shown = Promise.resolve();
  return {
    ...NOBODY_TYPES,
    async show(event) {
      const target = event.event === "error"
        ? errorOutput
        : event.event === "invitation"
        ? output
        : undefined;
      if (target === undefined) return;
      const writing = write(event, target);
      shown = Promise.allSettled([shown, writing]).then(() => {});
      await writing;
    },
    async *lines() {},
    async close() {
      await shown;
      await output.flush();
      await errorOutput.flush();
    },
  };
}
