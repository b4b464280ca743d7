import assert from "node:assert/strict";
import { highlightCommands } from "../../../lib/conversation/commands/highlight_commands.ts";
import { runTyped } from "../../../lib/conversation/run_command.ts";
import { memoryStore, type TextStore } from "../../../lib/identity/mod.ts";
import { HighlightList } from "../../../lib/terminal/text/highlight_list.ts";
import { commandContext } from "../../support/doubles.ts";

/** What is told of these lines, and which words there are after each. */
async function run(lines: readonly string[], store: TextStore = memoryStore("highlights")) {
  const highlights = await HighlightList.open(store);
  const changes: (readonly string[])[] = [];
  const commands = highlightCommands({ highlights, onChange: (words) => changes.push(words) });
  const context = commandContext();
  for (const line of lines) await runTyped(line, commands, context);
  return { told: context.told, changes };
}

Deno.test("highlight: adds, lists and removes, and says so", async () => {
  const lines = ["/highlight", "/highlight lunch  break", "/highlight", "/unhighlight LUNCH break"];
  const { told, changes } = await run([...lines, "/unhighlight lunch", "/unhighlight"]);
  assert.deepEqual(told, [
    "nothing is highlighted",
    "“lunch break” is highlighted",
    "highlighted: “lunch break”",
    "“LUNCH break” is no longer highlighted",
    "“lunch” is not highlighted",
    "write /unhighlight WORD",
  ]);
  assert.deepEqual(changes, [["lunch break"], []]);
});

Deno.test("highlight: where nothing is saved it holds until the end, and says so", async () => {
  const store = { ...memoryStore("highlights"), isUnsaved: true };
  const { told } = await run(["/highlight lunch"], store);
  assert.deepEqual(told, ["“lunch” is highlighted until you leave"]);
});
