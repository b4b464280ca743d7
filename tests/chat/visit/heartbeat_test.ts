import assert from "node:assert/strict";
import {
  Heartbeat,
  type Patient,
  PATIENT_LIMIT,
  PING_AFTER,
  SILENCE_LIMIT,
} from "../../../lib/chat/mod.ts";

/** How often the timer looks, in milliseconds. */
const INTERVAL = 2_500;

/** Somebody in whom everything can be changed. */
class Subject implements Patient {
  lastIn = 0;
  lastOut = 0;
  queued = 0;
  listeningSince: number | undefined = 0;
  beats = 0;
  reasons: string[] = [];

  beat(): void {
    this.beats++;
  }

  giveUp(reason: string): void {
    this.reasons.push(reason);
  }
}

/** Somebody who is watched by a clock that the test moves. */
class Watch implements Disposable {
  readonly subject = new Subject();
  readonly heartbeat: Heartbeat;
  now = 0;

  constructor() {
    this.heartbeat = new Heartbeat(() => this.now);
    this.heartbeat.add(this.subject);
  }

  /** Looks when the timer would, until so much time has passed; `meanwhile` before each look. */
  pass(milliseconds: number, meanwhile: (subject: Subject, now: number) => void = () => {}): void {
    for (const end = this.now + milliseconds; this.now < end;) {
      this.now += INTERVAL;
      meanwhile(this.subject, this.now);
      this.heartbeat.look();
    }
  }

  [Symbol.dispose](): void {
    this.heartbeat[Symbol.dispose]();
  }
}

const heard = (subject: Subject, now: number) => void (subject.lastIn = now);
const sent = (subject: Subject, now: number) => void (subject.lastOut = now);

Deno.test("heartbeat: the times are those of the protocol", () => {
  assert.deepEqual([PING_AFTER, SILENCE_LIMIT, PATIENT_LIMIT], [10_000, 25_000, 60_000]);
});

Deno.test("heartbeat: who is silent for over ten seconds is asked, until it answers", () => {
  using watch = new Watch();
  const { subject } = watch;
  watch.pass(10_000, sent);
  assert.equal(subject.beats, 0);
  watch.pass(2_500, sent);
  assert.equal(subject.beats, 1);
  subject.lastIn = watch.now;
  watch.pass(10_000, sent);
  assert.equal(subject.beats, 1);
  watch.pass(2_500, sent);
  assert.equal(subject.beats, 2);
  assert.deepEqual(subject.reasons, []);
});

Deno.test("heartbeat: who has heard nothing for over ten seconds is shown that this side lives", () => {
  using watch = new Watch();
  watch.pass(10_000, heard);
  assert.equal(watch.subject.beats, 0);
  watch.pass(2_500, heard);
  assert.equal(watch.subject.beats, 1);
});

Deno.test("heartbeat: who speaks and is spoken to is left alone", () => {
  using watch = new Watch();
  watch.pass(3_600_000, (subject, now) => {
    subject.lastIn = subject.lastOut = now - 1;
    // Sometimes something waits for a moment.
    subject.queued = now % 3 === 0 ? 100 : 0;
  });
  assert.deepEqual([watch.subject.beats, watch.subject.reasons], [0, []]);
});

Deno.test("heartbeat: who is silent for over 25 seconds is given up", () => {
  using watch = new Watch();
  watch.pass(25_000);
  assert.deepEqual(watch.subject.reasons, []);
  watch.pass(2_500);
  assert.deepEqual(watch.subject.reasons, ["nothing was heard for 25 seconds"]);
});

Deno.test("heartbeat: nobody is silent to one who does not listen", () => {
  using watch = new Watch();
  watch.subject.listeningSince = undefined;
  watch.pass(3_600_000);
  assert.deepEqual(watch.subject.reasons, []);
  assert.ok(watch.subject.beats > 0, "but the other side is shown that this one lives");

  // The time counts from when it listens again.
  watch.subject.listeningSince = watch.now;
  watch.pass(25_000);
  assert.deepEqual(watch.subject.reasons, []);
  watch.pass(2_500);
  assert.equal(watch.subject.reasons.length, 1);
});

Deno.test("heartbeat: who reads nothing of what waits for it for over 25 seconds is given up", () => {
  using watch = new Watch();
  const { subject } = watch;
  subject.queued = 1;
  watch.pass(25_000, heard);
  assert.deepEqual(subject.reasons, []);
  watch.pass(2_500, heard);
  assert.deepEqual(subject.reasons, ["nothing was read for 25 seconds"]);
});

Deno.test("heartbeat: who is behind but reads on need not answer, nor say anything", () => {
  using watch = new Watch();
  watch.subject.queued = 100_000;
  watch.pass(3_600_000, (subject, now) => {
    if (now % 20_000 === 0) subject.lastOut = now;
  });
  assert.deepEqual(watch.subject.reasons, []);
});

for (const queued of [0, 1]) {
  const what = queued === 0 ? "are silent" : "read nothing";
  Deno.test(`heartbeat: if more than ten ${what} at once, they are given longer`, () => {
    for (const count of [10, 11]) {
      using watch = new Watch();
      watch.heartbeat.remove(watch.subject);
      const others = Array.from({ length: count }, () => new Subject());
      for (const other of others) {
        other.queued = queued;
        watch.heartbeat.add(other);
      }
      // One of whom nothing is missed does not change that.
      const fine = new Subject();
      watch.heartbeat.add(fine);
      const pass = (milliseconds: number) =>
        watch.pass(milliseconds, (_subject, now) => fine.lastIn = fine.lastOut = now);
      const givenUp = () => others.filter(({ reasons }) => reasons.length > 0).length;
      pass(27_500);
      assert.equal(givenUp(), count === 10 ? 10 : 0);
      if (count === 10) continue;
      pass(32_500);
      assert.equal(givenUp(), 0);
      pass(2_500);
      assert.equal(givenUp(), 11);
      const why = queued === 0 ? "nothing was heard" : "nothing was read";
      assert.deepEqual(others[0].reasons, [`${why} for 60 seconds`]);
      assert.deepEqual(fine.reasons, []);
    }
  });
}

Deno.test("heartbeat: when this machine was asleep, nobody is given up for it", () => {
  for (const queued of [0, 1]) {
    using watch = new Watch();
    const { subject } = watch;
    subject.queued = queued;
    watch.pass(20_000);
    watch.now += 8 * 3_600_000;
    watch.heartbeat.look();
    watch.pass(SILENCE_LIMIT);
    assert.deepEqual(subject.reasons, []);
    // From then on it has the same time as everybody.
    watch.pass(INTERVAL);
    assert.equal(subject.reasons.length, 1);
  }
});

Deno.test("heartbeat: a look that is a little late is no sleep", () => {
  using watch = new Watch();
  watch.pass(20_000);
  watch.now += INTERVAL + 200;
  watch.heartbeat.look();
  watch.now += INTERVAL + 200;
  watch.heartbeat.look();
  assert.deepEqual(watch.subject.reasons, ["nothing was heard for 25 seconds"]);
});

Deno.test("heartbeat: all are watched, each by itself, until they are removed", () => {
  using watch = new Watch();
  const others = [new Subject(), new Subject()];
  for (const other of others) watch.heartbeat.add(other);
  watch.heartbeat.remove(watch.subject);
  watch.pass(27_500, (_subject, now) => others[0].lastIn = now);
  assert.deepEqual(watch.subject.reasons, []);
  assert.deepEqual(others.map(({ reasons }) => reasons.length), [0, 1]);
});

Deno.test("heartbeat: who removes itself when it is given up disturbs nobody", () => {
  using watch = new Watch();
  const others = Array.from({ length: 10 }, () => new Subject());
  for (const other of others) {
    other.giveUp = (reason) => {
      other.reasons.push(reason);
      watch.heartbeat.remove(other);
    };
    watch.heartbeat.add(other);
  }
  watch.pass(65_000);
  assert.deepEqual(others.map(({ reasons }) => reasons.length), new Array(10).fill(1));
});

Deno.test("heartbeat: its own timer looks", async () => {
  const beaten = Promise.withResolvers<void>();
  let now = 0;
  // The clock runs fast, so that the first look finds that nothing was heard for long.
  using heartbeat = new Heartbeat(() => now += 2_000);
  const subject = new Subject();
  subject.beat = () => beaten.resolve();
  subject.lastIn = subject.lastOut = -20_000;
  heartbeat.add(subject);
  await beaten.promise;
});
