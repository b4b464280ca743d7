/**
 * What the key exchanges of one handshake take: CPU of all threads, in milliseconds, for each side.
 *
 * @module
 */
import { diffieHellman, generateKeyPairSync } from "node:crypto";
import { platformMlKem768 } from "../../lib/crypto/mod.ts";
import { ownCpu, readOptions, say } from "./talk.ts";

const { count } = readOptions<{ readonly count: number }>();

const kem = await platformMlKem768();
const kemKeys = await kem.generateKeyPair();
const { ciphertext } = await kem.encapsulate(kemKeys.publicKey);
const peer = generateKeyPairSync("x25519");

function exchange(): void {
  const { privateKey } = generateKeyPairSync("x25519");
  for (let exchanges = 0; exchanges < 3; exchanges++) {
    diffieHellman({ privateKey, publicKey: peer.publicKey });
  }
}

async function each(work: () => Promise<unknown>): Promise<number> {
  for (let done = 0; done < count / 3; done++) await work();
  const before = ownCpu();
  for (let done = 0; done < count; done++) await work();
  return 1000 * (ownCpu() - before) / count;
}

say({
  client: await each(async () => {
    exchange();
    await kem.generateKeyPair();
    await kemKeys.decapsulate(ciphertext);
  }),
  server: await each(async () => {
    exchange();
    await kem.encapsulate(kemKeys.publicKey);
  }),
});
Deno.exit(0);
