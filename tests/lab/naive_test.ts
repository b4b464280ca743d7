import assert from "node:assert/strict";
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
} from "node:crypto";
import { Lab } from "../../lab/lab.ts";
import {
  naiveFrame,
  naiveKey,
  naiveKeyCheck,
  naiveSharedSecret,
  naiveText,
  withLength,
} from "../../lab/naive.ts";
import { Stage } from "../../lab/stage.ts";
import { Stranger } from "../../lab/stranger.ts";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";

/** In front of the 32 bytes of a key, in PKCS #8 and in SubjectPublicKeyInfo (RFC 8410). */
const PRIVATE_PREFIX = "302e020100300506032b656e04220420";
const PUBLIC_PREFIX = "302a300506032b656e032100";

const PRIVATE_KEY = new Uint8Array(32).fill(5);

/** The protocol once more, by another library. */
function independentKey(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const der = (prefix: string, key: Uint8Array) => Buffer.concat([Buffer.from(prefix, "hex"), key]);
  const secret = diffieHellman({
    privateKey: createPrivateKey({
      key: der(PRIVATE_PREFIX, privateKey),
      format: "der",
      type: "pkcs8",
    }),
    publicKey: createPublicKey({ key: der(PUBLIC_PREFIX, publicKey), format: "der", type: "spki" }),
  });
  return new Uint8Array(hkdfSync("sha256", secret, "", "naive chat", 32));
}

function independentBody(key: Uint8Array, text: string): Uint8Array {
  const iv = new Uint8Array(16).fill(3);
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final()]);
}

function independentText(key: Uint8Array, frame: Uint8Array): string {
  assert.equal(Buffer.from(frame).readUInt32BE(0), frame.length - 4);
  const decipher = createDecipheriv("aes-256-cbc", key, frame.slice(4, 20));
  return decipher.update(frame.slice(20), undefined, "utf8") + decipher.final("utf8");
}

function newPublicKey(): Uint8Array {
  const { publicKey } = generateKeyPairSync("x25519");
  return new Uint8Array(publicKey.export({ format: "der", type: "spki" })).slice(-32);
}

function quietLab(): Lab {
  return new Lab(new Stage({ colour: false, write() {} }));
}

/** Connects to a naive Bob with nothing but sockets and the other library; his greeting is read. */
async function meetBob(lab: Lab, port: number): Promise<{ eve: Stranger; bobsKey: Uint8Array }> {
  const eve = lab.use(await Stranger.connect(port));
  return { eve, bobsKey: await eve.read(32) ?? assert.fail("Bob hung up") };
}

Deno.test("naive: keys and messages are what another library computes", async () => {
  const publicKey = newPublicKey();
  const key = naiveKey(await naiveSharedSecret(PRIVATE_KEY, publicKey));
  assert.deepEqual(key, independentKey(PRIVATE_KEY, publicKey));
  for (const text of ["", "pay 100", "sixteen letters.", "é\0".repeat(500)]) {
    const frame = await naiveFrame(key, text);
    assert.equal(independentText(key, frame), text);
    assert.equal(await naiveText(key, independentBody(key, text)), text);
    assert.notDeepEqual(await naiveFrame(key, text), frame, "each has an IV of its own");
  }
});

Deno.test("naive: the key check is the beginning of a hash of the key", () => {
  const digest = createHash("sha256").update(PRIVATE_KEY).digest("hex");
  assert.equal(naiveKeyCheck(PRIVATE_KEY), `${digest.slice(0, 4)}-${digest.slice(4, 8)}`);
});

Deno.test("naive: a public key of low order leads to a secret of zeros", async () => {
  const one = new Uint8Array(32);
  one[0] = 1;
  for (const publicKey of [new Uint8Array(32), one]) {
    assert.deepEqual(await naiveSharedSecret(PRIVATE_KEY, publicKey), new Uint8Array(32));
  }
  await assert.rejects(naiveSharedSecret(PRIVATE_KEY, new Uint8Array(31)));
});

Deno.test("naive: two programs talk, in both directions, and the server goes on to the next", async () => {
  await using lab = quietLab();
  const { program: bob, port } = await lab.naiveBob();
  await bob.type("good morning");
  for (const text of ["first", "second"]) {
    const alice = lab.naiveAlice(port);
    await alice.type(`hello from the ${text}`);
    await bob.line(new RegExp(`^them: hello from the ${text}$`));
    if (text === "first") await alice.line(/^them: good morning$/);
    const [, check] = await alice.line(/^connected; key check (....-....)$/);
    await bob.line(new RegExp(`^connected; key check ${check}$`));
    await alice.endInput();
    assert.equal(await alice.status, 0);
  }
});

Deno.test("naive: the program speaks the protocol as another library does", async () => {
  await using lab = quietLab();
  const { program: bob, port } = await lab.naiveBob();
  const { eve, bobsKey } = await meetBob(lab, port);
  const own = await generateX25519KeyPair();
  await eve.write(own.publicKey);
  const key = independentKey(own.privateKey, bobsKey);
  await bob.line(new RegExp(`^connected; key check ${naiveKeyCheck(key)}$`));

  await eve.write(withLength(independentBody(key, "from Eve")));
  await bob.line(/^them: from Eve$/);
  await bob.type("from Bob");
  const frame = await eve.read(4 + 32) ?? assert.fail("Bob hung up");
  assert.equal(independentText(key, frame), "from Bob");

  const body = independentBody(key, "whose padding is wrong");
  body[body.length - 17] ^= 0xff;
  await eve.write(withLength(body));
  assert.deepEqual(await eve.read(4), new Uint8Array(4), "he says that he could not read it");
  await eve.write(new Uint8Array(4));
  await bob.line(/^them: \(I could not read your last message\)$/);
});

Deno.test("naive: with a key of low order, the program has a key that everybody knows", async () => {
  await using lab = quietLab();
  const { program: bob, port } = await lab.naiveBob();
  const { eve } = await meetBob(lab, port);
  await eve.write(new Uint8Array(32));
  const known = new Uint8Array(hkdfSync("sha256", new Uint8Array(32), "", "naive chat", 32));
  await bob.line(new RegExp(`^connected; key check ${naiveKeyCheck(known)}$`));
  await eve.write(withLength(independentBody(known, "open to all")));
  await bob.line(/^them: open to all$/);
});

Deno.test("naive: its key is another one each time, unless --keys keeps it", async () => {
  await using lab = quietLab();
  const file = `${await lab.folder()}/keys`;
  const publicKeys: string[] = [];
  for (const args of [["--keys", file], ["--keys", file], [], []]) {
    const { program, port } = await lab.naiveBob(...args);
    const { bobsKey } = await meetBob(lab, port);
    publicKeys.push(bobsKey.toString());
    await program[Symbol.asyncDispose]();
  }
  assert.equal(publicKeys[0], publicKeys[1]);
  assert.equal(new Set(publicKeys).size, 3);
  const kept = await Deno.stat(file);
  assert.equal(kept.size, 32);
  if (Deno.build.os !== "windows") assert.equal((kept.mode ?? 0) & 0o777, 0o600);
});

Deno.test("naive: whoever calls the program wrongly is told how", async () => {
  await using lab = quietLab();
  const program = lab.start("Bob", "lab/naive.ts", ["serve"], []);
  assert.equal(await program.status, 2);
  assert.match(program.text("stderr"), /^naive\.ts serve\|connect HOST:PORT/);
});
