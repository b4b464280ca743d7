import { errorEvent } from "../terminal/events/error_event.ts";
import { writeAll } from "../terminal/output/output.ts";
import { streamWidth } from "../terminal/output/terminal_size.ts";
import { paintFor } from "../terminal/sentences/paint.ts";
import { sentence } from "../terminal/sentences/sentence.ts";
import { jsonLine } from "../terminal/text/json_line.ts";

/** Says on standard error what went wrong. */
export async function tellError(error: unknown): Promise<void> {
  const event = errorEvent(error);
  const style = { paint: paintFor("stderr"), columns: streamWidth(Deno.stderr) };
  await writeAll(Deno.stderr, `${sentence(event, style)}\n`);
}

/** Says what is wrong with the flags; as JSON, too, if they ask for it. */
export async function tellWrongUsage(error: unknown): Promise<void> {
  await tellError(error);
  if (!Deno.args.includes("--json")) return;
  // Where standard output is what failed, the sentence on standard error has to do.
  await writeAll(Deno.stdout, `${jsonLine(errorEvent(error))}\n`).catch(() => {});
}
