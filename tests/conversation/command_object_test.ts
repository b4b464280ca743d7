import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { hex } from "../../lib/crypto/mod.ts";
import { UsageError } from "../../lib/errors.ts";
import { parseCommandObject } from "../../lib/conversation/command_object.ts";

const HEX = "00112233445566778899aabbccddeeff";
const ID = Uint8Array.from({ length: 16 }, (_, index) => index * 17);

Deno.test("command objects: a name, its arguments as text, and the id", () => {
  assert.deepEqual(parseCommandObject('{"command":"who"}'), {
    command: "who",
    given: {},
    id: undefined,
  });
  const line = `{ "id": "${HEX}", "command": "slow", "who": "bob", "seconds": 5, "reason": "" }`;
  assert.deepEqual(parseCommandObject(line), {
    command: "slow",
    given: { who: "bob", seconds: "5", reason: "" },
    id: ID,
  });
});

Deno.test("command objects: a text stays as it is, whatever is in it", () => {
  for (
    const text of ["", " two  blanks ", "one\ntwo", '{"command":"quit"}', "\u0000\u202e", "😀"]
  ) {
    const line = JSON.stringify({ command: "say", text });
    assert.deepEqual(parseCommandObject(` \t${line} `)?.given, { text });
  }
});

Deno.test("command objects: a line that is none is a text", () => {
  const lines = [
    "",
    "hello",
    "/who",
    "command",
    "{}",
    "{",
    "{ command: who }",
    "{'command':'who'}",
    '{"comand":"quit"}',
    '{"Command":"quit"}',
    '{"command ":"quit"}',
    '{"command":"quit"',
    '{"command":"quit"}}',
    '{"command":"quit"} {"command":"quit"}',
    '{"command":"quit",}',
    '["command","quit"]',
    '[{"command":"quit"}]',
    '{"x":{"command":"quit"}}',
    '"{\\"command\\":\\"quit\\"}"',
    'x {"command":"quit"}',
    '{"__proto__":{"command":"quit"}}',
    '{"constructor":"quit"}',
    "null",
    "true",
    "17",
    '\ufeff{"command":"quit"}',
    '{"text":"hello"}',
  ];
  for (const line of lines) assert.equal(parseCommandObject(line), undefined, line);
});

Deno.test("command objects: one whose values are of the wrong kind is refused with a sentence", () => {
  const id = `an "id" has 32 hexadecimal digits`;
  const cases: readonly (readonly [line: string, message: string])[] = [
    ['{"command":1}', '"command" must be a string'],
    ['{"command":null}', '"command" must be a string'],
    ['{"command":["quit"]}', '"command" must be a string'],
    ['{"command":{"command":"quit"}}', '"command" must be a string'],
    ['{"command":"msg","to":["bob"]}', '"to" must be a string or a number'],
    ['{"command":"msg","to":{"nick":"bob"}}', '"to" must be a string or a number'],
    ['{"command":"msg","to":null}', '"to" must be a string or a number'],
    ['{"command":"who","now":true}', '"now" must be a string or a number'],
    ['{"command":"who","__proto__":{"text":"x"}}', '"__proto__" must be a string or a number'],
    ['{"command":"who","id":null}', id],
    ['{"command":"who","id":7}', id],
    ['{"command":"who","id":""}', id],
    [`{"command":"who","id":"${HEX.slice(1)}"}`, id],
    [`{"command":"who","id":"${HEX}0"}`, id],
    [`{"command":"who","id":"${HEX.slice(1)}g"}`, id],
    [`{"command":"who","id":"${HEX.slice(1)}\\n"}`, id],
    // There is one way to write each id, so that a program can compare texts.
    [`{"command":"who","id":"${HEX.toUpperCase()}"}`, id],
    [`{"command":"who","id":["${HEX}"]}`, id],
  ];
  for (const [line, message] of cases) {
    assert.throws(() => parseCommandObject(line), (error) => {
      assert.ok(error instanceof UsageError, `${line}: ${error}`);
      assert.deepEqual([error.code, error.message], ["usage", message]);
      return true;
    });
  }
});

Deno.test("command objects: the name of a prototype is a name like any other", () => {
  const object = parseCommandObject('{"command":"who","__proto__":"x","constructor":"y"}');
  assert.ok(object !== undefined);
  // Whoever runs the command finds both, and refuses them.
  assert.deepEqual(Object.keys(object.given), ["__proto__", "constructor"]);
  assert.equal(Object.getPrototypeOf(object.given), Object.prototype);
  assert.equal("x" in {}, false);
});

Deno.test("command objects: long lines and deep nesting are read or passed on, and nothing breaks", () => {
  const size = 300_000;
  const text = "x".repeat(size);
  assert.equal(parseCommandObject(text), undefined);
  assert.equal(parseCommandObject(`{${text}`), undefined);
  assert.equal(parseCommandObject(`{"command":"${text}`), undefined);
  assert.equal(parseCommandObject(" ".repeat(size)), undefined);
  assert.equal(parseCommandObject(`${" ".repeat(size)}{"command":"say"`), undefined);
  assert.equal(parseCommandObject(`{"command":"say","text":"${text}"}`)?.given.text, text);
  const nested = `${"[".repeat(size / 2)}${"]".repeat(size / 2)}`;
  assert.equal(parseCommandObject(`{"comand":${nested}}`), undefined);
  assert.throws(() => parseCommandObject(`{"command":"say","text":${nested}}`), UsageError);
});

Deno.test("command objects: every id arrives as the bytes that its digits stand for", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (id) => {
    const digits = hex(id);
    const object = parseCommandObject(JSON.stringify({ command: "say", text: "x", id: digits }));
    assert.deepEqual(object?.id, id);
  }));
});

Deno.test("command objects: whatever a line is, it is a text, a command or a usage error", () => {
  const lines = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.dictionary(fc.constantFrom("command", "id", "text", "__proto__"), fc.jsonValue())
      .map((object) => JSON.stringify(object)),
  );
  fc.assert(
    fc.property(lines, (line) => {
      try {
        const object = parseCommandObject(line);
        if (object === undefined) return;
        assert.equal(object.command, JSON.parse(line).command);
        for (const value of Object.values(object.given)) assert.equal(typeof value, "string");
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
      }
    }),
  );
});
