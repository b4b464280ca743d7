import assert from "node:assert/strict";
import { AuthenticationError } from "../../lib/errors.ts";
import { KeyBook, memoryStore } from "../../lib/identity/mod.ts";
import { ServerTrust, type ServerTrustOptions } from "../../lib/trust/server_trust.ts";
import { VerifiedPeople } from "../../lib/trust/verified_people.ts";
import { key, print } from "../support/doubles.ts";

const ADDRESS = "chat.example:1";
const QUESTION = "Is it the same (yes/no/[fingerprint])?";

interface SetUp extends Partial<ServerTrustOptions> {
  /** The known keys of this address. */
  readonly known?: readonly Uint8Array[];
  /** What the person answers, one after the other; nobody answers when they are used up. */
  readonly answers?: readonly string[];
}

async function setUp({ known = [], answers = [], ...options }: SetUp = {}) {
  const knownHosts = new KeyBook(memoryStore("known_hosts"));
  for (const publicKey of known) await knownHosts.add(ADDRESS, publicKey, "2026-01-01");
  await knownHosts.add("other.example:1", key(99), "2026-01-01");
  const people = await VerifiedPeople.open(memoryStore("verified_keys"));
  const asked: { text: string; question: string }[] = [];
  const left = [...answers];
  const trust = new ServerTrust({
    address: ADDRESS,
    knownHosts,
    people,
    invitedBy: undefined,
    acceptNew: false,
    strict: false,
    ask(text, question) {
      asked.push({ text, question });
      return Promise.resolve(left.shift());
    },
    ...options,
  });
  return { trust, knownHosts, people, asked };
}

/** The message of the authentication error with which a promise is rejected. */
async function refusal(promise: Promise<unknown>, code: string): Promise<string> {
  const error = await promise.then(() => assert.fail("accepted"), (error: unknown) => error);
  assert.ok(error instanceof AuthenticationError, String(error));
  assert.equal(error.code, code);
  assert.doesNotMatch(error.message, /\n/);
  return error.message;
}

/** The keys that are known for the server's address. */
async function keysOf(book: KeyBook): Promise<Uint8Array[]> {
  return (await book.entries()).filter(({ subject }) => subject === ADDRESS).map(({ key }) => key);
}

Deno.test("server trust: a known key is accepted, and nobody is asked", async () => {
  for (const more of [{}, { strict: true }, { acceptNew: true }]) {
    const { trust, asked } = await setUp({ known: [key(1), key(2)], ...more });
    for (const number of [1, 2]) assert.equal(await trust.judge(key(number)), true);
    assert.equal(trust.trust, "known");
    assert.equal(trust.isUndecided, false);
    await trust.decide();
    assert.deepEqual(asked, []);
  }
});

Deno.test("server trust: a changed key is refused, whatever the flags are, and nobody is asked", async () => {
  for (const more of [{}, { strict: true }, { acceptNew: true }, { answers: ["yes"] }]) {
    const { trust, asked } = await setUp({ known: [key(1)], ...more });
    const message = await refusal(trust.judge(key(2)), "key-changed");
    assert.match(message, /^THE KEY OF chat\.example:1 HAS CHANGED\b.* it was SHA256:/);
    assert.ok(message.includes(print(1)) && message.includes(print(2)), message);
    assert.match(message, /nothing was sent/);
    assert.match(message, /run: deno run -NRWE client\.ts forget chat\.example:1$/);
    assert.doesNotMatch(message, /verified/);
    assert.equal(trust.isUndecided, false, "there is nothing to decide");
    await trust.decide();
    assert.deepEqual(asked, []);
  }
});

Deno.test("server trust: the command in the warning repeats the flags that name files", async () => {
  const cases = [
    [{ home: "/a b" }, " --home '/a b'"],
    [{ knownHosts: "hosts" }, " --known-hosts hosts"],
    [{ home: "/h", knownHosts: "-k" }, " --home /h --known-hosts ./-k"],
  ] as const;
  for (const [flags, end] of cases) {
    const { trust } = await setUp({ known: [key(1)], flags });
    const message = await refusal(trust.judge(key(2)), "key-changed");
    assert.ok(message.endsWith(`run: deno run -NRWE client.ts forget ${ADDRESS}${end}`), message);
  }
});

Deno.test("server trust: the question says so where the answer cannot be saved", async () => {
  for (const isUnsaved of [false, true]) {
    const knownHosts = new KeyBook({ ...memoryStore("known_hosts"), isUnsaved });
    const { trust, asked } = await setUp({ answers: ["yes"], knownHosts });
    await trust.judge(key(1));
    await trust.decide();
    assert.equal(/until this program ends: saving is off/.test(asked[0].text), isUnsaved);
  }
});

Deno.test("server trust: the warning says that the old key was verified", async () => {
  const { trust, people } = await setUp({ known: [key(1)] });
  await people.add({ nick: "ada", key: key(1) });
  const message = await refusal(trust.judge(key(2)), "key-changed");
  assert.match(message, / \(which you verified as ada, on \d{4}-\d\d-\d\d\)/);
});

Deno.test("server trust: another server's key is unknown here", async () => {
  const { trust } = await setUp({ strict: true });
  await refusal(trust.judge(key(99)), "key-unknown");
});

Deno.test("server trust: an unknown key waits for a person, who sees the fingerprint", async () => {
  for (const answer of ["yes", " YES \t", print(1), ` ${print(1)}`]) {
    const { trust, knownHosts, asked } = await setUp({ answers: [answer] });
    assert.equal(await trust.judge(key(1)), false, "meanwhile it is refused");
    assert.equal(trust.isUndecided, true);
    await trust.decide();
    assert.equal(trust.isUndecided, false);
    assert.equal(asked.length, 1);
    assert.equal(asked[0].question, QUESTION);
    assert.match(asked[0].text, /^The server at chat\.example:1 is not known here\./);
    assert.ok(asked[0].text.includes(print(1)));
    assert.equal(await trust.judge(key(1)), true);
    assert.equal(trust.trust, "new");
    assert.deepEqual(await keysOf(knownHosts), [], "before it has been seen again");
    await trust.remember(key(1));
    assert.deepEqual(await keysOf(knownHosts), [key(1)]);
  }
});

Deno.test("server trust: a yes holds for the key that was shown, and for no other", async () => {
  const { trust } = await setUp({ answers: ["yes"] });
  assert.equal(await trust.judge(key(1)), false);
  await trust.decide();
  const message = await refusal(trust.judge(key(2)), "key-changed");
  assert.match(message, /another key than a moment ago/);
  assert.equal(trust.isUndecided, false);
});

Deno.test("server trust: a key that another program has met meanwhile is not joined by a second", async () => {
  const { trust, knownHosts } = await setUp({ acceptNew: true });
  assert.equal(await trust.judge(key(1)), true);
  await knownHosts.add(ADDRESS, key(2), "2026-01-01");
  assert.match(await refusal(trust.remember(key(1)), "key-changed"), /HAS CHANGED/);
  assert.deepEqual(await keysOf(knownHosts), [key(2)]);
});

Deno.test("server trust: without a clear yes the key is refused", async () => {
  const cases: [answers: string[], message: RegExp][] = [
    [["no"], /; you did not accept it$/],
    [["N"], /; you did not accept it$/],
    [[print(2)], /not the fingerprint that you pasted: there may be a man in the middle$/],
    [[print(1).toLowerCase()], /not the fingerprint that you pasted/],
    [[print(1).slice(0, -1)], /not the fingerprint that you pasted/],
    [[], /--accept-new/],
    [["maybe", ""], /--accept-new/],
  ];
  for (const [answers, expected] of cases) {
    const { trust, asked } = await setUp({ answers });
    assert.equal(await trust.judge(key(1)), false);
    const message = await refusal(trust.decide(), "key-unknown");
    assert.match(message, expected);
    assert.ok(message.includes(print(1)), "so that it can be compared");
    assert.equal(
      asked.length,
      answers.length < 1 || answers[0] === "maybe" ? answers.length + 1 : 1,
    );
    assert.equal(await trust.judge(key(1)), false, "and it is no more accepted than before");
  }
});

Deno.test("server trust: what is no answer is asked again", async () => {
  const { trust, asked } = await setUp({ answers: ["", "yes please", "y", "yes"] });
  await trust.judge(key(1));
  await trust.decide();
  assert.equal(asked.length, 4);
  assert.match(asked[1].text, /^Please answer yes or no/);
  assert.match(asked[3].text, /^Please write yes in full/);
  assert.equal(await trust.judge(key(1)), true);
});

Deno.test("server trust: --accept-new accepts an unknown key, --strict refuses it, unasked", async () => {
  const open = await setUp({ acceptNew: true });
  assert.equal(await open.trust.judge(key(1)), true);
  assert.equal(open.trust.trust, "new");
  const strict = await setUp({ strict: true, answers: ["yes"] });
  assert.match(await refusal(strict.trust.judge(key(1)), "key-unknown"), /--strict refuses it$/);
  assert.equal(strict.trust.isUndecided, false);
  assert.deepEqual([...open.asked, ...strict.asked], []);
});

Deno.test("server trust: an invitation's key is accepted unasked, and no other", async () => {
  for (const more of [{}, { strict: true }, { known: [key(1)] }]) {
    const { trust, asked } = await setUp({ invitedBy: key(1), ...more });
    assert.equal(await trust.judge(key(1)), true);
    assert.equal(trust.trust, "invited");
    assert.deepEqual(asked, []);
  }
  // A key that is known here, or that is accepted otherwise, is not the one that was promised.
  for (const more of [{}, { known: [key(2)] }, { acceptNew: true }, { answers: ["yes"] }]) {
    const { trust, asked } = await setUp({ invitedBy: key(1), ...more });
    const message = await refusal(trust.judge(key(2)), "key-changed");
    assert.match(message, /is not the one that the invitation names/);
    assert.equal(trust.isUndecided, false);
    assert.deepEqual(asked, []);
  }
});

Deno.test("server trust: an invitation does not override a known key", async () => {
  const { trust } = await setUp({ invitedBy: key(1), known: [key(2)] });
  assert.match(await refusal(trust.judge(key(1)), "key-changed"), /HAS CHANGED/);
});
