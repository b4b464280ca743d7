/** Eve as a man in the middle: she pretends to be Bob to Alice, and to be Alice to Bob. */
import {
  decodeBody,
  decodeMemberMessage,
  decodeRoomMessage,
  encodeMessage,
  encodeText,
} from "../../lib/chat/mod.ts";
import {
  acceptAnyone,
  connectSecure,
  generateX25519KeyPair,
  listenSecure,
  type SecureChannel,
  type SecureListener,
  type X25519KeyPair,
} from "../../lib/mod.ts";
import { type Invitation, invitationPreSharedKey } from "../../lib/identity/mod.ts";
import type { Sender } from "../eve.ts";
import { NaiveChannel, naiveKeyCheck } from "../naive.ts";

/** What Eve says in the place of a text that she has read. */
export type Rewrite = (text: string) => string;

/** Something that Eve has read, as it was written. */
export interface Reading {
  readonly from: Sender;
  readonly text: string;
}

/** An address that leads to Bob or to Eve. A client that connects there cannot see which. */
export class Road implements AsyncDisposable {
  /** The port on 127.0.0.1 to which the next connection is carried. */
  leadsTo = 0;
  /** How many have come along. */
  visitors = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open = new Set<Deno.TcpConn>();
  readonly #work: Promise<void>[] = [this.#accept()];

  /** Where it begins, on 127.0.0.1. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#open) close(connection);
    await Promise.all(this.#work);
  }

  async #accept(): Promise<void> {
    for await (const visitor of this.#listener) {
      this.visitors++;
      const host = await Deno.connect({ hostname: "127.0.0.1", port: this.leadsTo });
      this.#open.add(visitor).add(host);
      this.#work.push(this.#carry(visitor, host));
    }
  }

  async #carry(visitor: Deno.TcpConn, host: Deno.TcpConn): Promise<void> {
    await Promise.all([copy(visitor, host), copy(host, visitor)]);
    for (const connection of [visitor, host]) {
      close(connection);
      this.#open.delete(connection);
    }
  }
}

/** Eve between two who speak the naive protocol, with a key pair of her own towards each. */
export class NaiveImpostor implements AsyncDisposable {
  /** What she has read. */
  readonly read: Reading[] = [];
  /** The key checks of her two conversations, once she has them. */
  readonly keyChecks: { alice?: string; bob?: string } = {};
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #open: Deno.TcpConn[] = [];
  readonly #rewrite: Rewrite;
  readonly #serving: Promise<void>;

  /** @param bobsPort Where Bob listens on 127.0.0.1. */
  constructor(bobsPort: number, rewrite: Rewrite) {
    this.#rewrite = rewrite;
    // What fails here fails because one of the two has gone.
    this.#serving = this.#serve(bobsPort).catch(() => {});
  }

  /** Where Alice connects to. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#open.forEach(close);
    await this.#serving;
  }

  async #serve(bobsPort: number): Promise<void> {
    const alice = await this.#listener.accept();
    const bob = await Deno.connect({ hostname: "127.0.0.1", port: bobsPort });
    this.#open.push(alice, bob);
    const [towardsAlice, towardsBob] = await Promise.all([
      NaiveChannel.open(alice, await generateX25519KeyPair()),
      NaiveChannel.open(bob, await generateX25519KeyPair()),
    ]);
    this.keyChecks.alice = naiveKeyCheck(towardsAlice.key);
    this.keyChecks.bob = naiveKeyCheck(towardsBob.key);
    await Promise.all([
      this.#pass("alice", towardsAlice, towardsBob),
      this.#pass("bob", towardsBob, towardsAlice),
    ]);
  }

  async #pass(from: Sender, source: NaiveChannel, target: NaiveChannel): Promise<void> {
    for (let text = await source.receive(); text !== undefined; text = await source.receive()) {
      this.read.push({ from, text });
      await target.send(this.#rewrite(text));
    }
  }
}

/** What Eve needs to sit between two who speak this project's protocol. */
export interface ImpostorOptions {
  /** Where Bob listens on 127.0.0.1. */
  readonly bobsPort: number;
  /** Her own key pair, which she shows to both of them. */
  readonly keyPair: X25519KeyPair;
  /** An invitation of Bob's that she has read as well. */
  readonly invitation?: Invitation;
  readonly rewrite: Rewrite;
}

/** Eve between two who speak this project's protocol, which she speaks through the same library. */
export class Impostor implements AsyncDisposable {
  /** What she has read. */
  readonly read: Reading[] = [];
  /** The static public keys of those who have shown her theirs. */
  readonly keys: Uint8Array[] = [];
  /** Resolves when a client that connected to her has shown its key, or hung up before. */
  readonly met: Promise<void>;
  readonly #met = Promise.withResolvers<void>();
  readonly #options: ImpostorOptions;
  readonly #invited: { readonly preSharedKey?: Uint8Array };
  readonly #listener: SecureListener;
  readonly #channels: SecureChannel[] = [];
  readonly #serving: Promise<void>;

  /** She listens on a free port of 127.0.0.1. */
  constructor(options: ImpostorOptions) {
    const { keyPair, invitation } = options;
    this.#options = options;
    this.#invited = invitation === undefined
      ? {}
      : { preSharedKey: invitationPreSharedKey(invitation) };
    this.met = this.#met.promise;
    this.#listener = listenSecure({
      hostname: "127.0.0.1",
      port: 0,
      staticKeyPair: keyPair,
      acceptPeer: acceptAnyone,
      ...this.#invited,
      onFailure: () => this.#met.resolve(),
    });
    this.#serving = this.#serve();
  }

  /** Where she listens. */
  get port(): number {
    return this.#listener.address.port;
  }

  /** Ends everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const channel of this.#channels) channel.abort();
    await this.#serving;
  }

  async #serve(): Promise<void> {
    const visits: Promise<void>[] = [];
    for await (const alice of this.#listener) {
      this.keys.push(alice.peer.publicKey);
      this.#met.resolve();
      // What fails here fails because one of the two has gone.
      visits.push(this.#sitBetween(alice).catch(() => alice.abort()));
    }
    await Promise.all(visits);
  }

  async #sitBetween(alice: SecureChannel): Promise<void> {
    this.#channels.push(alice);
    const { bobsPort, keyPair } = this.#options;
    const bob = await connectSecure({
      hostname: "127.0.0.1",
      port: bobsPort,
      staticKeyPair: keyPair,
      acceptPeer: acceptAnyone,
      protocols: [alice.protocolName],
      ...this.#invited,
    });
    this.#channels.push(bob);
    await Promise.all([this.#pass("alice", alice, bob), this.#pass("bob", bob, alice)]);
    await Promise.all([alice.close(), bob.close()]);
  }

  async #pass(from: Sender, source: SecureChannel, target: SecureChannel): Promise<void> {
    for (let bytes = await source.receive(); bytes; bytes = await source.receive()) {
      await target.send(this.#rewritten(from, bytes));
    }
    await target.end(source.remoteClose);
  }

  /** A channel message with another text, if it has one. */
  #rewritten(from: Sender, bytes: Uint8Array): Uint8Array {
    const message = from === "alice" ? decodeMemberMessage(bytes) : decodeRoomMessage(bytes);
    if (message.type !== "send" && message.type !== "message") return bytes;
    const body = decodeBody(message.body);
    if (body.type !== "text") return bytes;
    this.read.push({ from, text: body.text });
    return encodeMessage({ ...message, body: encodeText(this.#options.rewrite(body.text)) });
  }
}

/** Carries bytes one way, and then the end. */
async function copy(source: Deno.TcpConn, target: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  try {
    for (let size = await source.read(buffer); size; size = await source.read(buffer)) {
      for (let at = 0; at < size;) at += await target.write(buffer.subarray(at, size));
    }
  } catch {
    // One of the two is gone: then it ends for the other one as well.
  }
  await target.closeWrite().catch(() => {});
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
