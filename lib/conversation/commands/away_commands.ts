import { UsageError } from "../../errors.ts";
import type { Absence } from "../room/absence.ts";
import type { PromptCommand } from "./command_table.ts";

/** `/away` and `/back`. */
export function awayCommands(absence: Absence): readonly PromptCommand[] {
  return [
    {
      name: "/away",
      group: "talk",
      parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
      help: "tell everybody that you are away; your next line, or /back, ends it",
      examples: ["/away lunch"],
      run: ({ id, line }, { text = "" }) =>
        absence.begin(text.replaceAll(/\s+/g, " ").trim(), { id, line }),
    },
    {
      name: "/back",
      group: "talk",
      help: "tell everybody that you are back",
      run({ id, line }) {
        if (!absence.isAway) throw new UsageError("usage", "you are not away");
        return absence.end({ id, line });
      },
    },
  ];
}
