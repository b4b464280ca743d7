import { Output } from "../output/output.ts";
import { streamWidth } from "../output/terminal_size.ts";
import { Narrator } from "../sentences/narrator.ts";
import { createPaint, paintFor } from "../sentences/paint.ts";
import { sentence } from "../sentences/sentence.ts";
import { timestamp } from "../text/dates.ts";
import { jsonLine } from "../text/json_line.ts";
import { readLines } from "../text/read_lines.ts";
import { NOBODY_TYPES } from "./nobody_types.ts";
import type { Screen, ScreenOptions } from "./screen.ts";

/**
 * What people say on standard output, everything else on standard error. Each may be a terminal, on
 * which nobody's words begin a row by themselves.
 */
export function pipeScreen(options: ScreenOptions): Screen {
  const { plain, quiet, timestamps = "off" } = options;
  const output = new Output(Deno.stdout, (error) => options.onOutputFailure(error));
  const errorOutput = new Output(Deno.stderr);
  const messageStyle = {
    paint: plain ? createPaint("none") : paintFor("stdout"),
    plain,
    timestamp: timestamp(timestamps),
  };
  const otherStyle = { paint: plain ? createPaint("none") : paintFor("stderr"), plain };
  const narrator = new Narrator({
    quiet,
    style: (isMessage) =>
      isMessage
        ? { ...messageStyle, columns: streamWidth(Deno.stdout) }
        : { ...otherStyle, columns: streamWidth(Deno.stderr) },
    write: (text, isMessage) => (isMessage ? output : errorOutput).write(`${text}\n`),
  });
  return {
    ...NOBODY_TYPES,
    lines: () => readLines(Deno.stdin.readable),
    show: (event) => narrator.tell(event),
    async close() {
      await narrator.flush();
      await output.flush();
      await errorOutput.flush();
    },
  };
}

/** Every event as a line of JSON on standard output; errors on standard error as well. */
export function jsonScreen(options: ScreenOptions): Screen {
  const output = new Output(Deno.stdout, (error) => options.onOutputFailure(error));
  const errorOutput = new Output(Deno.stderr);
  const style = { paint: options.plain ? createPaint("none") : paintFor("stderr") };
  return {
    ...NOBODY_TYPES,
    lines: () => readLines(Deno.stdin.readable),
    async show(event) {
      if (event.event === "error") {
        const columns = streamWidth(Deno.stderr);
        await errorOutput.write(`${sentence(event, { ...style, columns })}\n`);
      }
      await output.write(`${jsonLine(event)}\n`);
    },
    async close() {
      await output.flush();
      await errorOutput.flush();
    },
  };
}
