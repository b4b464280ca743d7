import assert from "node:assert/strict";
import { ed25519 } from "npm:@noble/curves@2.4.0/ed25519.js";
import fc from "npm:fast-check@4.10.2";
import { concat, x25519KeyPair } from "../../../lib/crypto/mod.ts";
import { encodeBase64 } from "../../../lib/identity/base64.ts";
import { x25519FromEd25519PublicKey } from "../../../lib/identity/keys/ed25519_conversion.ts";
import { isLowOrder } from "../../../lib/identity/keys/low_order.ts";
import {
  formatPublicKeyLine,
  parsePublicKeyLine,
} from "../../../lib/identity/keys/public_key_line.ts";
import { bytesOfSize } from "../../crypto/support.ts";
import { KEY_EXCHANGE, LOW_ORDER_POINTS } from "../../crypto/vectors/x25519.ts";
import { fromHex } from "../../support/vectors.ts";
import { publicBlob, sshString } from "./openssh_writer.ts";

const ALICE = fromHex(KEY_EXCHANGE.alicePublic);
// `xxd -r -p | base64` of the public key in RFC 7748 §6.1.
const ALICE_LINE = "x25519 hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=";

// The second test key of RFC 8032 §7.1.
const ED25519_KEY = fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
const ED25519_LINE =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID1AF8PoQ4lakrcKp00bfrycmCzPLsSWjMDNVfEq9GYM";

const malformed = (problem: string) => ({ kind: "malformed", problem });
const unsupported = (type: string) => ({ kind: "unsupported", type });

Deno.test("public key line: X25519 in base64, with a name or without", async () => {
  assert.equal(formatPublicKeyLine(ALICE), ALICE_LINE);
  assert.equal(formatPublicKeyLine(ALICE, ""), ALICE_LINE);
  assert.equal(formatPublicKeyLine(ALICE, "Alice at work"), `${ALICE_LINE} Alice at work`);
  const key = { kind: "key", key: ALICE, type: "x25519" };
  assert.deepEqual(await parsePublicKeyLine(ALICE_LINE), { ...key, name: "" });
  assert.deepEqual(await parsePublicKeyLine(`${ALICE_LINE} Alice at work`), {
    ...key,
    name: "Alice at work",
  });
});

Deno.test("public key line: white space around the parts does not matter", async () => {
  const line = ` \t${ALICE_LINE.replace(" ", "\t  ")} \t Alice  at work \r\n`;
  const parsed = await parsePublicKeyLine(line);
  assert(parsed.kind === "key");
  assert.deepEqual(parsed.key, ALICE);
  assert.equal(parsed.name, "Alice  at work");
});

Deno.test("public key line: what is written is read, and it is one line", async () => {
  await fc.assert(
    fc.asyncProperty(bytesOfSize(32), fc.string({ unit: "binary" }), async (privateKey, name) => {
      const { publicKey } = await x25519KeyPair(privateKey);
      const line = formatPublicKeyLine(publicKey, name);
      assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}]/u);
      const parsed = await parsePublicKeyLine(line);
      assert(parsed.kind === "key");
      assert.deepEqual(parsed.key, publicKey);
      assert.equal(formatPublicKeyLine(parsed.key, parsed.name), line);
    }),
  );
});

Deno.test("public key line: a name cannot add a line, nor hide", () => {
  const name = "\n eve\r\nx25519\u2028\u2029\u0085\u001b\0\tkey ";
  assert.equal(formatPublicKeyLine(ALICE, name), `${ALICE_LINE} eve x25519 key`);
});

Deno.test("public key line: of X25519, the canonical encoding alone is taken", async () => {
  // 2^255 − 16 means 3; the top bit means nothing (RFC 7748 §5).
  for (
    const other of [`f0${"ff".repeat(31)}`, `f0${"ff".repeat(30)}7f`, `03${"00".repeat(30)}80`]
  ) {
    assert.deepEqual(await parsePublicKeyLine(formatPublicKeyLine(fromHex(other))), {
      kind: "malformed",
      problem: "the key is not in its canonical form",
    });
  }
});

Deno.test("public key line: Ed25519 is converted", async () => {
  const expected = {
    kind: "key",
    key: await x25519FromEd25519PublicKey(ED25519_KEY),
    type: "ssh-ed25519",
  };
  assert.deepEqual(await parsePublicKeyLine(ED25519_LINE), { ...expected, name: "" });
  assert.deepEqual(await parsePublicKeyLine(`${ED25519_LINE} bob@example.com # home`), {
    ...expected,
    name: "bob@example.com # home",
  });
});

Deno.test("public key line: OpenSSH's other keys, and its certificates, are unsupported by name", async () => {
  const types = [
    "ssh-rsa",
    "ssh-dss",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-ed25519-cert-v01@openssh.com",
    "ssh-rsa-cert-v01@openssh.com",
    "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "sk-ssh-ed25519-cert-v01@openssh.com",
  ];
  for (const type of types) {
    assert.deepEqual(await parsePublicKeyLine(`${type} AAAA name`), unsupported(type));
    assert.deepEqual(await parsePublicKeyLine(type), unsupported(type));
  }
});

Deno.test("public key line: options are not passed over", async () => {
  const options = [
    "restrict",
    'restrict,from="10.0.0.1,*.example.com"',
    'command="/bin/echo \\"x25519\\" ssh-ed25519 done"',
    'command="echo \\" now"',
    'environment="A=b c"\t',
    "cert-authority",
  ];
  for (const option of options) {
    for (const line of [ED25519_LINE, ALICE_LINE, "ssh-rsa AAAA"]) {
      assert.deepEqual(
        await parsePublicKeyLine(`${option} ${line} name`),
        unsupported("a line with options"),
        option,
      );
    }
  }
  // A quotation without its end takes everything.
  assert.deepEqual(
    await parsePublicKeyLine(`from="10.0.0.1 ${ED25519_LINE}`),
    malformed("it begins with neither x25519 nor ssh-ed25519"),
  );
});

const PREFIX = "AAAAC3NzaC1lZDI1NTE5AAAAI";

const MALFORMED: readonly (readonly [line: string, problem: string])[] = [
  ["", "it begins with neither x25519 nor ssh-ed25519"],
  ["# a comment", "it begins with neither x25519 nor ssh-ed25519"],
  ["X25519 AAAA", "it begins with neither x25519 nor ssh-ed25519"],
  ["hello world and more", "it begins with neither x25519 nor ssh-ed25519"],
  [ALICE_LINE.slice(7), "it begins with neither x25519 nor ssh-ed25519"],
  ["x25519", "the key is missing"],
  ["ssh-ed25519  ", "the key is missing"],
  [ALICE_LINE.slice(0, -1), "the key is not base64"],
  [ALICE_LINE.replace("=", "=="), "the key is not base64"],
  [ALICE_LINE.replace("hSDw", "hS-w"), "the key is not base64"],
  // The last character has two bits that mean nothing.
  [ALICE_LINE.replace("mo=", "mp="), "the key is not base64"],
  ["x25519 name AAAA", "the key has 3 bytes instead of 32"],
  [`x25519 ${encodeBase64(ALICE.slice(1))}`, "the key has 31 bytes instead of 32"],
  [`x25519 ${encodeBase64(concat(ALICE, ALICE))}`, "the key has 64 bytes instead of 32"],
  [`${ED25519_LINE}=`, "the key is not base64"],
  [
    `ssh-ed25519 ${encodeBase64(ED25519_KEY)}`,
    "the key is damaged: it ends in the middle of a field",
  ],
  [`ssh-ed25519 ${PREFIX}D1A`, "the key is damaged: it ends in the middle of a field"],
  [
    `ssh-ed25519 ${encodeBase64(publicBlob(ED25519_KEY, "ssh-rsa"))}`,
    "the key is of type ssh-rsa; only ssh-ed25519 can be converted",
  ],
  [
    `ssh-ed25519 ${encodeBase64(publicBlob(ED25519_KEY, "\x1b[2J"))}`,
    "the key is damaged: it has an invalid name",
  ],
  [
    `ssh-ed25519 ${encodeBase64(publicBlob(ED25519_KEY.slice(1)))}`,
    "the key has 31 bytes instead of 32",
  ],
  [
    `ssh-ed25519 ${encodeBase64(concat(publicBlob(ED25519_KEY), sshString("")))}`,
    "the key is damaged: there are bytes after its end",
  ],
  [
    `ssh-ed25519 ${encodeBase64(publicBlob(fromHex(`02${"00".repeat(31)}`)))}`,
    "the key is not a point of the curve",
  ],
  [`ssh-ed25519 ${encodeBase64(publicBlob(new Uint8Array(32)))}`, "the key is of low order"],
];

Deno.test("public key line: what is malformed, and why", async () => {
  for (const [line, problem] of MALFORMED) {
    assert.deepEqual(await parsePublicKeyLine(line), malformed(problem), line);
  }
});

Deno.test("public key line: no key of low order is taken", async () => {
  for (const point of LOW_ORDER_POINTS) {
    for (const topBit of [0, 0x80]) {
      const key = fromHex(point);
      key[31] |= topBit;
      const parsed = await parsePublicKeyLine(formatPublicKeyLine(key));
      assert.deepEqual(parsed, malformed("the key is of low order"), point);
    }
  }
});

Deno.test("public key line: keys of another size are not written", () => {
  for (const size of [0, 31, 33]) {
    assert.throws(() => formatPublicKeyLine(new Uint8Array(size)), {
      name: "RangeError",
      message: `X25519 public key must have 32 bytes, not ${size}`,
    });
  }
});

Deno.test("public key line: any text is a line or is not, and never an exception", async () => {
  const word = fc.oneof(
    fc.constantFrom("x25519", "ssh-ed25519", "ssh-rsa", "restrict", 'a="b', "\\", '"', "#"),
    fc.string(),
    fc.base64String(),
    fc.uint8Array({ minLength: 30, maxLength: 34 }).map(encodeBase64),
    fc.uint8Array({ minLength: 31, maxLength: 33 }).map((key) => encodeBase64(publicBlob(key))),
  );
  const lines = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(word, { maxLength: 4 }).map((words) => words.join(" ")),
  );
  await fc.assert(
    fc.asyncProperty(lines, async (line) => {
      const parsed = await parsePublicKeyLine(line);
      if (parsed.kind === "key") {
        assert.equal(parsed.key.length, 32);
        assert(!isLowOrder(parsed.key));
        assert.equal(parsed.name, parsed.name.trim());
      } else {
        assert.match(parsed.kind === "unsupported" ? parsed.type : parsed.problem, /^[ -~]{1,90}$/);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("public key line: a changed Ed25519 line gives another key or none", async () => {
  const publicKey = ed25519.getPublicKey(new Uint8Array(32));
  const line = `ssh-ed25519 ${encodeBase64(publicBlob(publicKey))}`;
  const original = await parsePublicKeyLine(line);
  assert(original.kind === "key");
  const characters = fc.constantFrom(..."ABab01+/= ");
  await fc.assert(
    fc.asyncProperty(fc.nat(line.length - 1), characters, async (index, character) => {
      const changed = line.slice(0, index) + character + line.slice(index + 1);
      const parsed = await parsePublicKeyLine(changed);
      const isSame = changed === line;
      // The sign of x, the top bit of the last byte, is lost in the conversion.
      const onlySign = index === line.length - 2;
      if (parsed.kind !== "key") assert(!isSame);
      else if (!onlySign) {
        assert.equal(encodeBase64(parsed.key) === encodeBase64(original.key), isSame);
      }
    }),
  );
});

Deno.test("public key line: a long line is read all the same", async () => {
  for (const filler of ["a", '"', "\\", '\\"', " ", "x25519 ", "A=", 'a="b" ']) {
    const text = filler.repeat(500_000 / filler.length);
    assert.notEqual((await parsePublicKeyLine(text)).kind, "key");
    assert.notEqual((await parsePublicKeyLine(`x25519 ${text}`)).kind, "key");
    assert.notEqual((await parsePublicKeyLine(`ssh-ed25519 ${text}`)).kind, "key");
    assert.equal((await parsePublicKeyLine(`${ALICE_LINE} ${text}`)).kind, "key");
  }
});
