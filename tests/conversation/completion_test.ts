import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { commandTable } from "../../lib/conversation/commands/common_commands.ts";
import { complete } from "../../lib/conversation/completion.ts";

const run = () => {};
const COMMANDS = commandTable([
  { name: "/msg", help: "", run },
  { name: "/me", help: "", run },
  { name: "/mute", help: "", run, isOffered: () => false },
]);
const NICKS = ["bob", "Bea", "ada", "Zoë", "山田", "a.b"];

function completions(line: string): [string[], string] {
  return complete(line, COMMANDS, NICKS);
}

Deno.test("completion: a word with a slash at the beginning becomes a command", () => {
  assert.deepEqual(completions("/"), [["/help ", "/msg ", "/me ", "/quit "], "/"]);
  assert.deepEqual(completions("/m"), [["/msg ", "/me "], "/m"]);
  assert.deepEqual(completions("/msg"), [["/msg "], "/msg"]);
  assert.deepEqual(completions(" /msg"), [["/msg "], "/msg"], "a blank keeps it from the history");
  assert.deepEqual(completions("x /msg"), [[], "/msg"]);
  assert.deepEqual(completions("/x"), [[], "/x"]);
  assert.deepEqual(completions("/MS"), [["/msg "], "/MS"], "names of commands have small letters");
  assert.deepEqual(completions("//m"), [[], "//m"], "two slashes begin a text");
});

Deno.test("completion: a command that is not offered is not completed", () => {
  assert.deepEqual(completions("/mu"), [[], "/mu"]);
});

Deno.test("completion: a name that begins the line gets a colon", () => {
  assert.deepEqual(completions("bo"), [["bob: "], "bo"]);
  assert.deepEqual(completions("b"), [["Bea: ", "bob: "], "b"]);
  assert.deepEqual(completions("bob"), [["bob: "], "bob"]);
  assert.deepEqual(completions("bob:"), [[], "bob:"]);
});

Deno.test("completion: a name elsewhere gets a blank", () => {
  for (const start of ["/msg ", "hello ", "bob: ", "/msg\t", "one\ntwo ", "  "]) {
    assert.deepEqual(completions(`${start}ad`), [["ada "], "ad"], JSON.stringify(start));
  }
});

Deno.test("completion: behind a command every name fits", () => {
  const all = ["Bea ", "Zoë ", "a.b ", "ada ", "bob ", "山田 "];
  assert.deepEqual(completions("/msg "), [all, ""]);
});

Deno.test("completion: without a word there is nothing to complete", () => {
  for (const line of ["", " ", "hello ", "bob: "]) assert.deepEqual(completions(line), [[], ""]);
});

Deno.test("completion: an @ stays in front of a name, wherever it stands", () => {
  assert.deepEqual(completions("@bo"), [["@bob "], "@bo"]);
  assert.deepEqual(completions("hello @B"), [["@Bea ", "@bob "], "@B"]);
  assert.deepEqual(completions("@").at(0)?.length, NICKS.length);
  assert.deepEqual(completions("a@bo"), [[], "a@bo"]);
});

Deno.test("completion: a name fits in capitals or small letters, however they are written", () => {
  assert.deepEqual(completions("BO"), [["bob: "], "BO"]);
  assert.deepEqual(completions("zo"), [["Zoë: "], "zo"]);
  assert.deepEqual(completions("ZOE\u0308"), [["Zoë: "], "ZOE\u0308"]);
  assert.deepEqual(completions("山"), [["山田: "], "山"]);
});

Deno.test("completion: what stands in a name is no pattern", () => {
  assert.deepEqual(completions("a."), [["a.b: "], "a."]);
  for (const word of ["a*", "(", "[", "\\", "^b"]) assert.deepEqual(completions(word), [[], word]);
});

Deno.test("completion: in an empty room there is nobody to name", () => {
  assert.deepEqual(complete("bo", COMMANDS, []), [[], "bo"]);
  assert.deepEqual(complete("/msg ", COMMANDS, []), [[], ""]);
});

Deno.test("completion: what is replaced is the end of the line, and what replaces it fits", () => {
  const pieces = fc.constantFrom("/", "/m", "b", "B", "@", " ", "\n", "Zo", "msg", ":");
  const lines = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join("")),
  );
  fc.assert(fc.property(lines, (line) => {
    const [candidates, replaced] = completions(line);
    assert.ok(line.endsWith(replaced));
    assert.doesNotMatch(replaced, /\s/u);
    for (const candidate of candidates) {
      assert.ok(candidate.toLowerCase().startsWith(replaced.normalize("NFKC").toLowerCase()));
      assert.ok(candidate.endsWith(" "));
    }
  }));
});
