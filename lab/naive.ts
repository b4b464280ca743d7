/**
 * The naive protocol that the lab attacks: what the teaching example describes from which this project
 * grew, and a program that speaks it.
 *
 *     deno run --allow-net lab/naive.ts serve 127.0.0.1:2000
 *     deno run --allow-net lab/naive.ts connect 127.0.0.1:2000
 *
 * Each side sends its X25519 public key, raw: 32 bytes. Both derive one AES key from the shared secret.
 * From then on each message is a frame: a length (4 bytes, big-endian), a fresh random IV (16), and the
 * text in AES-256-CBC with PKCS #7 padding. A frame of length 0 says: "I could not read your last
 * message." Nothing is authenticated. **Never use this to keep a secret.**
 *
 * @module
 */
import {
  AES_BLOCK_SIZE,
  AesCbcKey,
  concat,
  generateX25519KeyPair,
  hex,
  hkdf,
  randomBytes,
  sha256,
  x25519,
  X25519_SIZE,
  type X25519KeyPair,
  x25519KeyPair,
} from "../lib/crypto/mod.ts";
import { AuthenticationError } from "../lib/errors.ts";

const utf8 = new TextEncoder();

/** The bytes in front of each frame's body. */
const LENGTH_SIZE = 4;

/** Says that the last message could not be read. */
const COULD_NOT_READ = new Uint8Array(LENGTH_SIZE);

/**
 * X25519 as RFC 7748 §5 defines it, and nothing more: 32 bytes, all zero if the public key is of low
 * order. (§6.1 lets an implementation check for that, and some do not. The library's does, so what it
 * refuses is put back here.)
 */
export async function naiveSharedSecret(
  privateKey: Uint8Array,
  publicKey: Uint8Array,
): Promise<Uint8Array> {
  try {
    return await x25519(privateKey, publicKey);
  } catch (error) {
    if (error instanceof AuthenticationError) return new Uint8Array(X25519_SIZE);
    throw error;
  }
}

/** The one AES key (32 bytes) of a conversation, for both directions. */
export function naiveKey(sharedSecret: Uint8Array): Uint8Array {
  return hkdf(new Uint8Array(0), sharedSecret, utf8.encode("naive chat"), 32);
}

/** Eight digits by which two people may compare their keys: a hash of the key. */
export function naiveKeyCheck(key: Uint8Array): string {
  return hex(sha256(key)).replace(/^(....)(....).*$/, "$1-$2");
}

/** A message as it crosses the wire: length, IV, ciphertext. */
export async function naiveFrame(key: Uint8Array, text: string): Promise<Uint8Array> {
  const iv = randomBytes(AES_BLOCK_SIZE);
  const ciphertext = await new AesCbcKey(key).encrypt(iv, utf8.encode(text));
  return withLength(concat(iv, ciphertext));
}

/** What a frame's body (IV and ciphertext) says. Throws if the padding is wrong. */
export async function naiveText(key: Uint8Array, body: Uint8Array): Promise<string> {
  const iv = body.slice(0, AES_BLOCK_SIZE);
  const plaintext = await new AesCbcKey(key).decrypt(iv, body.slice(AES_BLOCK_SIZE));
  return new TextDecoder().decode(plaintext);
}

/** A frame: 4 bytes of length, big-endian, and the body. */
export function withLength(body: Uint8Array): Uint8Array {
  const frame = new Uint8Array(LENGTH_SIZE + body.length);
  new DataView(frame.buffer).setUint32(0, body.length);
  frame.set(body, LENGTH_SIZE);
  return frame;
}

/** A conversation over one connection. */
export class NaiveChannel {
  /** The key of the conversation. */
  readonly key: Uint8Array;
  readonly #connection: Deno.TcpConn;

  private constructor(connection: Deno.TcpConn, key: Uint8Array) {
    this.#connection = connection;
    this.key = key;
  }

  /** Exchanges public keys, and believes what comes. */
  static async open(connection: Deno.TcpConn, own: X25519KeyPair): Promise<NaiveChannel> {
    await writeAll(connection, own.publicKey);
    const publicKey = await readExactly(connection, X25519_SIZE);
    if (publicKey === undefined) throw new Error("the other side hung up");
    return new NaiveChannel(
      connection,
      naiveKey(await naiveSharedSecret(own.privateKey, publicKey)),
    );
  }

  /** Sends a text. */
  async send(text: string): Promise<void> {
    await writeAll(this.#connection, await naiveFrame(this.key, text));
  }

  /**
   * The next text, or `undefined` at the end.
   *
   * What cannot be read is answered with an empty frame, and passed over.
   */
  async receive(): Promise<string | undefined> {
    while (true) {
      const length = await readExactly(this.#connection, LENGTH_SIZE);
      if (length === undefined) return undefined;
      const size = new DataView(length.buffer).getUint32(0);
      const body = await readExactly(this.#connection, size);
      if (body === undefined) return undefined;
      if (size === 0) return "(I could not read your last message)";
      try {
        return await naiveText(this.key, body);
      } catch {
        await writeAll(this.#connection, COULD_NOT_READ);
      }
    }
  }
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
}

/** So many bytes, or `undefined` if the connection ends before. */
async function readExactly(
  connection: Deno.TcpConn,
  size: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = new Uint8Array(size);
  for (let count = 0; count < size;) {
    const read = await connection.read(bytes.subarray(count));
    if (read === null) return undefined;
    count += read;
  }
  return bytes;
}

/**
 * The program. Prints what the other side says to standard output, as it comes, and everything else to
 * standard error; sends each line of standard input.
 *
 * `--keys FILE` keeps the private key in a file of 32 bytes: the first thing that
 * people add, so that they can be recognised.
 */
async function main(args: readonly string[]): Promise<void> {
  const [mode, address, option, file] = args;
  const [, hostname, port] = /^(.+):(\d+)$/.exec(address ?? "") ?? [];
  if ((mode !== "serve" && mode !== "connect") || hostname === undefined) {
    console.error("naive.ts serve|connect HOST:PORT [--keys FILE]");
    Deno.exit(2);
  }
  const own = option === "--keys" ? await storedKeys(file) : await generateX25519KeyPair();
  const where = { hostname, port: Number(port) };
  if (mode === "connect") return await talk(await Deno.connect(where), own, new Typed());
  const listener = Deno.listen(where);
  const { addr } = listener;
  console.error(`listening on ${addr.hostname}:${addr.port}`);
  const typed = new Typed();
  // A chat for two: one conversation after the other.
  for await (const connection of listener) {
    try {
      await talk(connection, own, typed);
    } catch (error) {
      console.error(`the connection failed: ${error}`);
    }
  }
}

async function talk(connection: Deno.TcpConn, own: X25519KeyPair, typed: Typed): Promise<void> {
  try {
    const channel = await NaiveChannel.open(connection, own);
    console.error(`connected; key check ${naiveKeyCheck(channel.key)}`);
    const over = new AbortController();
    const hearing = hear(channel).finally(() => over.abort());
    await Promise.race([hearing, speak(channel, connection, typed, over.signal)]);
    await hearing;
    console.error("they left");
  } finally {
    connection.close();
  }
}

async function hear(channel: NaiveChannel): Promise<void> {
  for (let text = await channel.receive(); text !== undefined; text = await channel.receive()) {
    console.log(`them: ${text}`);
  }
}

/** Says each line; then ends this direction of the connection. */
async function speak(
  channel: NaiveChannel,
  connection: Deno.TcpConn,
  typed: Typed,
  over: AbortSignal,
): Promise<void> {
  while (true) {
    const line = await typed.peek();
    if (over.aborted) return;
    typed.take();
    if (line === undefined) return await connection.closeWrite();
    await channel.send(line);
  }
}

/** The lines of standard input. One that comes too late for a conversation waits for the next. */
class Typed {
  readonly #lines = typedLines();
  #next: Promise<string | undefined> | undefined;

  /** The next line, once it is there; `undefined` at the end. */
  peek(): Promise<string | undefined> {
    return this.#next ??= this.#lines.next().then(({ value }) => value ?? undefined);
  }

  /** Goes on to the line behind it. */
  take(): void {
    this.#next = undefined;
  }
}

async function* typedLines(): AsyncGenerator<string, void> {
  let rest = "";
  for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}

async function storedKeys(path: string): Promise<X25519KeyPair> {
  try {
    return await x25519KeyPair(await Deno.readFile(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const keyPair = await generateX25519KeyPair();
    await Deno.writeFile(path, keyPair.privateKey, { createNew: true, mode: 0o600 });
    return keyPair;
  }
}

if (import.meta.main) await main(Deno.args);
