import assert from "node:assert/strict";
import type { SecureChannel } from "../../../lib/channel/mod.ts";
import {
  type Broadcast,
  CHAT_VERSION,
  decodeRoomMessage,
  encodeMessage,
  encodeText,
  type Hello,
  isNick,
  looksLike,
  type Membership,
  MODERATIONS,
  type Participant,
  Room,
  type RoomMessage,
  serveRoom,
} from "../../../lib/chat/mod.ts";
import { encodeCbor } from "../../../lib/chat/wire/cbor.ts";
import { settledWithin } from "../../../lib/abort.ts";
import { hex, sha256 } from "../../../lib/crypto/mod.ts";
import { ReportedError, UsageError } from "../../../lib/errors.ts";
import { establish } from "../../channel/support.ts";
import { HOST_KEY, KEY_PAIRS } from "../../chat/support.ts";
import { memoryPair, type MemoryTransport } from "../../support/wire.ts";
import type { Material } from "../material.ts";
import type { Target } from "../target.ts";
import { memberMessage } from "./wire.ts";

const MAX_MEMBERS = 6;
const NICKS = ["ada", "bob", "аda", "ADA", "guest", "host", "ada-2"];

/** Somebody who has come, and does what nobody should. */
interface Guest {
  readonly channel: SecureChannel;
  readonly transport: MemoryTransport;
  readonly listening: Promise<void>;
  /** The key's position in the list. */
  readonly who: number;
}

/** One room and everybody who comes to it, in one case. */
class World {
  readonly #material: Material;
  readonly #room: Room;
  readonly #serving: Promise<void>;
  readonly #door: TransformStream<SecureChannel, SecureChannel> = new TransformStream();
  readonly #entrance = this.#door.writable.getWriter();
  readonly #guests = new Set<Guest>();
  readonly #bans = new Set<string>();
  readonly #host: Membership;
  /** What the host has heard: it was there from the beginning, and reads everything at once. */
  readonly #heard: RoomMessage[] = [];
  /** Up to which number a key may have spoken that is muted. */
  readonly #muted = new Map<string, number>();
  readonly #failures: unknown[] = [];
  readonly #hostPosts: Promise<unknown>[] = [];

  /** Whether one of the guests may moderate the others, and end what the host has set. */
  readonly #hasOperator: boolean;

  constructor(material: Material) {
    this.#material = material;
    this.#hasOperator = material.chance(0.3);
    this.#room = new Room({
      limits: {
        members: MAX_MEMBERS,
        messageSize: 4_000,
        queueSize: material.one([8_000, 262_144]),
        history: material.below(6),
        messagesPerSecond: material.one([50, 5_000]),
      },
      grace: material.one([0, 0, 5, 60_000]),
      gatherFor: material.one([0, 0, 1]),
      ownerKey: HOST_KEY,
      bans: {
        add: ({ target }) => Promise.resolve(void this.#bans.add(hex(target))),
        remove: (target) => Promise.resolve(this.#bans.delete(hex(target))),
      },
    });
    this.#host = this.#room.join("host", HOST_KEY, {
      deliver: (broadcast: Broadcast) => {
        this.#hear(broadcast.message);
        return true;
      },
      drained: () => Promise.resolve(),
      isAlive: () => Promise.resolve(true),
      remove: () => this.#failures.push(new Error("the host was removed")),
    }, { isOperator: true });
    void this.#host.follow({ past: 0 });
    const operator = KEY_PAIRS[0].publicKey;
    this.#serving = serveRoom(this.#door.readable, this.#room, {
      isOperator: (key) => this.#hasOperator && hex(key) === hex(operator),
      whyNot: (key) =>
        Promise.resolve(this.#bans.has(hex(sha256(key))) ? "you are banned" : undefined),
      door: { turnedAway: (error) => this.#failed(error) },
      onFailure: (error) => this.#failed(error),
    });
  }

  #hear(message: RoomMessage): void {
    this.#heard.push(message);
    // A letter is confirmed, or its sender would wait for that before it leaves.
    if (message.type !== "message" || message.private === undefined) return;
    const { private: number } = message;
    queueMicrotask(() => this.#host.got(number));
  }

  #failed(error: unknown): void {
    if (!(error instanceof ReportedError)) this.#failures.push(error);
  }

  async live(): Promise<void> {
    for (let steps = 5 + this.#material.below(40); steps > 0; steps--) {
      await this.#step();
      await this.#turns();
      this.#check();
    }
    await this.#end();
  }

  #step(): Promise<void> | void {
    const guest = this.#material.pick([...this.#guests]);
    switch (this.#material.below(guest === undefined ? 2 : 12)) {
      case 0:
        return this.#come();
      case 1:
        return this.#hostActs();
      case 2:
        return this.#leave(guest);
      case 3:
        return this.#cut(guest);
      default:
        return this.#say(guest);
    }
  }

  async #come(): Promise<void> {
    const material = this.#material;
    if (this.#guests.size > MAX_MEMBERS + 2) return;
    const who = material.below(material.one([2, KEY_PAIRS.length]));
    const transports = memoryPair(material.one([500, 65_536]));
    const { client, server } = await establish({
      transports,
      cipher: "gcm",
      client: { staticKeyPair: KEY_PAIRS[who] },
    });
    await this.#entrance.write(server);
    const guest: Guest = {
      channel: client,
      transport: transports.client,
      listening: this.#listen(client, material.chance(0.2)),
      who,
    };
    this.#guests.add(guest);
    if (material.chance(0.05)) return;
    const { id, last } = this.#room.log;
    const hello: Hello = {
      type: "hello",
      version: CHAT_VERSION,
      nick: material.one(NICKS),
      // The same one for a key, mostly: then it comes back to its place.
      visit: new Uint8Array(16).fill(material.chance(0.8) ? who : material.below(256)),
      past: material.below(10),
      ...(material.chance(0.5) && {
        after: {
          log: material.chance(0.8) ? id : new Uint8Array(16),
          seq: material.below(last + 2),
        },
      }),
    };
    const bytes = encodeMessage(hello);
    this.#send(guest, material.chance(0.1) ? material.mutate(bytes) : bytes);
  }

  /** Reads what the room says, as a client does; what a client would not take is the room's fault. */
  async #listen(channel: SecureChannel, isLazy: boolean): Promise<void> {
    let last = 0;
    let lastPrivate = 0;
    let isIn = false;
    try {
      if (isLazy) await new Promise<void>((resolve) => setTimeout(resolve, 5));
      for (let bytes = await channel.receive(); bytes; bytes = await channel.receive()) {
        let message: RoomMessage;
        try {
          message = decodeRoomMessage(bytes);
        } catch (error) {
          this.#failures.push(error);
          return;
        }
        if (message.type === "welcome") {
          if (isIn) this.#failures.push(new Error("two welcomes"));
          isIn = true;
        }
        if (message.type !== "message") continue;
        if (message.private !== undefined) {
          if (message.private <= lastPrivate) this.#failures.push(new Error("a letter twice"));
          lastPrivate = message.private;
        } else {
          if (message.seq <= last) {
            this.#failures.push(new Error(`message ${message.seq} behind ${last}`));
          }
          last = message.seq;
        }
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  #send({ channel }: Guest, bytes: Uint8Array): void {
    channel.send(bytes).catch((error) => this.#failed(error));
  }

  #participant(): Participant {
    const material = this.#material;
    const found = material.pick(this.#room.members);
    if (found !== undefined && material.chance(0.9)) return { nick: found.nick, key: found.key };
    return { nick: material.one(NICKS), key: material.one(KEY_PAIRS).publicKey };
  }

  #request(): Uint8Array {
    const material = this.#material;
    // Some ids come twice.
    const id = new Uint8Array(16).fill(material.below(40));
    const body = encodeText(material.text(material.chance(0.05) ? 5_000 : 100));
    switch (material.below(9)) {
      case 0:
        return encodeMessage({ type: "send", id, body, to: this.#participant() });
      case 1: {
        const nick = material.chance(0.95) ? material.one(NICKS) : material.text(40);
        return encodeCbor({ type: "rename", id, nick });
      }
      case 2:
        return encodeCbor({ type: "topic", id, topic: material.text(50) });
      case 3:
        return encodeCbor({
          type: "past",
          id,
          before: material.below(20),
          count: 1 + material.below(10),
          ...(material.chance(0.3) && { words: material.text(10) }),
        });
      case 4:
        return encodeMessage({ type: "got", private: material.below(8) });
      case 5: {
        const action = material.one(MODERATIONS);
        return encodeMessage({
          type: "moderate",
          id,
          action,
          target: sha256(this.#participant().key),
          reason: "",
          seconds: action === "slow" ? material.below(3) : 0,
        });
      }
      case 6:
        // Most of these end the connection.
        if (material.chance(0.1)) return encodeCbor(material.sample(memberMessage));
        return encodeMessage({ type: "send", id, body });
      default:
        return encodeMessage({ type: "send", id, body });
    }
  }

  #say(guest: Guest | undefined): void {
    if (guest === undefined) return;
    for (let count = 1 + this.#material.below(5); count > 0; count--) {
      const bytes = this.#request();
      this.#send(guest, this.#material.chance(0.03) ? this.#material.mutate(bytes) : bytes);
    }
  }

  #leave(guest: Guest | undefined): void {
    if (guest === undefined) return;
    const code = this.#material.one([0, 5, 5, this.#material.below(256)]);
    const info = { code, reason: code === 0 ? "" : this.#material.text(50).toWellFormed() };
    void guest.channel.end(info).catch((error) => this.#failed(error));
    this.#guests.delete(guest);
    // Whoever has said goodbye and stays is waited for: in the end nobody stays.
    void guest.listening.then(() => guest.channel.abort());
    this.#gone.push(guest);
  }

  readonly #gone: Guest[] = [];

  #cut(guest: Guest | undefined): void {
    if (guest === undefined) return;
    guest.transport.incoming.break();
    guest.transport.outgoing.break();
    guest.channel.abort();
    this.#guests.delete(guest);
    this.#gone.push(guest);
  }

  async #hostActs(): Promise<void> {
    const material = this.#material;
    const { key } = this.#participant();
    const target = sha256(key);
    const id = material.bytes(16);
    const act = async (action: typeof MODERATIONS[number]) => {
      try {
        await this.#host.moderate({ action, target, reason: "", seconds: 1 });
        return true;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return false;
      }
    };
    switch (material.below(6)) {
      case 0:
        if (await act("mute")) {
          await this.#room.settle();
          this.#muted.set(hex(key), this.#room.log.last);
        }
        return;
      case 1:
        await act("unmute");
        this.#muted.delete(hex(key));
        return;
      case 2:
        await act(material.one(["kick", "slow", "unban"] as const));
        return;
      case 3:
        if (material.chance(0.3)) await act("ban");
        return;
      default:
        this.#hostPosts.push(
          this.#host.post(id, encodeText("hello")).catch((error) => {
            if (!(error instanceof UsageError)) throw error;
          }),
        );
    }
  }

  /** Lets everything happen that is under way. */
  async #turns(): Promise<void> {
    const count = this.#material.below(3);
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  }

  /** What holds at every moment. */
  #check(): void {
    const [failure] = this.#failures;
    if (failure !== undefined) throw failure;
    const { members } = this.#room;
    assert.ok(members.length >= 1 && members.length <= MAX_MEMBERS, `${members.length} members`);
    assert.equal(members[0].nick, this.#host.member.nick);
    const nicks = members.map(({ nick }) => nick);
    assert.equal(new Set(nicks).size, nicks.length, `${nicks}`);
    for (const [index, nick] of nicks.entries()) {
      assert.ok(isNick(nick), nick);
      assert.ok(!nicks.slice(index + 1).some((other) => looksLike(nick, other)), `${nicks}`);
    }
    let last = 0;
    for (const message of this.#heard) {
      if (message.type !== "message" || message.private !== undefined) continue;
      assert.ok(message.seq > last, `the host hears ${message.seq} behind ${last}`);
      last = message.seq;
    }
  }

  /** Everybody goes, and nothing stays behind. */
  async #end(): Promise<void> {
    await Promise.all(this.#hostPosts);
    for (const guest of [...this.#guests]) {
      if (this.#material.chance(0.5)) this.#leave(guest);
      else this.#cut(guest);
    }
    await this.#turns();
    for (const { transport, channel } of this.#gone) {
      transport.incoming.break();
      transport.outgoing.break();
      channel.abort();
    }
    await Promise.all(this.#gone.map(({ listening }) => listening));
    await this.#entrance.close();
    // Whoever is held back is not read from: that it is gone shows when something is sent to it.
    let isOver = false;
    const serving = this.#serving.finally(() => isOver = true);
    while (!isOver) {
      await this.#host.setTopic("the end");
      await settledWithin(serving, 5);
    }
    await this.#room.settle();
    this.#check();
    const { log } = this.#room;
    const said = await log.readAfter(0, { count: 10_000, size: 1e9 });
    for (const [index, { seq, from }] of said.entries()) {
      assert.equal(seq, log.first + index);
      const since = this.#muted.get(hex(from.key));
      // Whom an operator among the guests could have unmuted is not looked at.
      if (since !== undefined && !this.#hasOperator) {
        assert.ok(seq <= since, `${from.nick} is muted, and is heard`);
      }
    }
    const own = hex(HOST_KEY);
    const others = said.filter(({ from }) => hex(from.key) !== own).map(({ seq }) => seq);
    const heard = this.#heard.flatMap((message) =>
      message.type === "message" && message.private === undefined ? [message.seq] : []
    );
    assert.deepEqual(heard, others, "the host has heard each message once");
    this.#host.leave();
    await this.#room.close();
    assert.deepEqual(this.#room.members, []);
    const [failure] = this.#failures;
    if (failure !== undefined) throw failure;
  }
}

/** A room, and guests who do not keep to the rules. */
export const rooms: Target = {
  name: "room",
  run: (material) => new World(material).live(),
};
