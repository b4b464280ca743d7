/**
 * Peers made with the library: they say what no honest program would.
 *
 * @module
 */
import {
  acceptAnyone,
  connectSecure,
  protocolName,
  type SecureChannel,
} from "../../lib/channel/mod.ts";
import {
  CHAT_VERSION,
  encodeMessage,
  encodeText,
  LOG_ID_SIZE,
  MAX_BODY_SIZE,
  Member,
  type MemberEvent,
  type Participant,
  VISIT_ID_SIZE,
} from "../../lib/chat/mod.ts";
import { generateX25519KeyPair, type X25519KeyPair } from "../../lib/crypto/mod.ts";

/** What is said first to a server. */
export function helloMessage(nick = "eve"): Uint8Array {
  const visit = crypto.getRandomValues(new Uint8Array(VISIT_ID_SIZE));
  return encodeMessage({ type: "hello", version: CHAT_VERSION, nick, visit, past: 0 });
}

/** The answer to a hello, from a server that gives this name. */
export function welcomeMessage(nick = "guest"): Uint8Array {
  const you = { nick, key: new Uint8Array(32).fill(9) };
  return encodeMessage({
    type: "welcome",
    you,
    maxBody: MAX_BODY_SIZE,
    log: new Uint8Array(LOG_ID_SIZE),
    seq: 0,
    kept: false,
    gone: 0,
    grace: 0,
  });
}

/** A channel to a server on 127.0.0.1, by the protocol that costs least. */
export async function connectRaw(
  server: { readonly port: number },
  staticKeyPair?: X25519KeyPair,
): Promise<SecureChannel> {
  return await connectSecure({
    hostname: "127.0.0.1",
    port: server.port,
    staticKeyPair: staticKeyPair ?? await generateX25519KeyPair(),
    acceptPeer: acceptAnyone,
    protocols: [protocolName({ classical: true })],
  });
}

/** Somebody in the room, who hears everything and can say anything. */
export class RawMember implements AsyncDisposable {
  /** What was heard so far, but for where the past ends. */
  readonly events: MemberEvent[] = [];
  readonly channel: SecureChannel;
  readonly member: Member;
  readonly #hearing: Promise<void>;

  private constructor(channel: SecureChannel, member: Member) {
    this.channel = channel;
    this.member = member;
    this.#hearing = this.#hear();
    this.#hearing.catch(() => {});
  }

  /** Joins the room of a server on 127.0.0.1. */
  static async join(
    server: { readonly port: number },
    nick = "eve",
    staticKeyPair?: X25519KeyPair,
  ): Promise<RawMember> {
    const channel = await connectRaw(server, staticKeyPair);
    return new RawMember(channel, await Member.join(channel, { nick, past: 0 }));
  }

  /** Says a text to everybody, or to one. */
  async say(text: string, to?: Participant): Promise<void> {
    const body = encodeText(text);
    await this.member.request({ type: "send", body, ...(to !== undefined && { to }) });
  }

  /** Leaves when all was confirmed. Resolves when the server has said goodbye as well. */
  async leave(): Promise<void> {
    await this.member.leave();
    await this.#hearing;
    await this.channel.close();
  }

  /** Hangs up, as a program that was killed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.channel.abort();
    await this.#hearing.catch(() => {});
  }

  async #hear(): Promise<void> {
    for await (const event of this.member.events()) {
      if (event.type !== "caught-up") this.events.push(event);
    }
  }
}

/** Somebody who speaks something else, until the server hangs up. */
export async function speakHttp(port: number): Promise<void> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode("GET /\x1b[2J HTTP/1.1\r\n\r\n"));
  try {
    while (await connection.read(new Uint8Array(1024)) !== null);
  } catch {
    // Hung up, with what was not read.
  }
}
