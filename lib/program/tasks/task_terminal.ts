import { ExitStatus } from "../../terminal/events/error_event.ts";
import { writeAll, writeOutput } from "../../terminal/output/output.ts";
import { Prompt } from "../../terminal/prompt/prompt.ts";
import { jsonLine } from "../../terminal/text/json_line.ts";
import { sanitiseText } from "../../terminal/text/sanitise.ts";
import type { AskSecret } from "../../trust/own_identity.ts";
import type { CommonFlags } from "../flags/flags.ts";

/** Asks for a secret on the terminal; Ctrl-C and Ctrl-D end the program. */
export const askSecret: AskSecret = async (question) => {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return undefined;
  prompt ??= new Prompt({ prompt: "" });
  const answer = await prompt.ask(`${sanitiseText(question)} `, { hidden: true });
  if (answer !== undefined) return answer;
  // Ctrl-C or Ctrl-D: nothing has been changed yet.
  await closePrompt();
  Deno.exit(ExitStatus.interrupted);
};

/** One for all questions: Deno before 2.6 loses what is typed just after one is closed. */
let prompt: Prompt | undefined;

/** Gives the terminal back, before anything else is written to it. */
export async function closePrompt(): Promise<void> {
  await prompt?.close();
  prompt = undefined;
}

/** Prints a text, or a notice in JSON if the flags say so, on standard output. */
export async function print(text: string, flags?: CommonFlags): Promise<void> {
  await closePrompt();
  const line = flags?.json ? jsonLine({ event: "notice", text }) : sanitiseText(text);
  await writeOutput(`${line}\n`);
}

/** Tells something besides what was asked for, on standard error. */
export async function tellAside(text: string): Promise<void> {
  await closePrompt();
  await writeAll(Deno.stderr, `${sanitiseText(text)}\n`);
}
