/**
 * Every order in which things can happen to a few messages, acknowledgements and connections. One side
 * is the real {@linkcode Visit}, the other a model of what docs/PROTOCOL.md says of the server.
 *
 * @module
 */
import assert from "node:assert/strict";
import { encodeText, type Envelope, type RoomReport, Visit } from "../../../lib/chat/mod.ts";
import { decodeMemberMessage } from "../../../lib/chat/wire/wire.ts";
import { hex } from "../../../lib/crypto/mod.ts";
import { idOf, keyOf } from "../support.ts";

const OWN_KEY = keyOf(1);
const OTHER_KEY = keyOf(2);

/** Something that can happen now. */
type Step = () => void;

/** A world in which things happen, one after the other. */
interface World {
  /** What can happen now; nothing, at the end. */
  steps(): readonly Step[];
  /** All on which it depends what can happen from now on, and what is found at the end. */
  readonly state: string;
  /** Fails unless all is as it should be at the end. */
  check(): void;
}

/**
 * Lets everything happen, in every order. A world is made anew for each, and led to where another way
 * is left; where it comes to a state that was seen before, the rest has been tried.
 *
 * @returns In how many states the worlds were.
 */
function explore(newWorld: () => World): number {
  const seen = new Set<string>();
  const plans: (readonly number[])[] = [[]];
  for (let plan = plans.pop(); plan !== undefined; plan = plans.pop()) {
    const world = newWorld();
    const made: number[] = [];
    try {
      for (const choice of plan) {
        made.push(choice);
        world.steps()[choice]?.();
      }
      while (!seen.has(world.state)) {
        seen.add(world.state);
        const steps = world.steps();
        for (let other = 1; other < steps.length; other++) plans.push([...made, other]);
        const [first] = steps;
        if (first === undefined) {
          world.check();
          break;
        }
        made.push(0);
        first();
      }
    } catch (error) {
      throw new Error(`after the choices ${made}`, { cause: error });
    }
  }
  return seen.size;
}

/** A client, its line to the server, and what may still happen to both. */
class Model implements World {
  readonly #isKept: boolean;
  readonly #visit = new Visit(idOf(90), () => 0);
  /** What is still to happen. */
  #left: { readonly own: number; readonly others: number; readonly cuts: number; restarts: number };
  readonly #total: number;

  // The server.
  #logId = 100;
  #log: Envelope[] = [];
  /** What anybody has ever said, by its id: where it is said again, it is the same message. */
  readonly #others: number[] = [];

  // The line: messages on their way; up to where the server has told; whether it serves this line.
  #up: Uint8Array[] = [];
  #down: RoomReport[] = [];
  #line: "none" | "catching up" | "following" | "dead" = "none";
  #told = 0;

  // What came of it.
  readonly #shown: string[] = [];
  readonly #confirmed: string[] = [];
  /** What happened to requests, on which it depends which answers are expected. */
  #trips: string[] = [];

  constructor(
    options: { own?: number; others?: number; cuts?: number; restarts?: number; isKept?: boolean },
  ) {
    const { own = 0, others = 0, cuts = 0, restarts = 0, isKept = true } = options;
    this.#left = { own, others, cuts, restarts };
    this.#total = own;
    this.#isKept = isKept;
  }

  get state(): string {
    const { position, unanswered } = this.#visit;
    return JSON.stringify([
      this.#left,
      this.#logId,
      this.#log.map(({ id }) => id[0]),
      this.#others,
      this.#up.map(hex),
      this.#down.map((
        report,
      ) => [report.type, "id" in report && report.id[0], "seq" in report && report.seq]),
      this.#line,
      this.#told,
      this.#shown,
      this.#confirmed,
      this.#trips,
      position?.log[0],
      position?.seq,
      unanswered.all.map(({ id, wasSent }) => [id[0], wasSent]),
    ]);
  }

  steps(): readonly Step[] {
    const { own, others, cuts, restarts } = this.#left;
    const steps: Step[] = [];
    const isServed = this.#line === "catching up" || this.#line === "following";
    if (this.#line === "none") steps.push(() => this.#connect());
    if (isServed && this.#up.length > 0) steps.push(() => this.#carryOut());
    if (this.#line === "catching up") steps.push(() => this.#feed());
    const [report] = this.#down;
    if (report !== undefined) {
      steps.push(() => {
        this.#down.shift();
        this.#hear(report);
      });
    } else if (this.#line === "dead") {
      steps.push(() => this.#line = "none");
    }
    if (own > 0) {
      steps.push(() => {
        this.#left = { ...this.#left, own: own - 1 };
        const request = { type: "send", body: encodeText("x") } as const;
        this.#visit.unanswered.add(request, { id: idOf(this.#total - own + 1), time: 0 });
        this.#send();
      });
    }
    if (others > 0) {
      steps.push(() => {
        this.#left = { ...this.#left, others: others - 1 };
        this.#others.push(50 + others);
        this.#post(50 + others, OTHER_KEY);
      });
    }
    if (cuts > 0 && isServed) {
      // How much of what was on the way still arrives, is another choice each time.
      for (let arriving = 0; arriving <= this.#down.length; arriving++) {
        steps.push(() => {
          this.#left = { ...this.#left, cuts: cuts - 1 };
          this.#cut(arriving);
        });
      }
    }
    if (restarts > 0) {
      steps.push(() => {
        this.#left = { ...this.#left, restarts: restarts - 1 };
        if (isServed) this.#cut(0);
        this.#restart();
      });
    }
    return steps;
  }

  check(): void {
    const own = Array.from({ length: this.#total }, (_, index) => hex(idOf(index + 1)));
    assert.deepEqual(this.#confirmed, own, "each request is confirmed once, in their order");
    assert.equal(this.#visit.unanswered.count, 0);
    assert.equal(new Set(this.#shown).size, this.#shown.length, "nothing is shown twice");
    const isOwn = (id: string) => own.includes(id);
    const log = this.#log.map(({ id }) => hex(id));
    if (this.#isKept) {
      assert.deepEqual(log.filter(isOwn), own, "the log has each once, in their order");
      assert.deepEqual(this.#shown, log.filter((id) => !isOwn(id)), "and all of it is heard");
    } else {
      // What a new log has is heard, or was before; what only the old one had may be lost.
      for (const id of log) assert.ok(isOwn(id) || this.#shown.includes(id));
    }
  }

  #connect(): void {
    const { after } = this.#visit.hello("ada", 200);
    this.#line = "catching up";
    this.#up = [];
    this.#down = [];
    this.#told = after !== undefined && after.log[0] === this.#logId ? after.seq : 0;
    const { undelivered } = this.#visit.begin(
      { log: idOf(this.#logId), seq: this.#log.length, kept: this.#isKept, gone: 0 },
      OWN_KEY,
    );
    assert.deepEqual(undelivered, []);
    this.#trips.push("|");
    this.#send();
  }

  #hear(report: RoomReport): void {
    const event = this.#visit.hear(report);
    if (event?.type === "message") this.#shown.push(hex(event.id));
    if (event?.type === "delivered") this.#confirmed.push(hex(event.id));
    if (report.type === "caught-up") this.#trips.push("c");
    if (report.type === "delivered") this.#trips.push(`-${report.id[0]}`);
    if (this.#line !== "dead") this.#send();
  }

  #send(): void {
    if (this.#line === "none") return;
    for (let next = this.#visit.take(); next !== undefined; next = this.#visit.take()) {
      this.#trips.push(`+${next.id[0]}`);
      if (this.#line !== "dead") this.#up.push(next.bytes);
    }
  }

  /** The server carries the next request out, or knows it again. */
  #carryOut(): void {
    const request = decodeMemberMessage(this.#up.shift() ?? new Uint8Array());
    assert.ok(request.type === "send");
    const { id } = request;
    const isHis = ({ id: other, from }: Envelope) =>
      other[0] === id[0] && from.key[0] === OWN_KEY[0];
    const { seq } = this.#log.find(isHis) ?? this.#post(id[0] ?? 0, OWN_KEY);
    this.#down.push({ type: "delivered", id, seq });
  }

  #post(id: number, key: Uint8Array): Envelope {
    const entry: Envelope = {
      type: "message",
      id: idOf(id),
      seq: this.#log.length + 1,
      time: 0,
      from: { nick: "somebody", key },
      body: encodeText("x"),
    };
    this.#log.push(entry);
    if (this.#line === "following" && key !== OWN_KEY) this.#down.push(entry);
    return entry;
  }

  /** The server gives one message more to a client that catches up, or says that it has. */
  #feed(): void {
    const entry = this.#log[this.#told++];
    this.#down.push(entry ?? { type: "caught-up", seq: this.#log.length });
    if (entry === undefined) this.#line = "following";
  }

  #cut(arriving: number): void {
    this.#line = "dead";
    this.#up = [];
    this.#down.length = arriving;
  }

  #restart(): void {
    if (this.#isKept) return;
    this.#logId++;
    this.#log = [];
    // The others send again what they have no receipt for: it may be in the old log as well.
    for (const id of this.#others) this.#post(id, OTHER_KEY);
  }
}

const CASES = [
  { what: "own messages and cuts", options: { own: 2, cuts: 2 } },
  { what: "own messages and a restart", options: { own: 2, cuts: 1, restarts: 1 } },
  { what: "others' messages and cuts", options: { others: 2, cuts: 2 } },
  { what: "own and others' messages, and a cut", options: { own: 1, others: 2, cuts: 1 } },
  {
    what: "a server that keeps nothing, and is restarted",
    options: { own: 1, others: 1, restarts: 1, cuts: 1, isKept: false },
  },
] as const;

for (const { what, options } of CASES) {
  Deno.test(`nothing lost: whatever happens when: ${what}`, () => {
    const count = explore(() => new Model(options));
    assert.ok(count > 100, `${count} states`);
  });
}
