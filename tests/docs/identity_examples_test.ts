import assert from "node:assert/strict";
import { secretId } from "../../lib/channel/mod.ts";
import { hex, x25519KeyPair } from "../../lib/crypto/mod.ts";
import {
  fingerprint,
  formatInvitation,
  formatPublicKeyLine,
  invitationPreSharedKey,
  safetyWords,
} from "../../lib/identity/mod.ts";

const BLOCK = /(?<=<!-- identity examples -->\n\n```text\n)[^`]*(?=\n```)/;

async function examples(): Promise<[name: string, value: string][]> {
  const client = (await x25519KeyPair(new Uint8Array(32).fill(0x11))).publicKey;
  const server = (await x25519KeyPair(new Uint8Array(32).fill(0x12))).publicKey;
  const secret = Uint8Array.from({ length: 16 }, (_, index) => index);
  const address = "chat.example.org:12345";
  const preSharedKey = invitationPreSharedKey({ serverKey: server, secret });
  return [
    ["client fingerprint", fingerprint(client)],
    ["server fingerprint", fingerprint(server)],
    ["safety words", await safetyWords(client, server)],
    ["server public key line, with a name", formatPublicKeyLine(server, "bob")],
    [
      `invitation to ${address}, secret ${hex(secret)}`,
      formatInvitation({ address, serverKey: server, secret }),
    ],
    ["its pre-shared key", hex(preSharedKey)],
    ["the id of that", hex(secretId(preSharedKey))],
  ];
}

Deno.test("the identity examples of the protocol page are what the code makes", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/PROTOCOL.md", import.meta.url));
  const [block] = BLOCK.exec(page) ?? [];
  const expected = (await examples()).map(([name, value]) => `${name}\n    ${value}`).join("\n");
  assert.equal(block, expected);
});
