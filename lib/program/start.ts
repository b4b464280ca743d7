/**
 * How a program begins: with its flags, before anything is loaded that only a conversation needs.
 *
 * @module
 */
import { ExitStatus, exitStatus } from "../terminal/events/error_event.ts";
import { hasNoReader, writeOutput } from "../terminal/output/output.ts";
import { type CommonFlags, HelpRequest, type Parsed, TaskRequest } from "./flags/flags.ts";
import { askForPermissions } from "./permissions.ts";

/**
 * The flags of a conversation. Everything else that may be asked for is done here, and ends the program:
 * help, a version, a task, or the sentence that says what is wrong.
 *
 * @param parse Reads the arguments.
 */
export async function readFlags<Flags extends CommonFlags>(
  parse: (args: readonly string[]) => Parsed<Flags>,
): Promise<Flags> {
  try {
    const parsed = parse(Deno.args);
    if (parsed instanceof HelpRequest) {
      await writeOutput(parsed.text);
      Deno.exit(ExitStatus.fine);
    }
    if (parsed instanceof TaskRequest) {
      const { runTask } = await import("./tasks/run_task.ts");
      Deno.exit(await runTask(parsed));
    }
    askForPermissions(parsed);
    return parsed;
  } catch (error) {
    if (hasNoReader(error)) Deno.exit(ExitStatus.interrupted);
    const { tellWrongUsage } = await import("./tell_error.ts");
    await tellWrongUsage(error);
    Deno.exit(exitStatus(error));
  }
}
