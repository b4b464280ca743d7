import assert from "node:assert/strict";
import { hkdfSync } from "node:crypto";
import fc from "npm:fast-check@4.10.2";
import { UsageError } from "../../../lib/errors.ts";
import {
  formatInvitation,
  type Invitation,
  invitationPreSharedKey,
  looksLikeInvitation,
  parseInvitation,
} from "../../../lib/identity/mod.ts";

const INVITATION: fc.Arbitrary<Invitation> = fc.record({
  address: fc.constantFrom("127.0.0.1:12345", "chat.example.org:1", "[2001:db8::1]:65535"),
  serverKey: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => {
    // The top bit of a canonical key is 0.
    key[31] &= 0x3f;
    return key;
  }),
  secret: fc.uint8Array({ minLength: 16, maxLength: 16 }),
}, { noNullPrototype: true });

const PAYLOAD_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function isMistyped(error: unknown): boolean {
  return error instanceof UsageError && error.code === "bad-invitation" &&
    error.message.includes("mistyped");
}

Deno.test("an invitation is read as it was written", () => {
  fc.assert(fc.property(INVITATION, (invitation) => {
    const line = formatInvitation(invitation);
    assert.match(line, /^x25519-chat:\/\/[0-9a-z.:[\]]+\/[A-Za-z0-9_-]{71}$/);
    assert.ok(looksLikeInvitation(line));
    assert.deepEqual(parseInvitation(line), invitation);
    assert.deepEqual(parseInvitation(`  <${line}>\n`), invitation);
    assert.deepEqual(parseInvitation(`${line}/`), invitation);
  }));
});

Deno.test("it is a URL, so it may be pasted where one goes", () => {
  fc.assert(fc.property(INVITATION, (invitation) => {
    const line = formatInvitation(invitation);
    assert.equal(new URL(line).href, line);
  }));
});

Deno.test("a character that is changed, left out or doubled is noticed", () => {
  fc.assert(fc.property(INVITATION, fc.nat(), fc.nat(63), (invitation, place, choice) => {
    const line = formatInvitation(invitation);
    const start = line.lastIndexOf("/") + 1;
    const at = start + place % (line.length - start);
    const other = PAYLOAD_CHARACTERS[choice];
    if (other !== line[at]) {
      assert.throws(
        () => parseInvitation(line.slice(0, at) + other + line.slice(at + 1)),
        isMistyped,
      );
    }
    assert.throws(() => parseInvitation(line.slice(0, at) + line.slice(at + 1)), isMistyped);
    assert.throws(() => parseInvitation(line.slice(0, at) + line[at] + line.slice(at)), isMistyped);
  }));
});

Deno.test("an address that is mistyped is noticed, its upper case is not", () => {
  const invitation = {
    address: "chat.example.org:12345",
    serverKey: new Uint8Array(32).fill(1),
    secret: new Uint8Array(16).fill(2),
  };
  const line = formatInvitation(invitation);
  for (const wrong of ["chat.example.com:12345", "chat.example.org:12346", "chat.example.org"]) {
    assert.throws(() => parseInvitation(line.replace(invitation.address, wrong)), isMistyped);
  }
  assert.deepEqual(parseInvitation(line.replace("chat.example", "Chat.EXAMPLE")), invitation);
});

Deno.test("one that was cut short anywhere is noticed", () => {
  const line = formatInvitation({
    address: "127.0.0.1:12345",
    serverKey: new Uint8Array(32).fill(0xfe),
    secret: new Uint8Array(16).fill(0xdc),
  });
  for (let length = 0; length < line.length; length++) {
    assert.throws(() => parseInvitation(line.slice(0, length)), isMistyped, `${length}`);
  }
});

Deno.test("whatever is read is an invitation or a clear error, without the secret", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string().map((text) => `x25519-chat://${text}`),
    fc.string().map((text) => `x25519-chat://127.0.0.1:1/${text}`),
  );
  fc.assert(fc.property(anything, (text) => {
    assert.throws(() => parseInvitation(text), (error) => {
      assert.ok(error instanceof UsageError && error.code === "bad-invitation");
      assert.ok(text.length < 12 || !error.message.includes(text));
      return true;
    });
  }));
});

Deno.test("the pre-shared key is HKDF-SHA-256 with the server's key as salt", () => {
  fc.assert(fc.property(INVITATION, (invitation) => {
    const { serverKey, secret } = invitation;
    const expected = hkdfSync("sha256", secret, serverKey, "X25519-TCP-Chat invitation", 32);
    assert.deepEqual(invitationPreSharedKey(invitation), new Uint8Array(expected));
  }));
});
