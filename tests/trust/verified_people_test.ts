import assert from "node:assert/strict";
import { memoryStore } from "../../lib/identity/mod.ts";
import { VerifiedPeople } from "../../lib/trust/verified_people.ts";
import { key } from "../support/doubles.ts";

Deno.test("verified people: nobody is at first, and who is added stays", async () => {
  const store = memoryStore("verified_keys");
  const people = await VerifiedPeople.open(store);
  assert.equal(people.has(key(1)), false);
  assert.equal(await people.history(key(1)), undefined);
  await people.add({ nick: "ada", key: key(1) });
  for (const reader of [people, await VerifiedPeople.open(store)]) {
    assert.equal(reader.has(key(1)), true);
    assert.equal(reader.has(key(2)), false);
    assert.match(await reader.history(key(1)) ?? "", /^ada, on \d{4}-\d\d-\d\d$/);
  }
});

Deno.test("verified people: a key is what counts, not the name", async () => {
  const people = await VerifiedPeople.open(memoryStore("verified_keys"));
  await people.add({ nick: "ada", key: key(1) });
  assert.equal(people.warning({ nick: "ada", key: key(1) }, true), undefined);
  assert.equal(people.warning({ nick: "Ada", key: key(1) }, true), undefined);
  assert.equal(
    people.warning({ nick: "bob", key: key(1) }, true),
    "bob is ada, whose key you verified, under another name.",
  );
  assert.deepEqual([people.nameOf(key(1)), people.nameOf(key(2))], ["ada", undefined]);
  assert.equal(people.warning({ nick: "bob", key: key(2) }, true), undefined);
});

Deno.test("verified people: another key under a verified name is warned of", async () => {
  const people = await VerifiedPeople.open(memoryStore("verified_keys"));
  await people.add({ nick: "Zoë", key: key(1) });
  // Names that the room takes for one are one here.
  for (const nick of ["Zoë", "zoë", "ZOË"]) {
    const warning = people.warning({ nick, key: key(2) }, true) ?? "";
    assert.match(
      warning,
      /^Beware: you verified \S+'s key on \d{4}-\d\d-\d\d, and this is another/,
    );
    assert.ok(warning.includes(`type /verify ${nick}`), warning);
  }
});

Deno.test("verified people: a name that looks like a verified one, with another key, is warned of", async () => {
  const people = await VerifiedPeople.open(memoryStore("verified_keys"));
  await people.add({ nick: "alice", key: key(1) });
  // A digit for a letter, and a Cyrillic letter for a Latin one.
  for (const nick of ["a1ice", "\u0430lice"]) {
    assert.match(
      people.warning({ nick, key: key(2) }, true) ?? "",
      new RegExp(
        `^Beware: ${nick} looks like alice, whose key you verified on [-0-9]{10}, but has another key`,
      ),
    );
    assert.match(people.warning({ nick, key: key(1) }, true) ?? "", /under another name\.$/);
  }
  assert.equal(people.warning({ nick: "malice", key: key(2) }, true), undefined);
});

Deno.test("verified people: a name that everybody has tells nobody apart", async () => {
  const people = await VerifiedPeople.open(memoryStore("verified_keys"));
  for (const [index, nick] of ["host", "guest", "guest-2"].entries()) {
    await people.add({ nick, key: key(index) });
    assert.equal(people.has(key(index)), true);
    assert.equal(people.warning({ nick, key: key(99) }, true), undefined);
  }
  await people.add({ nick: "guest-ada", key: key(5) });
  assert.notEqual(people.warning({ nick: "guest-ada", key: key(99) }, true), undefined);
});

Deno.test("verified people: any nickname can be written down", async () => {
  const store = memoryStore("verified_keys");
  const people = await VerifiedPeople.open(store);
  const nicks = ["#1", "##", "\\", "\\#1", "ada", "山田", "😀", "a/b", "x".repeat(32)];
  for (const [index, nick] of nicks.entries()) await people.add({ nick, key: key(index) });
  const again = await VerifiedPeople.open(store);
  for (const [index, nick] of nicks.entries()) assert.equal(again.nameOf(key(index)), nick);
});

Deno.test("verified people: a file that cannot be read is an error with its line", async () => {
  const store = memoryStore("verified_keys", "# a comment\nada x25519 nonsense!\n");
  await assert.rejects(VerifiedPeople.open(store), {
    code: "bad-file",
    message: /^verified_keys, line 2: /,
  });
});
