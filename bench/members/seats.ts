/**
 * Members of a room, of this project's server or of an IRC server, as light as they can be: what is
 * not looked at here takes no time from the server on the same machine.
 *
 * @module
 */
import { chatLibrary, library } from "./library.ts";

/** Where the room is. */
export interface RoomAddress {
  readonly kind: "own" | "irc";
  readonly port: number;
  /** Of this project: the checkout whose library the members use. */
  readonly tree: string;
  /** Of IRC: the server's certificate, as PEM. */
  readonly certificate?: string;
}

/** Told of what comes. */
export interface Listener {
  /**
   * So many messages, which is to be quick.
   *
   * @param read Gives the text that they are in, for those who want to know more.
   */
  heard(count: number, read: () => string): void;
  /** The server has answered so many of this member's own messages. */
  confirmed?(count: number): void;
  /** The connection is over. */
  ended(error: unknown): void;
}

/** One member. */
export interface Seat {
  /** Says texts, each a message, and resolves when more may be said. */
  say(texts: readonly string[]): Promise<void>;
  /** How many of its messages may be without an answer; `Infinity` if there are no answers. */
  readonly window: number;
  leave(): void;
}

/** Makes members. */
export type Join = (nick: string, listener: Listener) => Promise<Seat>;

/** Bytes of the text of every message; in front it says when it was sent. */
export const TEXT_SIZE = 64;

const HOST = "127.0.0.1";

/** Makes what joins a room; it resolves when the member is in it. */
export async function joiner(address: RoomAddress): Promise<Join> {
  return address.kind === "own" ? await ownJoiner(address) : ircJoiner(address);
}

async function ownJoiner({ tree, port }: RoomAddress): Promise<Join> {
  const { acceptAnyone, connectSecure, generateX25519KeyPair } = await library(tree);
  const {
    CHAT_VERSION,
    decodeRoomMessage,
    encodeMessage,
    encodeText,
    MAX_UNANSWERED,
    newMessageId,
    VISIT_ID_SIZE,
  } = await chatLibrary(tree);
  const pong = encodeMessage({ type: "pong" });
  const latin1 = new TextDecoder("latin1");
  return async (nick, listener) => {
    const channel = await connectSecure({
      hostname: HOST,
      port,
      // Each has its own: one key joins a few times only, and then every few seconds.
      staticKeyPair: await generateX25519KeyPair(),
      acceptPeer: acceptAnyone,
    });
    const visit = crypto.getRandomValues(new Uint8Array(VISIT_ID_SIZE));
    await channel.send(
      encodeMessage({ type: "hello", version: CHAT_VERSION, nick, visit, past: 0 }),
    );
    await channel.receive();
    void (async () => {
      for (let bytes = await channel.receive(); bytes; bytes = await channel.receive()) {
        const message = bytes;
        // Who is told to be heard by nobody else is short; names and keys alone make others longer.
        if (message.length >= TEXT_SIZE + 16) listener.heard(1, () => latin1.decode(message));
        else if (message.length < 16) channel.enqueue(pong);
        else if (listener.confirmed && decodeRoomMessage(message).type === "delivered") {
          listener.confirmed(1);
        }
      }
      throw new Error("the server has left");
    })().catch((error) => listener.ended(error));
    return {
      window: MAX_UNANSWERED,
      async say(texts) {
        let hasRoom = true;
        for (const text of texts) {
          const body = encodeText(text);
          hasRoom = channel.enqueue(encodeMessage({ type: "send", id: newMessageId(), body }));
        }
        if (!hasRoom) await channel.drained();
      },
      leave: () => channel.abort(),
    };
  };
}

const NEW_LINE = 10;
/** Of `PING :server`, at the start of a line. */
const PING = [..."PING"].map((letter) => letter.charCodeAt(0));

function ircJoiner({ port, certificate = "" }: RoomAddress): Join {
  const utf8 = new TextEncoder();
  const latin1 = new TextDecoder("latin1");
  return async (nick, listener) => {
    const connection = await Deno.connectTls({ hostname: HOST, port, caCerts: [certificate] });
    const write = async (text: string) => {
      const bytes = utf8.encode(text);
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    };
    await write(`NICK ${nick}\r\nUSER ${nick} 0 * :${nick}\r\n`);
    const buffer = new Uint8Array(65_536);
    await waitFor(/ 001 /);
    await write("JOIN #room\r\n");
    await waitFor(/ 366 /);

    async function waitFor(reply: RegExp): Promise<void> {
      for (let text = ""; !reply.test(text);) {
        const count = await connection.read(buffer);
        if (count === null) throw new Error(`the server has hung up: ${text.trim()}`);
        text += latin1.decode(buffer.subarray(0, count));
      }
    }

    void (async () => {
      for (;;) {
        const count = await connection.read(buffer);
        if (count === null) throw new Error("the server has hung up");
        const bytes = buffer.subarray(0, count);
        let lines = 0;
        for (let at = bytes.indexOf(NEW_LINE); at !== -1; at = bytes.indexOf(NEW_LINE, at + 1)) {
          lines++;
        }
        if (PING.every((letter, at) => bytes[at] === letter)) {
          await write("PONG :irc.example.net\r\n");
          lines--;
        }
        if (lines > 0) listener.heard(lines, () => latin1.decode(bytes));
      }
    })().catch((error) => listener.ended(error));
    return {
      window: Infinity,
      say: (texts) => write(texts.map((text) => `PRIVMSG #room :${text}\r\n`).join("")),
      leave: () => connection.close(),
    };
  };
}
