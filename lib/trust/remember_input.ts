import { UsageError } from "../errors.ts";
import { InputHistory } from "../terminal/editing/input_history.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import type { StateFolder } from "./state_folder.ts";

/** The file's name in the folder of what lasts. */
const INPUT_HISTORY = "input_history";

/**
 * Has a person's screen remember what is typed, over runs, as far as files may be kept: else it is
 * remembered until the program ends, and nothing is said. Whatever is wrong with the file is told in one
 * sentence, and the program goes on.
 *
 * @param flags.inputHistory Whether it is wanted.
 */
export async function rememberInput(
  flags: { readonly inputHistory: boolean },
  folder: StateFolder,
  screen: Screen,
): Promise<void> {
  if (!flags.inputHistory || !screen.isInteractive || folder.whyNot !== undefined) return;
  const tell = (text: string) => void screen.show({ event: "notice", text, important: true });
  try {
    // What was typed is nobody else's business.
    const store = await folder.store(INPUT_HISTORY, { secret: true });
    await screen.rememberInput(new InputHistory(store, tell));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tell(`what you type is not remembered: ${error.message}`);
  }
}
