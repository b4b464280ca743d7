import assert from "node:assert/strict";
import type { PromptCommand } from "../../lib/conversation/commands/command_table.ts";
import { saidBy } from "../../lib/conversation/run_command.ts";
import { UsageError } from "../../lib/errors.ts";

const COMMANDS: readonly PromptCommand[] = [
  {
    name: "/me",
    parameters: [{ name: "TEXT", isRest: true }],
    help: "",
    says: ({ text = "" }) => ({ text, isAction: true }),
    run() {},
  },
  { name: "/who", help: "", run() {} },
];

const LINES: readonly (readonly [line: string, said: unknown])[] = [
  ["hello", { text: "hello" }],
  ["//slash", { text: "/slash" }],
  ["/me waves", { text: "waves", isAction: true }],
  ["/me one\ntwo", { text: "one\ntwo", isAction: true }],
  // A text of several lines is a command only if there is one of that name, and stays as it is.
  ["/usr/bin\n/etc", { text: "/usr/bin\n/etc" }],
  ["//one\ntwo", { text: "//one\ntwo" }],
  ["/ME waves", { text: "waves", isAction: true }],
  // Blanks in front of a line keep it from being remembered, and nothing else.
  [" /me waves", { text: "waves", isAction: true }],
  ["\t\u3000/me waves", { text: "waves", isAction: true }],
  [" /me one\ntwo", { text: "one\ntwo", isAction: true }],
  [" //slash", { text: " /slash" }],
  ["  /usr/bin\n/etc", { text: "  /usr/bin\n/etc" }],
  ["\n/me waves", { text: "\n/me waves" }],
  [" /who", undefined],
  // What only this side sees, or cannot be done.
  ["/who", undefined],
  ["/me", undefined],
  ["/nonsense", undefined],
];

for (const [line, said] of LINES) {
  Deno.test(`said by: ${JSON.stringify(line)}`, () => {
    assert.deepEqual(saidBy(line, COMMANDS, (text) => ({ text })), said);
  });
}

Deno.test("said by: nothing, if the one to whom it would go is not here", () => {
  const nobody = () => {
    throw new UsageError("refused", "bob has left");
  };
  assert.equal(saidBy("hello", COMMANDS, nobody), undefined);
});
