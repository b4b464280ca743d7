/**
 * Sealing and opening records by the library, one after the other: the median of batches, in
 * microseconds.
 *
 * @module
 */
import { noiseLibrary } from "./library.ts";
import { readOptions, say } from "./talk.ts";

interface Options {
  readonly tree: string;
  readonly cipher: "cbc" | "gcm";
  /** Bytes of plaintext. */
  readonly size: number;
  /** For how long, in milliseconds. */
  readonly milliseconds: number;
}

const { tree, cipher, size, milliseconds } = readOptions<Options>();
const { AESCBC, AESGCM, CipherState } = await noiseLibrary(tree);
const key = crypto.getRandomValues(new Uint8Array(32));
const plaintext = crypto.getRandomValues(new Uint8Array(size));
const ad = new Uint8Array(0);

function state() {
  const made = new CipherState(cipher === "cbc" ? AESCBC : AESGCM);
  made.initializeKey(key);
  return made;
}

const batch = Math.max(1, Math.round(20_000 / (size + 200)));

/** A batch is sealed, and then opened by the other side: each of the two has its own clock. */
async function time(): Promise<{ seal: number; open: number }> {
  const [sender, receiver] = [state(), state()];
  const [seals, opens]: [number[], number[]] = [[], []];
  const begin = performance.now();
  while (performance.now() - begin < milliseconds) {
    const isWarm = performance.now() - begin > milliseconds / 3;
    const sealed: Uint8Array[] = [];
    let start = performance.now();
    for (let count = 0; count < batch; count++) {
      const record = sender.encryptWithAd(ad, plaintext);
      sealed.push(record instanceof Promise ? await record : record);
    }
    if (isWarm) seals.push(1000 * (performance.now() - start) / batch);
    start = performance.now();
    for (const record of sealed) {
      const opened = receiver.decryptWithAd(ad, record);
      if (opened instanceof Promise) await opened;
    }
    if (isWarm) opens.push(1000 * (performance.now() - start) / batch);
  }
  return { seal: middle(seals), open: middle(opens) };
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

say(await time());
Deno.exit(0);
