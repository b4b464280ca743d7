import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "npm:fast-check@4.10.2";
import { UsageError } from "../../../lib/errors.ts";
import {
  fileStore,
  InvitationList,
  memoryStore,
  parseLifetime,
  type TextStore,
} from "../../../lib/identity/mod.ts";
import { fixture, folderTest, ON_WINDOWS, Running, usageError } from "../fixtures/support.ts";

const NAME = "/srv/invitations";
const [ADA, BOB] = [1, 2].map((byte) => new Uint8Array(32).fill(byte));
const ADA64 = Buffer.from(ADA).toString("base64");
const SECRET = new Uint8Array(16).fill(0xfb);
const SECRET64 = Buffer.from(SECRET).toString("base64url");
const START = Date.UTC(2026, 10, 23, 9, 0, 0);
const DAY = 24 * 60 * 60 * 1000;

/** A list with a clock that stands still until it is set, and how often it was written. */
function listOf(text = "") {
  const memory = memoryStore(NAME, text);
  const clock = { now: START, updates: 0 };
  const store: TextStore = {
    name: NAME,
    read: () => memory.read(),
    update: (edit) => (clock.updates++, memory.update(edit)),
  };
  return { list: new InvitationList(store, () => clock.now), store, clock };
}

/** A line with an invitation: its id is made of one digit. */
function line(digit: string, words = ""): string {
  return `${digit.repeat(8)} ${SECRET64} created=2026-11-23T09:00:00Z ${words}`.trimEnd();
}

Deno.test("invitation list: what a new one is, and how it is written", async () => {
  const { list, store, clock } = listOf("# invitations");
  clock.now = START + 999;
  const plain = await list.create({});
  const short = await list.create({ lifetime: 90_000, singleUse: true });
  assert.match(plain.id, /^[0-9a-f]{8}$/);
  assert.equal(plain.secret.length, 16);
  assert.notDeepEqual(plain.secret, short.secret);
  assert.notEqual(plain.id, short.id);
  assert.deepEqual(plain, {
    id: plain.id,
    secret: plain.secret,
    created: new Date("2026-11-23T09:00:00Z"),
    singleUse: false,
  });
  assert.deepEqual(short, {
    id: short.id,
    secret: short.secret,
    created: new Date("2026-11-23T09:00:00Z"),
    expires: new Date("2026-11-23T09:01:31Z"),
    singleUse: true,
  });
  const [secret1, secret2] = [plain, short]
    .map(({ secret }) => Buffer.from(secret).toString("base64url"));
  assert.equal(
    await store.read(),
    "# invitations\n" +
      `${plain.id} ${secret1} created=2026-11-23T09:00:00Z\n` +
      `${short.id} ${secret2} created=2026-11-23T09:00:00Z ` +
      "expires=2026-11-23T09:01:31Z single-use\n",
  );
  assert.deepEqual(await list.records(), [plain, short]);
});

Deno.test("invitation list: everything on a line is read", async () => {
  const { list } = listOf(
    [
      "# comment",
      "",
      "  \t",
      `12345678\t${SECRET64}  created=2026-01-02T03:04:05Z`,
      ` abcdef00 ${SECRET64} note=for=bob single-use expires=2027-01-02T03:04:05Z ` +
      `revoked=2026-02-02T03:04:05Z used-by=${ADA64} created=2026-01-02T03:04:05Z `,
    ].join("\n"),
  );
  const created = new Date("2026-01-02T03:04:05Z");
  assert.deepEqual(await list.records(), [
    { id: "12345678", secret: SECRET, created, singleUse: false },
    {
      id: "abcdef00",
      secret: SECRET,
      created,
      expires: new Date("2027-01-02T03:04:05Z"),
      singleUse: true,
      usedBy: ADA,
      revoked: new Date("2026-02-02T03:04:05Z"),
    },
  ]);
});

Deno.test("invitation list: a line that cannot be read is an error, and nothing changes", async () => {
  const id = "it does not begin with an id of 8 hexadecimal digits";
  const secret = "the secret is not 16 bytes in base64url";
  const words = "only single-use and name=value may follow the secret";
  const date = (name: string) => `${name} is not a date like 2026-01-31T23:59:59Z`;
  const usedBy = "used-by is not a key of 32 bytes in base64";
  const created = "created=2026-11-23T09:00:00Z";
  const problems = [
    [`${SECRET64} 33333333 ${created}`, id],
    [`3333333 ${SECRET64} ${created}`, id],
    [`3333333A ${SECRET64} ${created}`, id],
    ["33333333", secret],
    [`33333333 ${SECRET64.slice(1)} ${created}`, secret],
    [`33333333 ${SECRET64}== ${created}`, secret],
    [`33333333 ${SECRET64.replaceAll("-", "+").replaceAll("_", "/")} ${created}`, secret],
    // The same 16 bytes with bits behind them that mean nothing.
    [`33333333 ${SECRET64.slice(0, -1)}x ${created}`, secret],
    [`33333333 ${SECRET64}`, "it does not say when it was created"],
    [`33333333 ${SECRET64} ${created} ${created}`, "it says created twice"],
    [`33333333 ${SECRET64} ${created} single-use single-use`, "it says single-use twice"],
    [`33333333 ${SECRET64} ${created} singel-use`, words],
    [`33333333 ${SECRET64} ${created} single-use=no`, words],
    [`33333333 ${SECRET64} ${created} revoked`, words],
    [`33333333 ${SECRET64} ${created} =1`, words],
    [`33333333 ${SECRET64} created=yesterday`, date("created")],
    [`33333333 ${SECRET64} created=2026-02-30T09:00:00Z`, date("created")],
    [`33333333 ${SECRET64} created=2026-11-23T09:00:00.5Z`, date("created")],
    [`33333333 ${SECRET64} created=2026-11-23T09:00:00`, date("created")],
    [`33333333 ${SECRET64} created=2026-11-23`, date("created")],
    [`33333333 ${SECRET64} ${created} expires=`, date("expires")],
    [`33333333 ${SECRET64} ${created} revoked=2026`, date("revoked")],
    [`33333333 ${SECRET64} ${created} single-use used-by=`, usedBy],
    [`33333333 ${SECRET64} ${created} single-use used-by=${ADA64.slice(0, -1)}`, usedBy],
    [line("1"), "it has the same id as line 2"],
  ];
  for (const [bad, problem] of problems) {
    const text = `# invitations\n${line("1", "single-use")}\n${bad}\n${line("2")}`;
    const { list, store } = listOf(text);
    const refused = usageError(
      "bad-file",
      `${NAME}, line 3: ${problem}; fix the line or remove it`,
    );
    await assert.rejects(list.records(), refused);
    await assert.rejects(list.create({}), refused);
    await assert.rejects(list.revoke("11111111"), refused);
    await assert.rejects(list.redeem("11111111", ADA), refused);
    assert.equal(await store.read(), text);
  }
});

Deno.test("invitation list: one for all lets in all, and nothing is written", async () => {
  const { list, clock } = listOf(line("1"));
  for (const key of [ADA, BOB, ADA]) {
    assert.equal(await list.redeem("11111111", key), "welcome");
  }
  assert.equal(await list.redeem("22222222", ADA), "unknown");
  assert.equal(clock.updates, 0);
  await assert.rejects(list.redeem("11111111", ADA.subarray(1)), RangeError);
});

Deno.test("invitation list: one for one belongs to whoever uses it first", async () => {
  const before = `# first\n${line("1", "single-use note=x")}\n\n${line("2")}`;
  const { list, store, clock } = listOf(before);
  assert.equal(await list.redeem("11111111", ADA), "welcome");
  assert.equal(
    await store.read(),
    `# first\n${line("1", "single-use note=x")} used-by=${ADA64}\n\n${line("2")}`,
  );
  assert.equal(clock.updates, 1);
  assert.equal(await list.redeem("11111111", BOB), "used");
  assert.equal(await list.redeem("11111111", ADA), "welcome", "it may come back");
  assert.equal(clock.updates, 1, "only the first use is written");
});

Deno.test("invitation list: of two who use one at once, one is welcome", async () => {
  for (let round = 0; round < 20; round++) {
    const { list } = listOf(line("1", "single-use"));
    const outcomes = await Promise.all(
      [ADA, BOB].map((key) => list.redeem("11111111", key)),
    );
    assert.deepEqual(outcomes.sort(), ["used", "welcome"]);
  }
});

Deno.test("invitation list: what happens between looking and writing counts", async () => {
  const changes: [string, string][] = [
    [line("1", "single-use revoked=2026-11-23T09:00:00Z"), "revoked"],
    [line("1", `single-use used-by=${ADA64}`), "used"],
    [line("1", "single-use expires=2026-11-23T09:00:00Z"), "expired"],
    ["", "unknown"],
  ];
  for (const [text, outcome] of changes) {
    const memory = memoryStore(NAME, line("1", "single-use"));
    const list = new InvitationList({
      name: NAME,
      read: () => memory.read(),
      async update(edit) {
        await memory.update(() => text);
        await memory.update(edit);
      },
    }, () => START);
    assert.equal(await list.redeem("11111111", BOB), outcome);
    assert.equal(await memory.read(), text);
  }
});

Deno.test("invitation list: it ends when it expires", async () => {
  const { list, clock } = listOf();
  const { id, expires } = await list.create({ lifetime: 1000, singleUse: true });
  assert.deepEqual(expires, new Date(START + 1000));
  clock.now = START + 999;
  assert.equal(await list.redeem(id, ADA), "welcome");
  assert.equal(await list.redeem(id, BOB), "used");
  clock.now = START + 1000;
  assert.equal(await list.redeem(id, ADA), "welcome", "who used it before may come back");
  assert.equal(await list.redeem(id, BOB), "expired");
  assert.equal(await list.revoke(id), 1, "until it is revoked");
  assert.equal(await list.redeem(id, ADA), "revoked");
  const { id: unused } = await list.create({ lifetime: 1000 });
  clock.now += 1000;
  assert.equal(await list.revoke(unused), undefined);
});

Deno.test("invitation list: revoking ends it for everybody, once", async () => {
  const text = `${line("1")}\n# second\n${line("2", `single-use used-by=${ADA64} note=x`)}`;
  const { list, store } = listOf(text);
  assert.equal(await list.redeem("22222222", ADA), "welcome");
  assert.equal(await list.revoke("22222222"), 1, "also one that was used");
  assert.equal(await store.read(), `${text} revoked=2026-11-23T09:00:00Z\n`);
  assert.equal(await list.redeem("22222222", ADA), "revoked");
  assert.equal(await list.revoke("22222222"), undefined);
  assert.equal(await list.revoke("33333333"), undefined);
  assert.equal(await list.redeem("11111111", ADA), "welcome", "the other one holds");
  const [open, revoked] = await list.records();
  assert.deepEqual([list.isOpen(open), list.isOpen(revoked)], [true, false]);
});

Deno.test("invitation list: what ended is forgotten after 30 days, when one is made", async () => {
  const end = "2026-11-23T09:00:00Z";
  const kept = [
    "# comment",
    line("1"),
    line("2", `single-use used-by=${ADA64}`),
    line("3", "expires=2026-11-23T09:00:01Z"),
  ];
  const gone = [
    line("4", `expires=${end}`),
    line("5", `revoked=${end}`),
    line("6", `expires=2030-01-01T00:00:00Z revoked=${end}`),
    line("7", `expires=${end} revoked=2026-11-23T09:00:01Z`),
  ];
  const { list, store, clock } = listOf([...gone, ...kept].join("\n"));
  clock.now = START + 30 * DAY;
  const first = await list.create({});
  assert.equal((await list.records()).length, 8, "not yet");
  clock.now += 1;
  const second = await list.create({});
  const ids = (await list.records()).map(({ id }) => id);
  assert.deepEqual(ids, ["11111111", "22222222", "33333333", first.id, second.id]);
  assert.ok((await store.read()).startsWith(`${kept.join("\n")}\n`));
});

Deno.test("invitation list: at most 256 are open", async () => {
  const { list, store, clock } = listOf();
  const made = [];
  for (let count = 0; count < 256; count++) {
    made.push(await list.create({ lifetime: count === 0 ? 1000 : undefined }));
  }
  assert.equal(new Set(made.map(({ id }) => id)).size, 256);
  const before = await store.read();
  const tooMany = usageError("usage", "there are 256 open invitations; revoke one first");
  await assert.rejects(list.create({}), tooMany);
  assert.equal(await store.read(), before);
  await list.revoke(made[1].id);
  await list.create({});
  await assert.rejects(list.create({}), tooMany);
  clock.now = START + 1000;
  await list.create({});
  await assert.rejects(list.create({}), tooMany);
});

Deno.test("invitation list: a lifetime that cannot be", async () => {
  const { list } = listOf();
  for (const lifetime of [0, -1, NaN, Infinity, 3650 * DAY + 1]) {
    await assert.rejects(list.create({ lifetime }), RangeError, `${lifetime}`);
  }
  const { expires } = await list.create({ lifetime: 3650 * DAY });
  assert.equal(expires?.getTime(), START + 3650 * DAY);
});

Deno.test("invitation list: its clock is the system's unless another is given", async () => {
  const list = new InvitationList(memoryStore(NAME));
  const before = Date.now();
  const { created } = await list.create({});
  assert.ok(before - 1000 < created.getTime() && created.getTime() <= Date.now());
});

Deno.test("lifetime: a number and a unit", () => {
  const known: [string, number][] = [
    ["1s", 1000],
    ["90s", 90_000],
    ["30m", 1_800_000],
    ["24h", DAY],
    ["7d", 7 * DAY],
    ["2w", 14 * DAY],
    ["007d", 7 * DAY],
    ["3650d", 3650 * DAY],
    ["10y", 3650 * DAY],
  ];
  for (const [text, lifetime] of known) assert.equal(parseLifetime(text), lifetime, text);
  const wrong = ["", "s", "1", "0s", "0w", "-1s", "+1s", "1.5h", "1 h", "1H", "1Y", "1h30m", " 1s"];
  wrong.push("1s\n", "3651d", "522w", "11y", `${"9".repeat(400)}s`, "1e3s", "٣s", "Infinitys");
  for (const text of wrong) {
    assert.throws(
      () => parseLifetime(text),
      usageError(
        "usage",
        "a span of time is written like 90s, 30m, 24h, 7d, 2w or 1y, and is at most ten years",
      ),
      JSON.stringify(text),
    );
  }
});

Deno.test("lifetime: any text is a lifetime or a sentence", () => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{0,12}[smhdwy]$/));
  fc.assert(fc.property(texts, (text) => {
    try {
      const lifetime = parseLifetime(text);
      assert.ok(Number.isSafeInteger(lifetime / 1000) && lifetime <= 3650 * DAY);
    } catch (error) {
      assert.ok(error instanceof UsageError && error.code === "usage");
    }
  }));
});

Deno.test("invitation list: any text is a list or a sentence that keeps the secret", async () => {
  const words = fc.constantFrom(
    ...["12345678", "abcdef00", SECRET64, "created=2026-11-23T09:00:00Z", "single-use"],
    ...[`used-by=${ADA64}`, "expires=2026-11-24T09:00:00Z", "x=y", "#", "\n", "\t", "="],
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(words, { maxLength: 20 }).map((parts) => parts.join(" ")),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const { list, store } = listOf(text);
      try {
        const records = await list.records();
        for (const { id } of records) await list.revoke(id);
        assert.ok((await list.records()).every((record) => !list.isOpen(record)));
        assert.equal((await list.records()).length, records.length);
      } catch (error) {
        assert.ok(error instanceof UsageError, `${error}`);
        assert.match(error.message, /^\/srv\/invitations, line [0-9]+: /);
        assert.ok(!error.message.includes(SECRET64));
        assert.equal(await store.read(), text);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("invitation list: what surrounds an invitation stays as it is", async () => {
  const other = fc.oneof(
    fc.constantFrom("", "\t", "#", "# 11111111", ` ${line("2", "x=y")}  `),
    fc.string({ unit: "grapheme" }).map((text) => `# ${text.replaceAll("\n", "")}`),
  );
  const once = (lines: string[]) => lines.filter((text) => text.includes(SECRET64)).length < 2;
  const others = fc.array(other).filter(once);
  await fc.assert(fc.asyncProperty(others, async (lines) => {
    const text = lines.map((text) => `${text}\n`).join("");
    const { list, store } = listOf(text);
    const { id } = await list.create({ singleUse: true });
    assert.equal(await list.redeem(id, ADA), "welcome");
    assert.equal(await list.revoke(id), 1);
    const now = await store.read();
    assert.ok(now.startsWith(text));
    assert.match(
      now.slice(text.length),
      /^[0-9a-f]{8} \S{22} created=\S+ single-use used-by=\S+ revoked=\S+\n$/,
    );
  }));
});

folderTest("invitation list: two programs see each other's changes", async (folder) => {
  const path = `${folder}/invitations`;
  const server = new InvitationList(fileStore(path, { secret: true }));
  const command = new InvitationList(fileStore(path, { secret: true }));
  const { id } = await server.create({});
  assert.equal(await command.redeem(id, ADA), "welcome");
  assert.equal(await command.revoke(id), 0);
  assert.equal(await server.redeem(id, ADA), "revoked");
  assert.equal((await command.create({})).id, (await server.records())[1].id);
  if (!ON_WINDOWS) assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
});

folderTest(
  "invitation list: of many programs that use one at once, one is welcome",
  async (folder) => {
    const path = `${folder}/invitations`;
    const list = new InvitationList(fileStore(path, { secret: true }));
    const { id } = await list.create({ singleUse: true });
    const numbers = [1, 2, 3, 4];
    await using programs = new AsyncDisposableStack();
    const running = numbers.map((number) =>
      programs.use(new Running(fixture("redeem", [path, id, `${number}`])))
    );
    for (const program of running) assert.equal(await program.line(), "ready");
    await Promise.all(running.map((program) => program.endInput()));
    const outcomes = await Promise.all(running.map((program) => program.line()));
    assert.deepEqual(outcomes.toSorted(), ["used", "used", "used", "welcome"]);
    const [record] = await list.records();
    assert.deepEqual(record.usedBy?.[0], numbers[outcomes.indexOf("welcome")]);
  },
);
