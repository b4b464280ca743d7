import {
  demandEditor,
  type EditorOptions,
  editText,
} from "../../terminal/prompt/external_editor.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import type { PromptCommand } from "./command_table.ts";

/** `/editor`, which opens the person's own editor for a long text. */
export function editorCommand(screen: Screen, options: EditorOptions): PromptCommand {
  screen.setEditor({
    demand: () => demandEditor(options),
    edit: (draft) => editText(draft, options),
  });
  return {
    name: "/editor",
    group: "talk",
    parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
    help: "write a long text in $VISUAL or $EDITOR; Ctrl-X Ctrl-E opens it for the draft",
    async run({ tell }, { text = "" }) {
      if (await screen.editDraft(text)) return;
      await tell("/editor needs a prompt: not here, with --plain or without a terminal");
    },
  };
}
