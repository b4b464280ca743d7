import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { jsonLine } from "../../../lib/terminal/text/json_line.ts";

Deno.test("jsonLine: plain values are as JSON.stringify writes them", () => {
  const value = { text: "Grüße, 漢字 😀 سلام", list: [1, null, true], nested: { empty: {} } };
  assert.equal(jsonLine(value), JSON.stringify(value));
});

Deno.test("jsonLine: nothing invisible or obeyed stands in it as it is", () => {
  const cases = {
    "\x1b[2J": String.raw`"\u001b[2J"`,
    "a\r\nb": String.raw`"a\r\nb"`,
    "\x7f\x85\x9b": String.raw`"\u007f\u0085\u009b"`,
    "\u202e\u2066\u200e\u061c": String.raw`"\u202e\u2066\u200e\u061c"`,
    "\u2028\u2029\ufeff\u00ad": String.raw`"\u2028\u2029\ufeff\u00ad"`,
    "\ud800": String.raw`"\ud800"`,
    "\u{e0041}": String.raw`"\udb40\udc41"`,
    "\u3164\u034f\ufe0f": String.raw`"\u3164\u034f\ufe0f"`,
    "\ue000\uffff": String.raw`"\ue000\uffff"`,
  };
  for (const [text, expected] of Object.entries(cases)) assert.equal(jsonLine(text), expected);
});

Deno.test("jsonLine: keys are escaped as well", () => {
  assert.equal(jsonLine({ "a\u202eb": 1 }), String.raw`{"a\u202eb":1}`);
});

Deno.test("jsonLine: refuses what has no JSON form", () => {
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  for (const value of [undefined, () => {}, Symbol("s"), 1n, cycle]) {
    assert.throws(() => jsonLine(value), TypeError);
  }
});

Deno.test("jsonLine: is one printable line that JSON.parse turns back", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      const line = jsonLine(value);
      assert.doesNotMatch(line, /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      assert.deepEqual(JSON.parse(line), JSON.parse(JSON.stringify(value)));
    }),
  );
});

Deno.test("jsonLine: keeps every UTF-16 code unit, lone surrogates included", () => {
  const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 50 });
  fc.assert(
    fc.property(units, (units) => {
      const text = String.fromCharCode(...units);
      assert.equal(JSON.parse(jsonLine(text)), text);
    }),
  );
});
