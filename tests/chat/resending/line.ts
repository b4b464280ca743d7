/**
 * A connection that is simulated: messages that arrive one by one, or are lost.
 *
 * @module
 */
import {
  CloseCode,
  type CloseInfo,
  decodeRecord,
  type MessageBatch,
  RecordType,
  type SecureChannel,
} from "../../../lib/channel/mod.ts";
import { decodeMemberMessage, decodeRoomMessage } from "../../../lib/chat/mod.ts";
import { NetworkError } from "../../../lib/errors.ts";

/** What goes over a connection: a message, or a goodbye. The same ones are the same object. */
export interface Item {
  /** Which one it is, among all of a world. */
  readonly number: number;
  /** The message; nothing if it is a goodbye. */
  readonly bytes: Uint8Array | undefined;
  readonly close: CloseInfo | undefined;
  /** What kind of message it is. */
  readonly kind: string;
  /** In a word. */
  readonly what: string;
}

/** All that has ever gone over a connection, so that the same is the same. */
export class Items {
  readonly #items = new Map<string, Item>();

  /** A message of a client, or of the server. */
  message(from: "client" | "server", bytes: Uint8Array): Item {
    return this.#item(`${from} ${String.fromCharCode(...bytes)}`, () => {
      const message = from === "client" ? decodeMemberMessage(bytes) : decodeRoomMessage(bytes);
      return { kind: message.type, what: described(message), bytes, close: undefined };
    });
  }

  /** A goodbye. */
  goodbye(close: CloseInfo): Item {
    const what = `goodbye: ${close.reason}`;
    return this.#item(what, () => ({ kind: "goodbye", what, bytes: undefined, close }));
  }

  #item(name: string, make: () => Omit<Item, "number">): Item {
    const known = this.#items.get(name);
    if (known !== undefined) return known;
    const item = { ...make(), number: this.#items.size };
    this.#items.set(name, item);
    return item;
  }
}

function described(message: ReturnType<typeof decodeMemberMessage | typeof decodeRoomMessage>) {
  const parts: string[] = [message.type];
  if ("id" in message) parts.push(`${message.id[0]}`);
  if ("seq" in message) parts.push(`at ${message.seq}`);
  if (message.type === "hello") {
    parts.push(message.nick, "after", `${message.after?.seq} of log ${message.after?.log[0]}`);
  }
  if (message.type === "message" || message.type === "got") {
    if (message.private !== undefined) parts.push(`private ${message.private}`);
  }
  if (message.type === "member") parts.push(message.member.nick, message.change);
  if (message.type === "topic") parts.push(message.topic);
  if (message.type === "refused") parts.push(message.reason);
  return parts.join(" ");
}

/** One side of a connection: as much of {@linkcode SecureChannel} as the chat uses. */
export class LineEnd {
  readonly publicKey: Uint8Array;
  readonly peer: { readonly publicKey: Uint8Array; readonly address: string };
  readonly queued = 0;
  readonly activity = { bytesIn: 0, bytesOut: 0, lastIn: 0, lastOut: 0, lastRelief: 0 };
  readonly closed: Promise<void>;
  remoteClose: CloseInfo | undefined;
  readonly #say: (said: Uint8Array | CloseInfo) => void;
  readonly #closed = Promise.withResolvers<void>();
  #waiting: PromiseWithResolvers<Uint8Array | undefined> | undefined;
  #failure: Error | undefined;
  #hasSaidGoodbye = false;

  /** @param say Called with what goes to the other side. */
  constructor(
    keys: { readonly own: Uint8Array; readonly peer: Uint8Array },
    say: (said: Uint8Array | CloseInfo) => void,
  ) {
    this.#say = say;
    this.publicKey = keys.own;
    this.peer = { publicKey: keys.peer, address: "somewhere" };
    this.closed = this.#closed.promise;
  }

  /** This end, for code that takes a channel. */
  get channel(): SecureChannel {
    return this as unknown as SecureChannel;
  }

  /** Whether this side waits for what comes next. */
  get isListening(): boolean {
    return this.#waiting !== undefined;
  }

  /** Whether the connection has ended for this side. */
  get isOver(): boolean {
    return this.#failure !== undefined;
  }

  /** Something arrives. Only while this side is listening. */
  arrive({ bytes, close }: Item): void {
    if (this.#waiting === undefined) throw new Error("nobody is listening");
    this.remoteClose = close;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting.resolve(bytes);
  }

  /** This side notices that the connection is dead. */
  fail(error: Error = new NetworkError("cut", "the connection was cut")): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
    this.#closed.resolve();
  }

  // What the chat calls.

  enqueue(bytes: Uint8Array): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#hasSaidGoodbye) throw new NetworkError("ended", "this side has said goodbye");
    this.#say(bytes);
    return true;
  }

  enqueueBatch({ plaintext }: MessageBatch): boolean {
    const content = decodeRecord(plaintext);
    if (content.type !== RecordType.messages) throw new Error("a batch without messages");
    for (const message of content.messages) this.enqueue(message.slice());
    return true;
  }

  send(bytes: Uint8Array): Promise<void> {
    this.enqueue(bytes);
    return Promise.resolve();
  }

  drained(): Promise<void> {
    return this.#failure === undefined ? Promise.resolve() : Promise.reject(this.#failure);
  }

  receive(): Promise<Uint8Array | undefined> {
    if (this.remoteClose !== undefined) return Promise.resolve(undefined);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  end(close: CloseInfo = { code: CloseCode.done, reason: "" }): Promise<void> {
    if (!this.#hasSaidGoodbye && this.#failure === undefined) this.#say(close);
    this.#hasSaidGoodbye = true;
    return Promise.resolve();
  }

  async close(info?: CloseInfo): Promise<void> {
    await this.end(info);
    this.fail();
  }

  async dismiss(info: CloseInfo): Promise<void> {
    await this.close(info);
  }

  abort(reason?: unknown): void {
    this.fail(reason instanceof Error ? reason : undefined);
  }
}
