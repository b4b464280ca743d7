import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { KeyFormatError } from "../../../lib/identity/keys/key_format_error.ts";
import { decodeSshEd25519, SshReader } from "../../../lib/identity/keys/ssh_wire.ts";
import { fromHex } from "../../support/vectors.ts";
import { assertProblem } from "./key_file_support.ts";
import { sshString, uint32 } from "./openssh_writer.ts";

const CUT = "is damaged: it ends in the middle of a field";

Deno.test("SSH reader: the examples of RFC 4251 §5", () => {
  assert.equal(new SshReader(fromHex("29b7f4aa")).uint32(), 699921578);
  assert.equal(new SshReader(fromHex("0000000774657374696e67")).name(), "testing");
  assert.deepEqual(
    new SshReader(fromHex("0000000774657374696e67")).string(),
    new TextEncoder().encode("testing"),
  );
});

Deno.test("SSH reader: one field after the other, out of the middle of a buffer", () => {
  const memory = fromHex("ffff 00000002 abcd 00000000 fffffffe 01 ffff");
  const reader = new SshReader(memory.subarray(2, -2));
  assert.deepEqual(reader.string(), fromHex("abcd"));
  assert.deepEqual(reader.string(), fromHex(""));
  assert.equal(reader.uint32(), 0xfffffffe);
  assert.equal(reader.remaining, 1);
  assert.throws(() => reader.end(), { message: "is damaged: there are bytes after its end" });
  assert.deepEqual(reader.bytes(1), fromHex("01"));
  reader.end();
});

Deno.test("SSH reader: never past the end", async () => {
  await assertProblem(() => new SshReader(fromHex("000000")).uint32(), "malformed", CUT);
  await assertProblem(() => new SshReader(fromHex("00000003abcd")).string(), "malformed", CUT);
  await assertProblem(() => new SshReader(fromHex("ffffffffabcd")).string(), "malformed", CUT);
  await assertProblem(() => new SshReader(fromHex("")).bytes(1), "malformed", CUT);
  // Nor past the end of a view, where its buffer goes on.
  const view = fromHex("00000001ab").subarray(0, 4);
  await assertProblem(() => new SshReader(view).string(), "malformed", CUT);
});

Deno.test("SSH reader: names are short and printable", async () => {
  assert.equal(new SshReader(sshString("a".repeat(64))).name().length, 64);
  for (const name of ["", "a".repeat(65), "a b", "a\0", "é", "\x1b[2J", "a".repeat(1_000_000)]) {
    const message = "is damaged: it has an invalid name";
    await assertProblem(() => new SshReader(sshString(name)).name(), "malformed", message);
  }
});

Deno.test("SSH reader: any bytes are read to their end, or refused", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
    const reader = new SshReader(bytes);
    try {
      while (reader.remaining > 0) reader.string();
    } catch (error) {
      assert(error instanceof KeyFormatError);
    }
  }));
});

Deno.test("SSH Ed25519 key: as RFC 8709 §4 encodes it", async () => {
  const key = new Uint8Array(32).fill(7);
  const blob = [...sshString("ssh-ed25519"), ...sshString(key)];
  assert.deepEqual(decodeSshEd25519(Uint8Array.from(blob)), key);
  const decode = (...parts: Uint8Array[]) => () =>
    decodeSshEd25519(Uint8Array.from(parts.flatMap((part) => [...part])));
  await assertProblem(
    decode(sshString("ssh-rsa"), sshString(key)),
    "refused",
    "is of type ssh-rsa; only ssh-ed25519 can be converted",
  );
  await assertProblem(
    decode(sshString("ssh-ed25519"), sshString(key.subarray(1))),
    "malformed",
    "has 31 bytes instead of 32",
  );
  await assertProblem(
    decode(sshString("ssh-ed25519"), sshString(key), uint32(0)),
    "malformed",
    "is damaged: there are bytes after its end",
  );
  await assertProblem(decode(sshString("ssh-ed25519")), "malformed", CUT);
});
