import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { encodePem, parsePem } from "../../../lib/identity/keys/pem.ts";
import { assertProblem } from "./key_file_support.ts";

const BEGIN = "-----BEGIN PRIVATE KEY-----";
const END = "-----END PRIVATE KEY-----";
const BYTES = new TextEncoder().encode("foobar");

/** The blocks of a text with all that there is to know of them. */
function parsed(text: string) {
  return parsePem(text).map((block) => ({ ...block, decode: block.decode() }));
}

const BLOCK = { label: "PRIVATE KEY", line: 1, decode: BYTES };

Deno.test("PEM: a block as RFC 7468 writes it", () => {
  const text = encodePem("PRIVATE KEY", new Uint8Array(50));
  assert.equal(text, `${BEGIN}\n${"A".repeat(64)}\nAAA=\n${END}\n`);
  assert.equal(encodePem("X", BYTES), "-----BEGIN X-----\nZm9vYmFy\n-----END X-----\n");
});

Deno.test("PEM: what is written is read", () => {
  const contents = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(fc.property(contents, fc.constantFrom("PRIVATE KEY", "X509 CRL"), (bytes, label) => {
    assert.deepEqual(parsed(encodePem(label, bytes)), [{ label, line: 1, decode: bytes }]);
  }));
});

Deno.test("PEM: every kind of line end, white space behind lines, and no last line end", () => {
  for (const end of ["\n", "\r\n", "\r", " \t\n"]) {
    assert.deepEqual(parsed([BEGIN, "Zm9v", "YmFy", END, ""].join(end)), [BLOCK]);
  }
  assert.deepEqual(parsed(`${BEGIN}\nZm9vYmFy\n${END}`), [BLOCK]);
});

Deno.test("PEM: text around a block is passed over, and lines are counted", () => {
  const text = `\uFEFFmy key\n-- \n-----\n${BEGIN}\nZm9vYmFy\n${END}\npriv:\n    00:01\n`;
  assert.deepEqual(parsed(text), [{ ...BLOCK, line: 4 }]);
});

Deno.test("PEM: several blocks, in order", () => {
  const blocks = parsed(`${encodePem("A", BYTES)}text\n${encodePem("B 2", BYTES)}`);
  assert.deepEqual(blocks, [
    { label: "A", line: 1, decode: BYTES },
    { label: "B 2", line: 5, decode: BYTES },
  ]);
});

const MALFORMED: readonly (readonly [what: string, text: string, message: string])[] = [
  ["nothing", "", "has no line -----BEGIN … PRIVATE KEY-----"],
  ["no BEGIN", "hello\n-----BEGI", "has no line -----BEGIN … PRIVATE KEY-----"],
  ["no END", `\n${BEGIN}\nZm9v\n`, "is cut short: what begins in line 2 has no END"],
  ["half an END", `${BEGIN}\nZm9v\n-----EN`, "is cut short: what begins in line 1 has no END"],
  [
    "a BEGIN before the END",
    `${BEGIN}\nZm9v\n${BEGIN}\nZm9v\n${END}`,
    "is cut short: what begins in line 1 has no END",
  ],
  ["a damaged BEGIN", "\n-----BEGIN PRIVATE KEY---\n", "has a damaged BEGIN or END in line 2"],
  ["text behind a BEGIN", `${BEGIN} Zm9v\n${END}`, "has a damaged BEGIN or END in line 1"],
  ["no label", "-----BEGIN -----\n", "has a damaged BEGIN or END in line 1"],
  ["a damaged END", `${BEGIN}\nZm9v\n${END.slice(0, -1)}`, "has a damaged BEGIN or END in line 3"],
  ["an END alone", `hello\n${END}\n`, "has an END without a BEGIN in line 2"],
  [
    "another label at the END",
    `${BEGIN}\nZm9v\n-----END PUBLIC KEY-----\n`,
    "is damaged: PRIVATE KEY begins in line 1 and PUBLIC KEY ends in line 3",
  ],
  ["nothing in between", `${BEGIN}\n${END}\n`, "is empty: it ends in line 2"],
  ["a foreign character", `${BEGIN}\nZm9v\nYm?y\n${END}`, "has bad base64 in line 3"],
  ["an empty line", `${BEGIN}\nZm9v\n\nYmFy\n${END}`, "has bad base64 in line 3"],
  ["white space in front", `${BEGIN}\n Zm9v\n${END}`, "has bad base64 in line 2"],
  ["a header", `${BEGIN}\nProc-Type: 4,ENCRYPTED\nZm9v\n${END}`, "has bad base64 in line 2"],
  ["padding before the end", `${BEGIN}\nZg==\nZg==\n${END}`, "has bad base64 in line 2"],
  ["bits behind the last byte", `${BEGIN}\nZm9v\nZh==\n${END}`, "has bad base64 in line 3"],
  [
    "a lost character",
    `${BEGIN}\nZm9\nYmFy\n${END}`,
    "lacks characters of its base64 in lines 2 to 3",
  ],
  ["lost padding", `${BEGIN}\nZg\n${END}`, "lacks characters of its base64 in lines 2 to 2"],
];

for (const [what, text, message] of MALFORMED) {
  Deno.test(`PEM: refused for ${what}`, async () => {
    await assertProblem(() => parsed(text), "malformed", message);
  });
}

Deno.test("PEM: every truncation is refused", async () => {
  const text = encodePem("PRIVATE KEY", new Uint8Array(100));
  for (let length = 0; length < text.length - 1; length++) {
    await assertProblem(() => parsed(text.slice(0, length)), "malformed", /./);
  }
});

Deno.test("PEM: of a long text, too, it is said what is wrong", async () => {
  const size = 1_000_000;
  for (const filler of ["A", "=", " ", "-", "\n", "-----BEGIN A-----\n", "-----BEGIN A B"]) {
    const text = filler.repeat(size / filler.length);
    await assertProblem(() => parsed(text), "malformed", /./);
    await assertProblem(() => parsed(`${BEGIN}\n${text}?\n${END}`), "malformed", /./);
  }
});
