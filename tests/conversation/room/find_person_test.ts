import assert from "node:assert/strict";
import type { Participant } from "../../../lib/chat/mod.ts";
import { sha256 } from "../../../lib/crypto/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import {
  findPerson,
  findTarget,
  type Occupants,
} from "../../../lib/conversation/room/find_person.ts";
import { key, print } from "../../support/doubles.ts";

const ADA: Participant = { nick: "ada", key: key(1) };
const BOB: Participant = { nick: "Bob", key: key(2), operator: true };
const ZOE: Participant = { nick: "Zoë", key: key(3) };
const ALL = [ADA, BOB, ZOE];

/** The others who are there, besides oneself. */
function room(others: readonly Participant[]): Occupants {
  return { self: { nick: "me", key: key(100) }, others };
}

function refused(message: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof UsageError, String(error));
    assert.deepEqual([error.code, error.message], ["usage", message]);
    return true;
  };
}

Deno.test("find person: by name, in capitals or small letters, however they are written", () => {
  for (const name of ["ada", "Ada", "ADA", "\uff21da"]) {
    assert.equal(findPerson(room(ALL), name), ADA);
  }
  for (const name of ["bob", "Bob", "BOB"]) assert.equal(findPerson(room(ALL), name), BOB);
  for (const name of ["Zoë", "ZOË", "Zoe\u0308"]) assert.equal(findPerson(room(ALL), name), ZOE);
});

Deno.test("find person: by fingerprint, whatever they are called", () => {
  for (const [index, person] of ALL.entries()) {
    assert.equal(findPerson(room(ALL), print(index + 1)), person);
  }
});

Deno.test("find person: half a name, half a fingerprint, or a name that only looks alike is nobody", () => {
  for (
    const whom of ["ad", "adah", "a", "", " ada", "@ada", print(1).slice(0, -1), print(4), "аda"]
  ) {
    assert.throws(
      () => findPerson(room(ALL), whom),
      refused(`no “${whom}” here; present: ada, Bob, Zoë`),
    );
  }
});

Deno.test("find person: where nobody is, that is said", () => {
  for (const whom of ["ada", print(1), ""]) {
    assert.throws(() => findPerson(room([]), whom), refused("nobody else is here"));
  }
});

Deno.test("find person: oneself is nobody to talk to, and that is said", () => {
  for (const others of [ALL, []]) {
    for (const name of ["me", "ME"]) {
      assert.throws(() => findPerson(room(others), name), refused("that is you"));
      assert.throws(() => findTarget(room(others), name), refused("that is you"));
    }
  }
  // But by fingerprint it is a target, about which the room decides.
  assert.deepEqual(findTarget(room([]), print(100)), sha256(key(100)));
});

Deno.test("find person: in a crowd the error names eight", () => {
  const crowd = Array.from({ length: 2000 }, (_, index) => ({ nick: `p${index}`, key: key(1) }));
  const names = "p0, p1, p2, p3, p4, p5, p6, p7";
  assert.throws(
    () => findPerson(room(crowd), "x"),
    refused(`no “x” here; present: ${names}, …`),
  );
  const eight = crowd.slice(0, 8);
  assert.throws(
    () => findPerson(room(eight), "x"),
    refused(`no “x” here; present: ${names}`),
  );
  assert.equal(findPerson(room(crowd), "P1999"), crowd[1999]);
});

Deno.test("find target: the hash of the key of whoever is meant", () => {
  assert.deepEqual(findTarget(room(ALL), "BOB"), sha256(BOB.key));
  assert.deepEqual(findTarget(room(ALL), print(3)), sha256(ZOE.key));
});

Deno.test("find target: a fingerprint of somebody who is not there will do", () => {
  for (const others of [ALL, []]) {
    assert.deepEqual(findTarget(room(others), print(77)), sha256(key(77)));
  }
});

Deno.test("find target: what is neither a name nor a fingerprint is nobody", () => {
  for (const whom of ["eve", "SHA256:", `${print(1)}=`, print(1).toLowerCase(), `${print(1)} `]) {
    assert.throws(
      () => findTarget(room(ALL), whom),
      refused(`no “${whom}” here; present: ada, Bob, Zoë`),
    );
    assert.throws(() => findTarget(room([]), whom), refused("nobody else is here"));
  }
});
