import assert from "node:assert/strict";
import { CloseCode, type SecureChannel } from "../../lib/channel/mod.ts";
import {
  ALL_PAST,
  encodeText,
  Member,
  MemoryLog,
  Room,
  type RoomOptions,
  Visit,
} from "../../lib/chat/mod.ts";
import { LastingRoom } from "../../lib/client/lasting_room.ts";
import { BackOff } from "../../lib/client/reconnect/back_off.ts";
import { Waker } from "../../lib/client/reconnect/waker.ts";
import { stay, type StayOptions } from "../../lib/client/stay.ts";
import { Conversation } from "../../lib/conversation/conversation.ts";
import { AuthenticationError, NetworkError } from "../../lib/errors.ts";
import { memoryStore } from "../../lib/identity/mod.ts";
import { exitStatus } from "../../lib/terminal/events/error_event.ts";
import { IgnoredPeople } from "../../lib/trust/ignored_people.ts";
import { VerifiedPeople } from "../../lib/trust/verified_people.ts";
import { isPending, until } from "../channel/support.ts";
import { HOST_KEY, KEY_PAIRS, Notebook, visit as visitRoom } from "../chat/support.ts";
import { type RecordingScreen, recordingScreen, toldIn } from "../support/doubles.ts";

const REFUSED = new NetworkError("connection-refused", "no server is listening");

/** What is typed or piped in, when the test says so. */
class Input {
  readonly #lines: string[] = [];
  #isOver = false;
  #changed = Promise.withResolvers<void>();

  type(...lines: readonly string[]): void {
    this.#lines.push(...lines);
    this.#notify();
  }

  end(): void {
    this.#isOver = true;
    this.#notify();
  }

  async *lines(): AsyncGenerator<string> {
    while (true) {
      const line = this.#lines.shift();
      if (line !== undefined) yield line;
      else if (this.#isOver) return;
      else await this.#changed.promise;
    }
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

interface WorldOptions {
  readonly isInteractive?: boolean;
  readonly json?: boolean;
  readonly reconnect?: boolean;
  readonly reconnectFor?: number;
}

/** A client in a real room, with a network in between that does what the test says. */
class World implements AsyncDisposable {
  room = new Room({ grace: 60_000 });
  host = new Notebook();
  readonly input = new Input();
  readonly screen: RecordingScreen;
  readonly client: LastingRoom;
  /** What an attempt to connect comes to, if it does not succeed. */
  failure: Error | undefined;
  attempts = 0;
  readonly status: Promise<number>;
  readonly #interruption = new AbortController();
  readonly #visit: Visit;
  readonly #past: number;
  readonly #served: Promise<void>[] = [];
  #ends: { client: SecureChannel; server: SecureChannel } | undefined;

  static async open(options: WorldOptions = {}): Promise<World> {
    const { isInteractive = true, json = false } = options;
    const past = isInteractive || json ? ALL_PAST : 0;
    const visit = new Visit();
    const people = await VerifiedPeople.open(memoryStore("verified_keys"));
    const ignored = await IgnoredPeople.open(memoryStore("ignored_keys"));
    return new World({ isInteractive, json, ...options }, visit, past, people, ignored);
  }

  private constructor(
    { isInteractive = true, json = false, reconnect = true, reconnectFor }: WorldOptions,
    visit: Visit,
    past: number,
    people: VerifiedPeople,
    ignored: IgnoredPeople,
  ) {
    this.#visit = visit;
    this.#past = past;
    const screen = recordingScreen({ isInteractive });
    screen.lines = () => this.input.lines();
    this.screen = screen;
    this.openHost();
    // Only as far as it can be read before there is a connection.
    const first = Promise.withResolvers<LastingRoom>();
    this.client = undefined as unknown as LastingRoom;
    this.status = (async () => {
      const connection = await this.#connect();
      const room = new LastingRoom(connection.member);
      first.resolve(room);
      Object.defineProperty(this, "client", { value: room });
      const options: StayOptions = {
        connection,
        room,
        conversation: new Conversation({
          screen,
          room,
          people,
          ignored,
          verifiable: () => [],
          isVerified: () => false,
          json,
        }),
        screen,
        flags: { json, reconnect, reconnectFor },
        outbox: undefined,
        connectAgain: () => this.#connect(room.self.nick),
        signal: this.#interruption.signal,
        patience: { hasty: 50, farewell: 5_000 },
        backOff: new BackOff(() => 0.001),
        waker: () => new Waker({ addresses: () => undefined }),
      };
      return await stay(options);
    })();
    this.status.catch(() => {});
  }

  /** Somebody sits at the server. */
  openHost(): void {
    this.host = new Notebook();
    this.member = this.room.join("host", HOST_KEY, this.host);
    void this.member.follow({ past: 0 });
  }

  member!: ReturnType<Room["join"]>;

  /** The server is killed, and another one started, which knows nothing. */
  restart(options: RoomOptions = {}): void {
    this.cut();
    this.room = new Room({ grace: 60_000, ...options });
    this.openHost();
  }

  /** The connection is cut. */
  cut(): void {
    this.#ends?.server.abort();
    this.#ends?.client.abort();
  }

  /** The server ends the connection. */
  async hangUp(code: number, reason = ""): Promise<void> {
    await this.#ends?.server.close({ code, reason }).catch(() => {});
  }

  /** The host says something. */
  async say(byte: number, text: string): Promise<void> {
    await this.member.post(new Uint8Array(16).fill(byte), encodeText(text));
  }

  interrupt(): void {
    this.#interruption.abort();
  }

  events<Kind extends RecordingScreen["events"][number]["event"]>(kind: Kind) {
    return this.screen.events.filter((event) => event.event === kind) as Extract<
      RecordingScreen["events"][number],
      { event: Kind }
    >[];
  }

  /** Waits until this client is in the room, and has caught up. */
  async isIn(): Promise<void> {
    await until(() => this.client?.isConnected && this.room.members.length === 2);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.input.end();
    this.interrupt();
    await this.status.catch(() => {});
    this.cut();
    await Promise.allSettled(this.#served);
  }

  async #connect(nick = "guest") {
    this.attempts++;
    if (this.failure !== undefined) throw this.failure;
    const [keys] = KEY_PAIRS;
    const ends = await visitRoom(this.room, {}, keys && { keys });
    this.#ends = ends;
    this.#served.push(ends.served);
    const member = await Member.join(ends.client, {
      nick,
      visit: this.#visit,
      past: this.#past,
    });
    return { channel: ends.client, member };
  }
}

/** The error of one that has ended, and the exit status that it leads to. */
async function failed({ status }: World): Promise<string> {
  const error: unknown = await status.then((status) => `status ${status}`, (error) => error);
  return error instanceof Error ? `${exitStatus(error)}: ${error.message}` : String(error);
}

const texts = (notebook: Notebook) =>
  notebook.messages.flatMap((message) => message.type === "message" ? [message.seq] : []);

Deno.test("stay: a connection that is cut is followed by another one, and nobody notices", async () => {
  await using world = await World.open();
  await world.isIn();
  world.input.type("one");
  await until(() => world.events("delivered").length === 1);
  world.cut();
  await until(() => world.events("reconnected").length === 1);
  world.input.type("two");
  await until(() => world.events("delivered").length === 2);
  assert.deepEqual(world.events("reconnecting").map(({ attempt, reason }) => [attempt, reason]), [
    [1, "the connection was cut"],
  ]);
  assert.deepEqual(world.events("reconnected"), [{ event: "reconnected", missed: 0, resent: 0 }]);
  assert.deepEqual(texts(world.host), [1, 2]);
  assert.deepEqual(world.events("member"), []);
  const others = world.host.heard.filter((line) => /^guest (joined|left)/.test(line));
  assert.deepEqual(others, ["guest joined"]);
  world.input.type("/quit");
  assert.equal(await world.status, 0);
});

Deno.test("stay: what was said meanwhile on either side arrives, once, in its order", async () => {
  await using world = await World.open();
  await world.isIn();
  await world.say(1, "before");
  await until(() => world.events("message").length === 1);
  world.failure = REFUSED;
  world.cut();
  await until(() => world.attempts > 2);
  assert.deepEqual(world.screen.prompts.at(-1)?.slice(0, 2), ["guest", "offline"]);
  world.input.type("mine 1", "mine 2");
  await world.say(2, "missed 1");
  await world.say(3, "missed 2");
  await until(() => world.client.pending.length === 2);
  world.failure = undefined;
  world.screen.keyListener?.();
  await until(() => world.events("delivered").length === 2);
  await until(() => world.events("reconnected").length === 1);
  assert.deepEqual(world.events("message").map(({ text, history }) => `${text} ${history}`), [
    "before false",
    "missed 1 false",
    "missed 2 false",
  ]);
  assert.deepEqual(world.events("reconnected"), [{ event: "reconnected", missed: 2, resent: 2 }]);
  assert.deepEqual(world.events("delivered").map(({ seq }) => seq), [4, 5]);
});

Deno.test("stay: a server that was restarted is told from one that has gone on", async () => {
  await using world = await World.open();
  await world.isIn();
  await world.say(1, "before");
  world.restart();
  await until(() => world.events("reconnected").length === 1);
  assert.equal(toldIn(world.screen.events).filter((text) => /restarted/.test(text)).length, 1);
  await world.say(1, "before");
  await world.say(2, "after");
  await until(() => world.events("message").some(({ text }) => text === "after"));
  assert.equal(world.events("message").length, 2, "what has its id was shown already");
});

Deno.test("stay: a pipe comes back as well, and ends with 0 when every line is confirmed", async () => {
  await using world = await World.open({ isInteractive: false });
  await world.isIn();
  world.input.type("one", "two");
  world.cut();
  world.input.type("three");
  world.input.end();
  assert.equal(await world.status, 0);
  assert.deepEqual(texts(world.host), [1, 2, 3]);
});

Deno.test("stay: a pipe gives up, and names the first line that was not confirmed", async () => {
  await using world = await World.open({ isInteractive: false, reconnectFor: 5 });
  await world.isIn();
  world.input.type("one");
  await until(() => world.events("delivered").length === 1);
  world.failure = REFUSED;
  world.cut();
  world.input.type("two", "three");
  world.input.end();
  assert.equal(
    await failed(world),
    "3: the connection was lost, and connecting again failed: no server is listening; " +
      "line 2 of the input was not confirmed, nor 1 after it",
  );
  assert.deepEqual(world.events("closed"), []);
});

Deno.test("stay: a program is told of each line that is given up", async () => {
  await using world = await World.open({ isInteractive: false, json: true, reconnectFor: 5 });
  await world.isIn();
  world.failure = REFUSED;
  world.cut();
  world.input.type("one", '{"command":"topic","text":"two"}');
  assert.match(
    await failed(world),
    /^3: .*; line 1 of the input was not confirmed, nor 1 after it$/,
  );
  assert.deepEqual(
    world.events("undelivered").map(({ command, text, line }) => [command, text, line]),
    [["say", "one", 1], ["topic", "two", 2]],
  );
});

Deno.test("stay: a program with open input, and a person, do not give up by themselves", async () => {
  for (const options of [{ isInteractive: false, json: true }, {}]) {
    await using world = await World.open(options);
    await world.isIn();
    world.failure = REFUSED;
    world.cut();
    await until(() => world.attempts > 5);
    assert.equal(await isPending(world.status), true);
  }
});

Deno.test("stay: the old way, if that is wanted", async () => {
  await using world = await World.open({ reconnect: false });
  await world.isIn();
  world.cut();
  assert.match(await failed(world), /^3: /);
  assert.deepEqual([world.attempts, world.events("reconnecting")], [1, []]);
});

Deno.test("stay: an operator's kick, a tampered record and another server are ends", async () => {
  const cases = [
    [CloseCode.removed, "3: the other side says: “out”"],
    [CloseCode.tampered, "4: the other side says that a message to it was altered"],
    [CloseCode.malformed, "4: the other side says that it could not use what it was sent: “out”"],
  ] as const;
  for (const [code, expected] of cases) {
    await using world = await World.open();
    await world.isIn();
    await world.hangUp(code, "out");
    const ended = await failed(world);
    assert.ok(ended.startsWith(expected), ended);
    assert.equal(world.attempts, 1);
  }
  await using world = await World.open();
  await world.isIn();
  world.failure = new AuthenticationError("key-changed", "another server");
  world.input.type("one");
  world.cut();
  assert.match(await failed(world), /^4: another server/);
});

Deno.test("stay: a server that shuts down is waited for, and one whose person has left is not", async () => {
  await using world = await World.open();
  await world.isIn();
  await world.hangUp(CloseCode.shutdown);
  await until(() => world.events("reconnected").length === 1);
  assert.equal(world.events("reconnecting")[0]?.reason, "the server is shutting down");
  await world.hangUp(CloseCode.done, "good night");
  assert.equal(await world.status, 0);
  assert.deepEqual(world.events("closed"), [{
    event: "closed",
    reason: "the server left: “good night”",
  }]);
});

Deno.test("stay: a pipe that has said all leaves a server that shuts down", async () => {
  await using world = await World.open({ isInteractive: false, json: true });
  await world.isIn();
  world.input.type("one");
  await until(() => world.events("delivered").length === 1);
  await world.hangUp(CloseCode.shutdown);
  await until(() => world.events("reconnecting").length === 1);
  world.input.end();
  assert.equal(await world.status, 0);
});

Deno.test("stay: a pipe that has said all, but not heard all, comes back to a server that shuts down", async () => {
  await using world = await World.open({ isInteractive: false, json: true });
  await world.isIn();
  // From the next connection on, what was missed is read from a log that takes its time.
  const gate = Promise.withResolvers<void>();
  const log = new MemoryLog();
  const readAfter = log.readAfter.bind(log);
  log.readAfter = async (...range) => (await gate.promise, await readAfter(...range));
  world.restart({ log, limits: { history: 0 } });
  await until(() => world.events("reconnected").length === 1);
  await world.say(1, "heard");
  await until(() => world.events("message").length === 1);
  world.failure = REFUSED;
  world.cut();
  await world.say(2, "missed");
  const { attempts } = world;
  world.failure = undefined;
  await until(() => world.attempts > attempts && world.client.isConnected);
  world.input.end();
  await world.hangUp(CloseCode.shutdown);
  gate.resolve();
  assert.equal(await world.status, 0);
  assert.deepEqual(world.events("message").map(({ text }) => text), ["heard", "missed"]);
});

Deno.test("stay: /quit ends the attempts at once, and says what may not have arrived", async () => {
  for (const isSaid of [true, false]) {
    await using world = await World.open();
    await world.isIn();
    world.failure = REFUSED;
    world.cut();
    await until(() => world.attempts > 2);
    if (isSaid) world.input.type("one");
    world.input.type("/quit");
    if (isSaid) assert.equal(await failed(world), "3: 1 message may not have arrived");
    else assert.equal(await world.status, 0);
  }
});

Deno.test("stay: Ctrl-C ends the attempts at once, with 130", async () => {
  await using world = await World.open();
  await world.isIn();
  world.failure = REFUSED;
  world.cut();
  world.input.type("one");
  await until(() => world.attempts > 2 && world.client.pending.length === 1);
  world.interrupt();
  assert.equal(await world.status, 130);
  assert.deepEqual(world.screen.events.slice(-2), [
    { event: "notice", text: "1 message may not have arrived.", important: true },
    { event: "closed", reason: "you left" },
  ]);
});
