import {
  acceptAnyone,
  encodeFrame,
  PROLOGUE,
  SecureChannel,
  type SecureChannelOptions,
} from "../../lib/channel/mod.ts";
import { FrameReader } from "../../lib/channel/frames/frame_reader.ts";
import { type CipherState, HandshakeState } from "../../lib/noise/mod.ts";
import { memoryPair, type MemoryTransport } from "../support/wire.ts";
import { classical, CLIENT_KEYS, SERVER_KEYS, utf8 } from "./support.ts";

const NO_ASSOCIATED_DATA = new Uint8Array(0);

/** A client that has shaken hands and holds its keys, but makes each record by hand. */
export class ClientByHand {
  readonly transport: MemoryTransport;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #frames: FrameReader;
  readonly #sending: CipherState;
  readonly #receiving: CipherState;

  private constructor(
    transport: MemoryTransport,
    writer: WritableStreamDefaultWriter<Uint8Array>,
    frames: FrameReader,
    [sending, receiving]: [CipherState, CipherState],
  ) {
    this.transport = transport;
    this.#writer = writer;
    this.#frames = frames;
    this.#sending = sending;
    this.#receiving = receiving;
  }

  /** Such a client, and the channel of the server that it talks to. */
  static async meet(
    options: Partial<SecureChannelOptions> = {},
    name = classical("cbc"),
  ): Promise<{ peer: ClientByHand; channel: SecureChannel }> {
    const { client, server } = memoryPair();
    const establishing = SecureChannel.establish("responder", server, {
      acceptPeer: acceptAnyone,
      staticKeyPair: SERVER_KEYS,
      ...options,
    });
    const state = new HandshakeState({
      protocolName: name,
      role: "initiator",
      prologue: PROLOGUE,
      staticKeyPair: CLIENT_KEYS,
    });
    const writer = client.writable.getWriter();
    writer.closed.catch(() => {});
    const frames = new FrameReader(client.readable);
    await writer.write(encodeFrame(utf8(name)));
    await writer.write(encodeFrame(await state.writeMessage()));
    const answer = await frames.read();
    if (answer === undefined) throw new Error("the server hung up");
    await state.readMessage(answer);
    await writer.write(encodeFrame(await state.writeMessage()));
    const peer = new ClientByHand(client, writer, frames, state.split());
    return { peer, channel: await establishing };
  }

  /** Seals a record's plaintext and sends it. */
  async sendRecord(plaintext: Uint8Array): Promise<void> {
    const body = await this.#sending.encryptWithAd(NO_ASSOCIATED_DATA, plaintext);
    await this.#writer.write(encodeFrame(body)).catch(() => {});
  }

  /** The next record's plaintext, or `undefined` if the server hung up. */
  async receiveRecord(): Promise<Uint8Array | undefined> {
    const body = await this.#frames.read();
    return body && await this.#receiving.decryptWithAd(NO_ASSOCIATED_DATA, body);
  }

  /** Hangs up, as a program that was killed. */
  hangUp(): void {
    this.transport.close();
  }
}
