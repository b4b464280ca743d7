import assert from "node:assert/strict";
import {
  acceptAnyone,
  type CipherChoice,
  connectSecure,
  type ConnectSecureOptions,
  protocolName,
  type SecureChannel,
} from "../../../lib/channel/mod.ts";
import { combineDoorObservers, type HandshakeEnd } from "../../../lib/chat/mod.ts";
import { generateX25519KeyPair, sha256 } from "../../../lib/crypto/mod.ts";
import {
  fingerprint,
  formatPublicKeyLine,
  invitationPreSharedKey,
  parseInvitation,
} from "../../../lib/identity/mod.ts";
import { type Door, openDoor } from "../../../lib/server/door/open_door.ts";
import { parseServerFlags } from "../../../lib/program/flags/server_flags.ts";
import { StateFolder } from "../../../lib/trust/state_folder.ts";
import { DoorReporter } from "../../../lib/server/door/door_reporter.ts";
import { described, failure, rejection, turns, until } from "../../channel/support.ts";
import { temporaryFolder } from "../../support/doubles.ts";

const SERVER_KEYS = await generateX25519KeyPair();
const GUEST_KEYS = await generateX25519KeyPair();
const PRINT = fingerprint(GUEST_KEYS.publicKey);

/** A door on a free port of this machine, closed at the end of the block. */
class TestDoor implements Disposable {
  readonly told: string[] = [];
  readonly handshakes: HandshakeEnd[] = [];
  readonly refused: unknown[][] = [];

  private constructor(
    readonly folder: ReturnType<typeof temporaryFolder>,
    private opened: {
      door?: Door;
    } = {},
  ) {}

  /** What was opened. */
  get door(): Door {
    assert.ok(this.opened.door !== undefined);
    return this.opened.door;
  }

  /** @param files What is in the server's folder. `FOLDER` in an argument stands for it. */
  static async open(
    args: readonly string[] = [],
    files: Readonly<Record<string, string>> = {},
  ): Promise<TestDoor> {
    const test = new TestDoor(temporaryFolder());
    const { path } = test.folder;
    try {
      for (const [name, text] of Object.entries(files)) {
        await Deno.writeTextFile(`${path}/${name}`, text, { mode: 0o600 });
      }
      const listen = args.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
      const named = args.map((arg) => arg.replace("FOLDER", path));
      const flags = parseServerFlags(["--home", path, ...listen, ...named]);
      assert.ok("listen" in flags);
      test.opened.door = await openDoor({
        rules: flags,
        keyPair: SERVER_KEYS,
        folder: new StateFolder(path),
        observer: combineDoorObservers({
          handshake: (end) => void test.handshakes.push(end),
          refused: (...event) => void test.refused.push(event),
        }, new DoorReporter((text) => void test.told.push(text))),
        tell: (text) => void test.told.push(text),
      });
      return test;
    } catch (error) {
      test[Symbol.dispose]();
      throw error;
    }
  }

  /** How the handshakes have ended so far. */
  get results(): readonly HandshakeEnd["result"][] {
    return this.handshakes.map(({ result }) => result);
  }

  /** Connects as a client does. */
  connect(options: Partial<ConnectSecureOptions> = {}): Promise<SecureChannel> {
    return connectSecure({
      acceptPeer: acceptAnyone,
      ...this.door.listener.address,
      staticKeyPair: GUEST_KEYS,
      protocols: [protocolName({ cipher: "cbc", classical: true })],
      ...options,
    });
  }

  /** Connects, and leaves at once. */
  async visit(options: Partial<ConnectSecureOptions> = {}): Promise<void> {
    const channel = await this.connect(options);
    const accepted = await this.door.listener.accept();
    assert.ok(accepted !== undefined);
    channel.abort();
    accepted.abort();
    await Promise.all([channel.closed, accepted.closed]);
  }

  /** Connects, and hears that it may not. */
  refusal(): Promise<string> {
    return failure(this.connect().then((channel) => channel.receive()));
  }

  [Symbol.dispose](): void {
    this.opened.door?.listener.close();
    this.folder[Symbol.dispose]();
  }
}

Deno.test("door: it listens at every address that was named, and invites to the first", async () => {
  using test = await TestDoor.open(["--listen", "127.0.0.1:0", "--listen", "localhost:0"]);
  const { listener, inviter } = test.door;
  assert.equal(listener.addresses.length, 2);
  for (const address of listener.addresses) await test.visit(address);
  const { invite } = await inviter.invite({ singleUse: false });
  assert.equal(parseInvitation(invite).address, `127.0.0.1:${listener.addresses[0].port}`);
});

Deno.test("door: --public is the address that invitations name", async () => {
  using test = await TestDoor.open(["--public", "chat.example:9"]);
  const { invite } = await test.door.inviter.invite({ singleUse: false });
  assert.equal(parseInvitation(invite).address, "chat.example:9");
});

Deno.test("door: it is closed as soon as a flag says who may enter", async () => {
  const files = { guests: "" };
  const cases: readonly (readonly [args: readonly string[], isClosed: boolean])[] = [
    [[], false],
    [["--invite"], true],
    [["--invite-only"], true],
    [["--allow", "FOLDER/guests"], true],
  ];
  for (const [args, isClosed] of cases) {
    using test = await TestDoor.open(args, files);
    assert.equal(test.door.isClosed, isClosed);
    if (!isClosed) await test.visit();
    else assert.equal(await test.refusal(), "AuthenticationError/key-refused");
  }
});

Deno.test("door: --cipher and --classical say what is accepted", async () => {
  const cases: readonly (readonly [args: string[], ciphers: string, hybrid: boolean])[] = [
    [[], "cbc gcm", true],
    [["--cipher", "cbc"], "cbc", true],
    [["--cipher", "gcm"], "gcm", true],
    [["--classical"], "cbc gcm", false],
    [["--cipher", "gcm", "--classical"], "gcm", false],
  ];
  for (const [args, ciphers, hybrid] of cases) {
    using test = await TestDoor.open(args);
    for (const cipher of ["cbc", "gcm"] satisfies CipherChoice[]) {
      for (const classical of [true, false]) {
        const protocols = [protocolName({ cipher, classical })];
        const isAccepted = ciphers.includes(cipher) && (classical || hybrid);
        if (isAccepted) await test.visit({ protocols });
        else await rejection(test.connect({ protocols }));
      }
    }
    const accepted = test.results.filter((result) => result === "accepted").length;
    assert.equal(accepted, ciphers.split(" ").length * (hybrid ? 2 : 1));
  }
});

Deno.test("door: an invitation opens a closed one, whatever the cipher", async () => {
  using test = await TestDoor.open(["--invite-only"]);
  const { invite } = await test.door.inviter.invite({ singleUse: false });
  const preSharedKey = invitationPreSharedKey(parseInvitation(invite));
  for (const cipher of ["cbc", "gcm"] satisfies CipherChoice[]) {
    for (const classical of [true, false]) {
      const protocols = [protocolName({ cipher, classical, preSharedKey: true })];
      await test.visit({ protocols, preSharedKey });
    }
  }
  assert.deepEqual(test.results, Array(4).fill("accepted"));
});

Deno.test("door: whoever is banned hears why, and is told of once, by fingerprint", async () => {
  using test = await TestDoor.open(["--allow", "FOLDER/guests"], {
    guests: `operator ${formatPublicKeyLine(GUEST_KEYS.publicKey)} eve\n`,
    banned_keys: `${PRINT} 2026-01-02 eve too much spam\n`,
  });
  const why = "you are banned; reason: too much spam";
  const error = await rejection(test.connect().then((channel) => channel.receive()));
  assert.ok(error instanceof Error);
  assert.equal(error.message, `the other side says: “${why}”`);
  await until(() => test.handshakes.length === 1);
  const [{ result, address, milliseconds }] = test.handshakes;
  // The words of the refusal are an operator's: a log is not for them.
  assert.deepEqual(test.handshakes, [{ result: "refused", address, milliseconds }]);
  assert.equal(result, "refused");
  assert.deepEqual(test.refused, [[GUEST_KEYS.publicKey, address, "banned"]]);
  assert.deepEqual(test.told, [`${PRINT} at ${address} may not enter: banned`]);

  await test.door.bans.remove(sha256(GUEST_KEYS.publicKey));
  await test.visit();
});

Deno.test("door: how each handshake ended is reported, with the address and the reason", async () => {
  using test = await TestDoor.open();
  await test.visit();
  // As a client does that does not know the server yet.
  await rejection(test.connect({ acceptPeer: () => false }));
  await until(() => test.handshakes.length === 2);
  const { hostname, port } = test.door.listener.address;
  const stranger = await Deno.connect({ hostname, port });
  await stranger.write(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
  await until(() => test.handshakes.length === 3);
  stranger.close();
  assert.deepEqual(test.results, ["accepted", "hung-up", "failed"]);
  for (const { address, milliseconds } of test.handshakes) {
    assert.match(address, /^127\.0\.0\.1:\d+$/);
    assert.ok(milliseconds > 0);
  }
  const errors = test.handshakes.map((end) => "error" in end ? described(end.error) : undefined);
  assert.deepEqual(errors, [undefined, "NetworkError/hung-up", "ProtocolError/not-this-protocol"]);
  // The host is told of those who failed, and not of those who came in.
  assert.equal(test.told.length, 1, "the other one comes in the same quiet period");
  assert.match(
    test.told[0],
    /^a client at 127\.0\.0\.1:\d+ is asking its user whether to trust this server's key/,
  );
});

Deno.test("door: an address has no more connections than it may", async () => {
  using test = await TestDoor.open(["--max-per-address", "1"]);
  const first = await test.connect();
  const error = await rejection(test.connect().then((channel) => channel.receive()));
  assert.match(String(error), /too many connections/);
  await until(() => test.results.includes("turned-away"));
  first.abort();
  const accepted = await test.door.listener.accept();
  accepted?.abort();
  await accepted?.closed;
});

Deno.test("door: from this machine any number may come, unless a flag says how many", async () => {
  using test = await TestDoor.open();
  const { hostname, port } = test.door.listener.address;
  const strangers: Deno.Conn[] = [];
  for (let count = 0; count < 120; count++) strangers.push(await Deno.connect({ hostname, port }));
  await test.visit();
  assert.deepEqual(test.results, ["accepted"]);
  for (const stranger of strangers) stranger.close();
  await until(() => test.handshakes.length === 121);
});

Deno.test("door: of too many handshakes at once the oldest is given up", async () => {
  using test = await TestDoor.open(["--max-handshakes", "1"]);
  const { hostname, port } = test.door.listener.address;
  const stranger = await Deno.connect({ hostname, port });
  const gone = stranger.read(new Uint8Array(1)).catch(() => null);
  await test.visit();
  assert.equal(await gone, null);
  stranger.close();
  assert.deepEqual([...test.results].sort(), ["accepted", "turned-away"]);
});

Deno.test("door: with a file that cannot be used it does not open", async () => {
  const cases: readonly (readonly [args: string[], files: Record<string, string>, what: RegExp])[] =
    [
      [[], { banned_keys: "# bans\neve\n" }, /banned_keys, line 2: /],
      [[], { banned_keys: "\x00" }, /banned_keys, line 1: it does not begin with a fingerprint/],
      [[], { invitations: "nonsense\n" }, /invitations, line 1: /],
      [["--allow", "FOLDER/guests"], { guests: "operator\n" }, /guests, line 1: /],
      [["--allow", "FOLDER/guests"], {}, /^there is no file .*guests; /],
    ];
  for (const [args, files, what] of cases) {
    await assert.rejects(TestDoor.open(args, files), { code: "bad-file", message: what });
  }
  // Nothing is left that listens: the test would find it.
  await turns();
});

Deno.test("door: a line in the guest list that is of no use is told of", async () => {
  using test = await TestDoor.open(["--allow", "FOLDER/guests"], {
    guests: `ssh-rsa AAAA dave\nOperator ${formatPublicKeyLine(GUEST_KEYS.publicKey)}\n`,
  });
  assert.equal(test.told.length, 2);
  assert.match(test.told[0], /guests, line 1: passed over, an ssh-rsa key cannot be used here$/);
  assert.match(test.told[1], /guests, line 2: passed over, a line with options cannot be used/);
});

Deno.test("door: what the list said during the handshake goes with the visit, whatever it says then", async () => {
  const line = formatPublicKeyLine(GUEST_KEYS.publicKey);
  using test = await TestDoor.open(["--allow", "FOLDER/guests"], {
    guests: `operator ${line} Ada\n`,
  });
  const enter = async () => {
    const client = await test.connect();
    const channel = await test.door.listener.accept();
    assert.ok(channel !== undefined);
    return { client, channel };
  };
  const first = await enter();
  await Deno.writeTextFile(`${test.folder.path}/guests`, `${line} Ada Lovelace\n`);
  const second = await enter();
  const { admission } = test.door;
  // Each by its own channel, although the key is the same.
  assert.deepEqual(admission.entryOf(second.channel.peer.publicKey), {
    trust: "known",
    listedAs: "Ada Lovelace",
    isOperator: false,
  });
  assert.deepEqual(admission.entryOf(first.channel.peer.publicKey), {
    trust: "known",
    listedAs: "Ada",
    isOperator: true,
  });
  for (const { client, channel } of [first, second]) {
    client.abort();
    channel.abort();
    await Promise.all([client.closed, channel.closed]);
  }
});
