import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { UsageError } from "../../lib/errors.ts";
import { parsePattern, type Token } from "../../lib/noise/mod.ts";
import { ALL_PATTERNS, derivePattern } from "./derivation.ts";

const isUnknown = (error: unknown) =>
  error instanceof UsageError && error.message.startsWith("unknown Noise handshake pattern");

const lines = (name: string) => parsePattern(name).messages.map((tokens) => tokens.join(" "));

Deno.test("parsePattern: all 38 patterns are what the derivation rules of Noise §18.3 give", () => {
  assert.equal(ALL_PATTERNS.length, 3 + 12 + 23);
  for (const name of ALL_PATTERNS) {
    assert.deepEqual(parsePattern(name), { name, ...derivePattern(name) }, name);
  }
});

Deno.test("parsePattern: XX, IK and X1X1 as Noise §7.5 and §18.1 print them", () => {
  assert.deepEqual(lines("XX"), ["e", "e ee s es", "s se"]);
  assert.deepEqual(lines("IK"), ["e es s ss", "e ee se"]);
  assert.deepEqual(parsePattern("IK").responderPreMessage, ["s"]);
  assert.deepEqual(parsePattern("IK").initiatorPreMessage, []);
  assert.deepEqual(lines("X1X1"), ["e", "e ee s", "es s", "se"]);
});

Deno.test("parsePattern: psk0 stands first, pskN last in message N, and no further (Noise §9.4)", () => {
  for (const name of ALL_PATTERNS) {
    const { messages } = parsePattern(name);
    for (let position = 0; position <= messages.length; position++) {
      const expected: Token[][] = messages.map((tokens) => [...tokens]);
      if (position === 0) expected[0].unshift("psk");
      else expected[position - 1].push("psk");
      assert.deepEqual(parsePattern(`${name}psk${position}`).messages, expected);
    }
    assert.throws(() => parsePattern(`${name}psk${messages.length + 1}`), isUnknown);
  }
});

Deno.test("parsePattern: several modifiers", () => {
  assert.deepEqual(lines("XXhfs+psk3"), ["e e1", "e ee ekem1 s es", "s se psk"]);
  assert.deepEqual(lines("XXpsk3+hfs"), ["e e1", "e ee ekem1 s es", "s se psk"]);
  assert.deepEqual(lines("XXpsk0+psk3"), ["psk e", "e ee s es", "s se psk"]);
  assert.deepEqual(lines("NNpsk0+psk1+psk2"), ["psk e psk", "e ee psk"]);
  assert.deepEqual(lines("NNhfs+psk0"), ["psk e e1", "e ee ekem1"]);
  assert.equal(parsePattern("XXhfs+psk3").name, "XXhfs+psk3");
});

Deno.test("parsePattern: hfs, as its specification's §5 says, for every fundamental pattern", () => {
  // Its table has KKhfs as `e e1 es ss` and INhfs without `ee`, against its own text; here, and in
  // other implementations, the text counts.
  const expected: Readonly<Record<string, readonly string[]>> = {
    NN: ["e e1", "e ee ekem1"],
    NK: ["e es e1", "e ee ekem1"],
    NX: ["e e1", "e ee ekem1 s es"],
    XN: ["e e1", "e ee ekem1", "s se"],
    XK: ["e es e1", "e ee ekem1", "s se"],
    XX: ["e e1", "e ee ekem1 s es", "s se"],
    KN: ["e e1", "e ee ekem1 se"],
    KK: ["e es e1 ss", "e ee ekem1 se"],
    KX: ["e e1", "e ee ekem1 se s es"],
    IN: ["e e1 s", "e ee ekem1 se"],
    IK: ["e es e1 s ss", "e ee ekem1 se"],
    IX: ["e e1 s", "e ee ekem1 se s es"],
  };
  for (const [name, messages] of Object.entries(expected)) {
    assert.deepEqual(lines(`${name}hfs`), messages, name);
  }
});

Deno.test("parsePattern refuses hfs for one-way patterns: nobody answers with a ciphertext", () => {
  for (const name of ["Nhfs", "Khfs", "Xhfs", "Nhfs+psk0", "Npsk0+hfs"]) {
    assert.throws(() => parsePattern(name), isUnknown, name);
  }
});

Deno.test("parsePattern refuses what it does not know", () => {
  const names = [
    ...["", " ", "x", "xx", "A", "XXX", "XX2", "X2X", "1XX", "XX ", " XX", "XX\n", "XX1X", "NI"],
    ...["XXpsk4", "Npsk9", "XXpsk", "XXpsk03", "XXpsk-1", "XXpsk1.0", "XXpsk1e0", "XXpsk99999"],
    ...["XXfoo", "XXHFS", "XXhfspsk3", "XXpsk3hfs", "XX+psk3", "XXpsk3+", "XXpsk3++hfs", "XX+"],
    ...["XXfallback", "XXpsk3+foo", "XXhfs+hfs", "XXpsk3+psk3", "XXhfs+psk3+hfs", "XXpsk 3"],
    ...["toString", "__proto__", "constructor", "hasOwnProperty", "XX__proto__", "XXtoString"],
  ];
  for (const name of names) assert.throws(() => parsePattern(name), isUnknown, name);
});

Deno.test("parsePattern: any string is a pattern of that name or a UsageError", () => {
  const piece = fc.constantFrom(...ALL_PATTERNS, "hfs", "psk0", "psk3", "+", "psk", "1");
  const name = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join("")),
  );
  fc.assert(fc.property(name, (text) => {
    try {
      const pattern = parsePattern(text);
      assert.equal(pattern.name, text);
      assert.ok(ALL_PATTERNS.some((base) => text.startsWith(base)));
    } catch (error) {
      if (!isUnknown(error)) throw error;
    }
  }));
});

Deno.test("parsePattern: what it gives is the caller's own", () => {
  const { messages } = parsePattern("XX");
  (messages[0] as Token[]).push("psk");
  assert.deepEqual(lines("XX"), ["e", "e ee s es", "s se"]);
});
