import assert from "node:assert/strict";
import { CloseCode, type SecureChannel } from "../../lib/channel/mod.ts";
import {
  type Broadcast,
  CHAT_VERSION,
  decodeRoomMessage,
  encodeMessage,
  encodeText,
  type GuestOptions,
  type Hello,
  type Member,
  type MemberEvent,
  type MemberMessage,
  type Participant,
  type Removal,
  type Room,
  type RoomMessage,
  type Seat,
  serveGuest,
} from "../../lib/chat/mod.ts";
import { generateX25519KeyPair, sha256, type X25519KeyPair } from "../../lib/crypto/mod.ts";
import { establish } from "../channel/support.ts";
import { memoryPair } from "../support/wire.ts";

/** A key for somebody without a channel. */
export function keyOf(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

export const HOST_KEY = keyOf(7);

/** Key pairs for those who come over a channel, all different. */
export const KEY_PAIRS: readonly X25519KeyPair[] = await Promise.all(
  Array.from({ length: 6 }, () => generateX25519KeyPair()),
);

/** A message's id. */
export function idOf(byte: number): Uint8Array {
  return new Uint8Array(16).fill(byte);
}

/** By what an operator names whom it means. */
export function targetOf(member: Participant): Uint8Array {
  return sha256(member.key);
}

/** A seat that remembers what it was given, and has room or not as the test likes. */
export class Notebook implements Seat {
  readonly broadcasts: Broadcast[] = [];
  removal: Removal | undefined;
  /** Whether it gives a sign of life. */
  lives = true;
  #room: PromiseWithResolvers<void> | undefined;

  deliver(broadcast: Broadcast): boolean {
    this.broadcasts.push(broadcast);
    return this.#room === undefined;
  }

  async drained(): Promise<void> {
    await this.#room?.promise;
  }

  isAlive(): Promise<boolean> {
    return Promise.resolve(this.lives);
  }

  remove(removal: Removal): void {
    assert.equal(this.removal, undefined, "nobody is put out twice");
    this.removal = removal;
    this.makeRoom();
  }

  /** From now on it has no room for more. */
  fill(): this {
    this.#room ??= Promise.withResolvers();
    return this;
  }

  /** From now on it has. */
  makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }

  get messages(): RoomMessage[] {
    return this.broadcasts.map(({ message }) => message);
  }

  /** What it was told, a line for each message. */
  get heard(): string[] {
    return this.messages.map(described);
  }
}

/** A message in a line, for comparisons. */
export function described(message: RoomMessage): string {
  switch (message.type) {
    case "message":
      return message.private === undefined
        ? `${message.seq} ${message.from.nick}`
        : `private ${message.private} ${message.from.nick}`;
    case "member": {
      const { change, member, previous, reason } = message;
      const before = previous === undefined ? "" : `, before ${previous}`;
      return `${member.nick} ${change}${before}${reason === undefined ? "" : `: ${reason}`}`;
    }
    case "notice":
      return `notice: ${message.text}`;
    case "topic":
      return `topic of ${message.by.nick}: ${message.topic}`;
    case "delivered":
      return `delivered ${message.seq}`;
    case "refused":
      return `refused: ${message.reason}`;
    case "caught-up":
      return `caught up ${message.seq}`;
    case "log":
      return `log ${message.seq} ${message.kept}`;
    default:
      return message.type;
  }
}

/** A seat of which nobody takes notice. */
export function somebody(): Seat {
  return {
    deliver: () => true,
    drained: () => Promise.resolve(),
    isAlive: () => Promise.resolve(true),
    remove: () => {},
  };
}

/** How somebody comes. */
export interface Journey {
  readonly transports?: ReturnType<typeof memoryPair>;
  readonly keys?: X25519KeyPair;
  /** What its hello says besides its name. */
  readonly hello?: Partial<Hello>;
}

/** A channel whose server's end is served as a guest. */
export async function visit(
  room: Room,
  options: GuestOptions = {},
  { transports = memoryPair(), keys }: Journey = {},
): Promise<{ client: SecureChannel; server: SecureChannel; served: Promise<void> }> {
  const client = keys === undefined ? {} : { client: { staticKeyPair: keys } };
  const ends = await establish({ transports, ...client });
  const served = serveGuest(ends.server, room, options);
  served.catch(() => {});
  return { ...ends, served };
}

/** A hello; from a new visit each time, unless it says otherwise. */
export function hello(nick = "guest", details: Partial<Hello> = {}): Uint8Array {
  const visit = crypto.getRandomValues(new Uint8Array(16));
  return encodeMessage({
    type: "hello",
    version: CHAT_VERSION,
    nick,
    visit,
    past: 200,
    ...details,
  });
}

/** What to say to everybody, or to one. */
export function send(id: number, text: string, to?: Participant): MemberMessage {
  return { type: "send", id: idOf(id), body: encodeText(text), ...(to !== undefined && { to }) };
}

/** What a room says next. */
export async function hear(channel: SecureChannel): Promise<RoomMessage> {
  const bytes = await channel.receive();
  assert.ok(bytes !== undefined, "the room has said goodbye");
  return decodeRoomMessage(bytes);
}

/** What a room says next, so many times, in lines. */
export async function hearLines(channel: SecureChannel, count: number): Promise<string[]> {
  const lines: string[] = [];
  while (lines.length < count) lines.push(described(await hear(channel)));
  return lines;
}

/** A guest without a {@linkcode Member}: the test reads and writes its messages itself. */
export interface Guest {
  readonly client: SecureChannel;
  readonly server: SecureChannel;
  readonly served: Promise<void>;
  /** How the room knows it. */
  readonly self: Participant;
  /** What it was told until it had caught up. */
  readonly introduction: readonly RoomMessage[];
}

/** Somebody who has been let in. */
export async function enter(
  room: Room,
  nick: string,
  options: GuestOptions = {},
  journey: Journey = {},
): Promise<Guest> {
  const ends = await visit(room, options, journey);
  await ends.client.send(hello(nick, journey.hello));
  const introduction: RoomMessage[] = [];
  let self: Participant | undefined;
  while (true) {
    const message = await hear(ends.client);
    introduction.push(message);
    if (message.type === "welcome") self = message.you;
    if (message.type === "caught-up" && self !== undefined) return { ...ends, self, introduction };
  }
}

/** Says goodbye and hears the rest. */
export async function leave({ client, served }: Guest): Promise<void> {
  await client.close();
  await served;
}

/** Goes without waiting for anything. */
export const HURRY = { code: CloseCode.shutdown, reason: "" };

/** Listens to a member until the end; what it has heard so far, and how that ended. */
export function listen(
  member: Member,
): { events: MemberEvent[]; ended: Promise<void> } {
  const events: MemberEvent[] = [];
  const ended = (async () => {
    for await (const event of member.events()) {
      if (event.type !== "caught-up") events.push(event);
    }
  })();
  ended.catch(() => {});
  return { events, ended };
}
