import assert from "node:assert/strict";
import { encodeText, type UnansweredRequest } from "../../lib/chat/mod.ts";
import { InputLines } from "../../lib/client/input_lines.ts";

/** Requests that came from these lines; `undefined` for one that was asked for otherwise. */
function requests(...lines: readonly (number | undefined)[]): UnansweredRequest[] {
  return lines.map((line) => ({
    id: new Uint8Array(16),
    request: { type: "send", body: encodeText("x") },
    bytes: new Uint8Array(),
    time: 0,
    line,
    wasSent: true,
  }));
}

function read(upTo: number): InputLines {
  const lines = new InputLines();
  for (let line = 1; line <= upTo; line++) lines.read(line);
  return lines;
}

Deno.test("input lines: nothing is missing where all is confirmed", () => {
  assert.equal(read(0).missing([], true), undefined);
  assert.equal(read(3).missing([], true), undefined);
  assert.equal(read(3).missing(requests(undefined), true), undefined);
});

Deno.test("input lines: the first one that is not confirmed is named, and how many follow", () => {
  assert.equal(
    read(20).missing(requests(17), true),
    "line 17 of the input was not confirmed",
  );
  // One line may be several messages.
  assert.equal(
    read(30).missing(requests(17, 17, 19, 25, undefined), true),
    "line 17 of the input was not confirmed, nor 2 after it",
  );
});

Deno.test("input lines: what was refused, or given up, is not confirmed either", () => {
  const lines = read(9);
  lines.fail(4);
  lines.fail(4);
  lines.fail(7);
  assert.equal(lines.missing([], true), "line 4 of the input was not confirmed, nor 1 after it");
  assert.equal(
    lines.missing(requests(2, 7, 9), true),
    "line 2 of the input was not confirmed, nor 3 after it",
  );
});

Deno.test("input lines: input that was not read to its end is missing as well", () => {
  assert.equal(read(0).missing([], false), undefined, "there may be none");
  assert.equal(read(5).missing([], false), "what follows line 5 of the input was not read");
  assert.equal(
    read(5).missing(requests(4, 5), false),
    "line 4 of the input was not confirmed, nor 1 after it; the rest was not read",
  );
});
