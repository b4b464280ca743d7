import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { looksLike } from "../../../lib/chat/names/confusable_nicks.ts";
import { isNick } from "../../../lib/chat/names/nick.ts";
import { NickRegistry } from "../../../lib/chat/names/nick_registry.ts";
import { nicks } from "./support.ts";

const nick = fc.oneof(
  nicks,
  // Names that come into each other's way.
  fc.string({ unit: fc.constantFrom(..."Il1Oo0mrni-2_\u1ecbbGg6z"), minLength: 1, maxLength: 3 })
    .filter(
      isNick,
    ),
);

Deno.test("nick registry: the second one of a name gets a number", () => {
  const registry = new NickRegistry();
  assert.equal(registry.claim("guest"), "guest");
  assert.equal(registry.claim("guest"), "guest-2");
  assert.equal(registry.claim("GUEST"), "GUEST-3");
  assert.equal(registry.claim("gue\u0455t"), "gue\u0455t-4");
  assert.equal(registry.claim("guest"), "guest-5");
  assert.equal(registry.claim("host"), "host");
});

Deno.test("nick registry: the number is the first with which the name looks like no other", () => {
  const cases: readonly (readonly [taken: readonly string[], nick: string, claimed: string])[] = [
    [[], "guest", "guest"],
    [["host"], "guest", "guest"],
    [["guest"], "guest", "guest-2"],
    [["guest", "guest-2", "guest-3"], "guest", "guest-4"],
    [["guest", "guest-3"], "guest", "guest-2"],
    [["gUEST"], "Guest", "Guest-2"],
    [["\u0430lice"], "alice", "alice-2"],
    [["guest", "gue\u0455t-2"], "guest", "guest-3"],
    [["guest", "guest-l", "guest-2"], "guest", "guest-3"],
    [["rn", "RN-2"], "m", "m-3"],
    [["x".repeat(32)], "x".repeat(32), "x".repeat(30) + "-2"],
    [["\u{1f600}".repeat(32)], "\u{1f600}".repeat(32), "\u{1f600}".repeat(30) + "-2"],
  ];
  for (const [taken, nick, claimed] of cases) {
    const registry = new NickRegistry();
    for (const other of taken) assert.equal(registry.claim(other), other);
    assert.equal(registry.claim(nick), claimed);
  }
});

Deno.test("nick registry: a digit stands in the way of each name that it can be read as, and no more", () => {
  const registry = new NickRegistry();
  assert.equal(registry.claim("bill"), "bill");
  assert.equal(registry.claim("Gill"), "Gill");
  assert.equal(registry.claim("6ill"), "6ill-2");
  const other = new NickRegistry();
  assert.equal(other.claim("6ill"), "6ill");
  assert.equal(other.claim("bill"), "bill-2");
  assert.equal(other.claim("9ill"), "9ill");
  other.release("6ill");
  assert.equal(other.claim("bill"), "bill");
});

Deno.test("nick registry: a name that was released can be had again, the lowest number first", () => {
  const registry = new NickRegistry();
  for (let count = 0; count < 5; count++) registry.claim("guest");
  registry.release("guest-4");
  registry.release("guest-2");
  registry.release("guest");
  assert.equal(registry.claim("guest"), "guest");
  assert.equal(registry.claim("guest"), "guest-2");
  assert.equal(registry.claim("guest"), "guest-4");
  assert.equal(registry.claim("guest"), "guest-6");
});

Deno.test("nick registry: a name with a number is one that may be used", () => {
  const stacked = "\u1019".repeat(29) + "\u1039" + "\u1019".repeat(2);
  for (
    const nick of [stacked, "x".repeat(29) + "&yz", "\u0639\u0661", "\u{1f600}".repeat(31) + "x"]
  ) {
    const registry = new NickRegistry();
    let name = nick;
    for (let count = 0; count < 3; count++) {
      assert.equal(registry.claim(name), name);
      // Again what was given, as one does who comes back; it is taken as well.
      name = registry.claim(name);
      assert.equal(isNick(name), true, name);
      registry.release(name);
    }
  }
});

Deno.test("nick registry: numbers are not counted anew for names that only look alike", () => {
  const registry = new NickRegistry();
  const length = 11;
  // 2^11 spellings, in capitals or not, with a sign or an emoji: each looks like all others.
  const names = Array.from({ length: 2 ** length }, (_, bits) => {
    const letters = Array.from({ length }, (_, place) => bits >> place & 1 ? "l" : "I");
    return letters.join("") + ["", "_", "\u{1f600}"][bits % 3];
  });
  const taken = new Set(names.map((name) => registry.claim(name)));
  assert.equal(taken.size, names.length);
  // Each was given a number at once: the greatest is not greater than there are names.
  assert.ok([...taken].every((name) => Number(/-(\d+)$/.exec(name)?.[1] ?? 1) <= names.length));
});

/** Whether a nickname looks like none of those that are taken; nothing is changed. */
function isFree(registry: NickRegistry, nick: string): boolean {
  const claimed = registry.claim(nick);
  registry.release(claimed);
  return claimed === nick;
}

Deno.test("nick registry: a name is released as it was claimed, and in no other spelling", () => {
  const registry = new NickRegistry();
  registry.claim("alice");
  registry.release("ALICE");
  registry.release("bob");
  assert.equal(isFree(registry, "alice"), false);
  registry.release("alice");
  assert.equal(isFree(registry, "alice"), true);
  registry.claim("Alice");
  registry.release("alice");
  assert.equal(isFree(registry, "alice"), false);
});

Deno.test("nick registry: one's own name is not in one's way", () => {
  const registry = new NickRegistry();
  registry.claim("alice");
  registry.claim("bob");
  assert.equal(isFree(registry, "ALICE"), false);
  assert.equal(registry.rename("bob", "ALICE"), false);
  assert.equal(registry.rename("alice", "ALICE"), true);
  assert.equal(registry.rename("ALICE", "ALICE"), true);
  assert.equal(isFree(registry, "alice"), false);
});

Deno.test("nick registry: a new name must be free, and the old one claimed", () => {
  const registry = new NickRegistry();
  registry.claim("alice");
  registry.claim("bob");
  assert.equal(registry.rename("alice", "B0B"), false);
  assert.equal(isFree(registry, "alice"), false);
  assert.equal(registry.rename("carol", "dave"), false);
  assert.equal(isFree(registry, "dave"), true);
  assert.equal(registry.rename("alice", "dave"), true);
  assert.equal(isFree(registry, "alice"), true);
  assert.equal(isFree(registry, "d\u0430ve"), false);
});

Deno.test("nick registry: 2,000 who ask for one name get 2,000", () => {
  const registry = new NickRegistry();
  const names = Array.from({ length: 2_000 }, () => registry.claim("guest"));
  assert.equal(new Set(names).size, 2_000);
  assert.equal(names.at(-1), "guest-2000");
});

Deno.test("nick registry: it takes up numbers that somebody chose", () => {
  const registry = new NickRegistry();
  assert.equal(registry.claim("guest-2"), "guest-2");
  assert.equal(registry.claim("guest"), "guest");
  assert.equal(registry.claim("guest"), "guest-3");
  assert.equal(registry.claim("guest-2"), "guest-2-2");
});

type Step = readonly ["claim" | "release" | "rename", string, number];

Deno.test("nick registry: whatever happens, no two names look alike, and none is lost", () => {
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.constantFrom("claim", "claim", "release", "rename"),
    nick,
    fc.nat(),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const registry = new NickRegistry();
    const names: string[] = [];
    for (const [what, wanted, which] of steps) {
      const index = which % Math.max(names.length, 1);
      if (what === "claim") {
        const name = registry.claim(wanted);
        assert.ok(!names.some((other) => looksLike(other, name)), name);
        assert.equal(name === wanted, !names.some((other) => looksLike(other, wanted)), name);
        names.push(name);
      } else if (names.length > 0 && what === "release") {
        registry.release(names.splice(index, 1)[0]);
      } else if (names.length > 0) {
        const others = names.toSpliced(index, 1);
        const mayRename = !others.some((other) => looksLike(other, wanted));
        assert.equal(registry.rename(names[index], wanted), mayRename);
        if (mayRename) names[index] = wanted;
      }
      assert.ok(names.every((name) => isNick(name) && !isFree(registry, name)));
      assert.ok(names.every((name) => registry.rename(name, name)));
    }
  }));
});
