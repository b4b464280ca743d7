import assert from "node:assert/strict";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";
import { sentence } from "../../../lib/terminal/sentences/sentence.ts";
import { errorEvent } from "../../../lib/terminal/events/error_event.ts";
import { NetworkError } from "../../../lib/errors.ts";

const STYLE = { paint: createPaint("none") };

Deno.test("sentences: of one's own key nothing is said but that it is one's own", () => {
  const address = "127.0.0.1:12345";
  for (const nick of ["host", address]) {
    for (const trust of ["new", "known", "invited"] as const) {
      const peer = { nick, fingerprint: "SHA256:a", verified: false };
      const shown = sentence({
        event: "connected",
        peer,
        you: { ...peer, nick: "ann" },
        safetyWords: "",
        trust,
        cipher: "AESCBC",
        protocol: "Noise",
        address,
        kept: false,
      }, STYLE) ?? "";
      assert.match(shown, /^This is your own key\.$/m);
      assert.doesNotMatch(shown, /verif/);
    }
  }
});

Deno.test("sentences: where the words do not fit beside their code, they stand alone", () => {
  const safetyWords = Array.from({ length: 12 }, () => "absorbed").join(" ");
  const peer = { nick: "a".repeat(32), fingerprint: "SHA256:a", verified: false };
  const at = (columns: number) =>
    sentence({ event: "verification", peer, safetyWords }, { ...STYLE, columns })?.split("\n") ??
      [];
  const narrow = at(49);
  assert.ok(narrow.length < 19, `${narrow.length} rows, and the prompt, have to fit 20`);
  assert.equal(narrow.filter((row) => /^ ?\d+ absorbed$/.test(row)).length, 12);
  assert.doesNotMatch(narrow.join(), /[█▀▄]/);
  assert.equal(narrow.at(-1), "A wider window shows them as a QR code, too.");
  assert.match(at(79).join(), /[█▀▄]/);
  assert.doesNotMatch(at(79).join(), /wider/);
});

Deno.test("error event: what ends a handshake may be no chat server, and that is said first", () => {
  const { message } = errorEvent(new NetworkError("handshake-ended", "it ended"));
  assert.match(message, /^it ended; it may be no X25519-TCP-Chat server: check the address and /);
});
