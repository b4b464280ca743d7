/** A guest in a room who uses the library and no program: nothing filters what is said. */
import { acceptAnyone, connectSecure } from "../lib/channel/mod.ts";
import { encodeText, Member } from "../lib/chat/mod.ts";
import { generateX25519KeyPair } from "../lib/crypto/mod.ts";

/** A member of a room on 127.0.0.1. */
export class Guest implements AsyncDisposable {
  readonly #member: Member;
  readonly #hearing: Promise<void>;

  private constructor(member: Member) {
    this.#member = member;
    this.#hearing = hear(member);
  }

  /**
   * Joins, with a key of its own.
   *
   * @throws {NetworkError} If the room does not let it in.
   */
  static async join(port: number, nick: string): Promise<Guest> {
    const channel = await connectSecure({
      hostname: "127.0.0.1",
      port,
      staticKeyPair: await generateX25519KeyPair(),
      acceptPeer: acceptAnyone,
    });
    try {
      return new Guest(await Member.join(channel, { nick }));
    } catch (error) {
      channel.abort();
      throw error;
    }
  }

  /** The name that the room gave it. */
  get nick(): string {
    return this.#member.self.nick;
  }

  /** Says a text to everybody, as it is. */
  async say(text: string): Promise<void> {
    await this.#member.request({ type: "send", body: encodeText(text) });
  }

  /** Leaves. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#member.leave().catch(() => {});
    await this.#hearing;
  }
}

/** Hears everything and keeps nothing: a room waits for those who do not listen. */
async function hear(member: Member): Promise<void> {
  try {
    for await (const _ of member.events());
  } catch {
    // The room is gone.
  }
}
