import { UsageError } from "../../errors.ts";
import { type Absence, IS_BACK } from "../room/absence.ts";
import type { PromptCommand } from "./command_table.ts";

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** `/away` and `/back`. */
export function awayCommands(absence: Absence): readonly PromptCommand[] {
  const isEnd = (text: string) => absence.isAway && oneLine(text) === "";
  return [
    {
      name: "/away",
      group: "talk",
      parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
      help: "tell everybody that you are away; your next line, /back or /away ends it",
      details: "Alone it says that you are away, and typed again that you are back.",
      examples: ["/away lunch", "/away"],
      says({ text = "" }) {
        return { text: isEnd(text) ? IS_BACK : absence.words(oneLine(text)), isAction: true };
      },
      run({ id, line }, { text = "" }) {
        return isEnd(text) ? absence.end({ id, line }) : absence.begin(oneLine(text), { id, line });
      },
    },
    {
      name: "/back",
      group: "talk",
      help: "tell everybody that you are back",
      says() {
        if (!absence.isAway) throw new UsageError("usage", "you are not away");
        return { text: IS_BACK, isAction: true };
      },
      run({ id, line }) {
        if (!absence.isAway) throw new UsageError("usage", "you are not away");
        return absence.end({ id, line });
      },
    },
  ];
}
