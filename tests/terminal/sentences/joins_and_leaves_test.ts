import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  isJoinOrLeave,
  JoinsAndLeaves,
  type Timing,
} from "../../../lib/terminal/sentences/joins_and_leaves.ts";
import type { MemberChange } from "../../../lib/terminal/sentences/member_sentences.ts";

/** Time that passes when a test says so. */
class FakeTiming implements Timing {
  #now = 1_000_000;
  readonly #timers = new Map<symbol, { at: number; run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): () => void {
    const key = Symbol();
    this.#timers.set(key, { at: this.#now + milliseconds, run });
    return () => void this.#timers.delete(key);
  }

  get pending(): number {
    return this.#timers.size;
  }

  pass(milliseconds: number): void {
    const until = this.#now + milliseconds;
    while (true) {
      const due = [...this.#timers].filter(([, { at }]) => at <= until);
      if (due.length === 0) break;
      const [key, { at, run }] = due.reduce((a, b) => a[1].at <= b[1].at ? a : b);
      this.#timers.delete(key);
      this.#now = at;
      run();
    }
    this.#now = until;
  }
}

function change(nick: string, kind: "joined" | "left" = "joined"): MemberChange {
  return { event: "member", change: kind, nick, fingerprint: `SHA256:${nick}`, verified: false };
}

function start() {
  const timing = new FakeTiming();
  /** Each line, as the names in it. */
  const lines: string[] = [];
  const joinsAndLeaves = new JoinsAndLeaves((told) => {
    lines.push(told.map(({ nick }) => nick).join(" "));
    return Promise.resolve();
  }, timing);
  const join = (...nicks: string[]) =>
    nicks.forEach((nick) => void joinsAndLeaves.add(change(nick)));
  return { timing, lines, joinsAndLeaves, join };
}

Deno.test("joins and leaves: few are shown at once, one by one", () => {
  const { timing, lines, join } = start();
  join("a", "b", "c");
  assert.deepEqual(lines, ["a", "b", "c"]);
  timing.pass(5_000);
  join("d");
  assert.deepEqual(lines, ["a", "b", "c", "d"]);
  assert.equal(timing.pending, 0);
});

Deno.test("joins and leaves: the fourth within five seconds waits until it is quiet", () => {
  const { timing, lines, join } = start();
  join("a", "b", "c");
  timing.pass(4_999);
  join("d");
  timing.pass(2_999);
  assert.equal(lines.length, 3);
  timing.pass(1);
  assert.deepEqual(lines.slice(3), ["d"]);
});

Deno.test("joins and leaves: each one more starts the quiet time again, but none waits over five seconds", () => {
  const { timing, lines, join } = start();
  join("a", "b", "c", "d");
  timing.pass(2_000);
  join("e");
  timing.pass(2_000);
  join("f", "g");
  timing.pass(999);
  assert.equal(lines.length, 3);
  timing.pass(1);
  assert.deepEqual(lines.slice(3), ["d e f g"]);
  // While they keep coming, the next ones are gathered as well.
  join("h", "i");
  assert.equal(lines.length, 4);
  timing.pass(3_000);
  assert.deepEqual(lines.slice(4), ["h i"]);
  timing.pass(5_000);
  join("j");
  assert.deepEqual(lines.slice(5), ["j"]);
});

Deno.test("joins and leaves: while some are gathered, nobody overtakes them", () => {
  const { timing, lines, join } = start();
  join("a", "b", "c");
  timing.pass(4_900);
  join("d");
  timing.pass(200);
  join("e");
  assert.equal(lines.length, 3);
  timing.pass(3_000);
  assert.deepEqual(lines.slice(3), ["d e"]);
});

Deno.test("joins and leaves: what was gathered is shown at once when asked for, and once", () => {
  const { timing, lines, joinsAndLeaves, join } = start();
  void joinsAndLeaves.flush();
  assert.deepEqual(lines, []);
  join("a", "b", "c", "d", "e");
  void joinsAndLeaves.flush();
  assert.deepEqual(lines.slice(3), ["d e"]);
  assert.equal(timing.pending, 0, "no timer is left");
  void joinsAndLeaves.flush();
  timing.pass(60_000);
  assert.equal(lines.length, 4);
});

Deno.test("joins and leaves: a flood is held back in pieces of a thousand", async () => {
  const { lines, joinsAndLeaves } = start();
  for (let index = 0; index < 2_503; index++) await joinsAndLeaves.add(change(String(index)));
  assert.deepEqual(lines.map((line) => line.split(" ").length), [1, 1, 1, 1_000, 1_000]);
});

Deno.test("joins and leaves: whoever adds waits for the screen", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const joinsAndLeaves = new JoinsAndLeaves(() => promise, new FakeTiming());
  let isDone = false;
  const adding = joinsAndLeaves.add(change("a")).then(() => isDone = true);
  await Promise.resolve();
  assert.equal(isDone, false);
  resolve();
  await adding;
});

Deno.test("joins and leaves: nobody is lost, nobody is told twice, and the order stays", () => {
  const step = fc.oneof(
    fc.constant("come" as const),
    fc.constant("flush" as const),
    fc.integer({ min: 0, max: 6_000 }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const { timing, lines, joinsAndLeaves, join } = start();
    let count = 0;
    const since: number[] = [];
    for (const step of steps) {
      if (step === "come") {
        since[count] = timing.now();
        join(String(count++));
      } else if (step === "flush") void joinsAndLeaves.flush();
      else timing.pass(step);
      const told = lines.join(" ").split(" ").filter((nick) => nick !== "").length;
      if (told < count) assert.ok(timing.now() - since[told] <= 5_000, "held back too long");
    }
    void joinsAndLeaves.flush();
    const told = lines.flatMap((line) => line.split(" "));
    assert.deepEqual(told, Array.from({ length: count }, (_, index) => String(index)));
    assert.equal(timing.pending, 0);
  }));
});

Deno.test("isJoinOrLeave: joins and leaves, but neither new names nor somebody who is put out", () => {
  assert.ok(isJoinOrLeave(change("a")));
  assert.ok(isJoinOrLeave(change("a", "left")));
  assert.ok(!isJoinOrLeave({ ...change("a", "left"), reason: "spam" }));
  assert.ok(!isJoinOrLeave({ ...change("a", "left"), reason: "" }));
  assert.ok(!isJoinOrLeave({ ...change("a"), change: "renamed", previous: "b" }));
  assert.ok(!isJoinOrLeave({ event: "notice", text: "a" }));
});

Deno.test("joins and leaves: by the real clock, what was shown before its time leaves no timer", async () => {
  const shown: string[][] = [];
  const joinsAndLeaves = new JoinsAndLeaves((changes) => {
    shown.push(changes.map(({ nick }) => nick));
    return Promise.resolve();
  });
  for (const nick of ["a", "b", "c", "d", "e"]) await joinsAndLeaves.add(change(nick));
  assert.deepEqual(shown, [["a"], ["b"], ["c"]]);
  await joinsAndLeaves.flush();
  assert.deepEqual(shown.at(-1), ["d", "e"]);
});
