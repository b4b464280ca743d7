import { UsageError } from "../../errors.ts";
import { quoted } from "../../quoted.ts";
import type { HighlightList } from "../../terminal/text/highlight_list.ts";
import type { PromptCommand } from "./command_table.ts";

/** What the commands work with. */
export interface HighlightCommandOptions {
  readonly highlights: HighlightList;
  /** Told of the words whenever they have changed. */
  onChange(words: readonly string[]): void;
}

/** Which words stand out in what others say, and ring as a mention does: `/highlight`, `/unhighlight`. */
export function highlightCommands(options: HighlightCommandOptions): readonly PromptCommand[] {
  const { highlights, onChange } = options;
  return [
    {
      name: "/highlight",
      group: "read",
      parameters: [{ name: "WORD", isOptional: true, isRest: true }],
      help: "make a word stand out, as your name does; without WORD, list them",
      details: "It rings as well, next time too, until you type /unhighlight WORD.",
      examples: ["/highlight lunch", "/highlight"],
      async run({ tell }, { word }) {
        if (word === undefined) {
          const words = highlights.words.map(quoted).join(", ");
          return await tell(words === "" ? "nothing is highlighted" : `highlighted: ${words}`);
        }
        const added = await highlights.add(word);
        onChange(highlights.words);
        const until = highlights.isUnsaved ? " until you leave" : "";
        await tell(`${quoted(added)} is highlighted${until}`);
      },
    },
    {
      name: "/unhighlight",
      group: "read",
      parameters: [{ name: "WORD", isRest: true }],
      help: "stop making a word stand out",
      details: "/highlight alone lists the words that do.",
      examples: ["/unhighlight lunch"],
      async run({ tell }, { word = "" }) {
        const isRemoved = await highlights.remove(word);
        if (!isRemoved) throw new UsageError("usage", `${quoted(word)} is not highlighted`);
        onChange(highlights.words);
        await tell(`${quoted(word)} is no longer highlighted`);
      },
    },
  ];
}
