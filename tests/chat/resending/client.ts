/**
 * A client that runs, but for its connections.
 *
 * @module
 */
import {
  encodeText,
  Member,
  type MemberEvent,
  type NewRequest,
  Visit,
} from "../../../lib/chat/mod.ts";
import { idOf } from "../support.ts";
import { consequences, type Running } from "./actor.ts";
import { type Item, type Items, LineEnd } from "./line.ts";
import { personOf, type Request, requestId, SERVER_KEY } from "./people.ts";

/** What can happen to a client. */
export type ClientInput =
  | { readonly type: "connect" }
  | { readonly type: "say" }
  | { readonly type: "hear"; readonly item: Item }
  | { readonly type: "notice" };

/** What a client was told of a request of its. */
export interface Answer {
  /** The first byte of its id, as everywhere here. */
  readonly id: number;
  /** Its number, if it was carried out. */
  readonly seq?: number;
  /** Why it was refused, if it was. */
  readonly reason?: string;
}

/** What is known of a client. */
export interface ClientView {
  readonly isOffline: boolean;
  readonly isListening: boolean;
  /** How many connections it has had. */
  readonly connections: number;
  /** How many things it has asked for. */
  readonly asked: number;
  /** The messages to all that its user was shown, by their ids, and the private ones. */
  readonly shown: readonly number[];
  readonly shownInPrivate: readonly number[];
  /** The topics that it was told of as they were set, and the one that holds now. */
  readonly topics: readonly string[];
  readonly topic: string | undefined;
  /** Who has joined, left, gone away or come back. */
  readonly changes: readonly string[];
  readonly answers: readonly Answer[];
  readonly unanswered: number;
  readonly position: number | undefined;
  /** What went wrong. */
  readonly error: unknown;
}

/** See {@linkcode ClientView}. */
export class ClientProgram implements Running<ClientInput, Item, ClientView> {
  readonly #number: number;
  readonly #plan: readonly Request[];
  readonly #items: Items;
  readonly #visit: Visit;
  #line: LineEnd | undefined;
  #connections = 0;
  #asked = 0;
  #said: Item[] = [];
  #isCut = false;
  #error: unknown;
  readonly #shown: number[] = [];
  readonly #shownInPrivate: number[] = [];
  readonly #topics: string[] = [];
  #member: Member | undefined;
  readonly #changes: string[] = [];
  readonly #answers: Answer[] = [];

  /** @param plan What it asks for, in this order. */
  constructor(number: number, plan: readonly Request[], items: Items) {
    this.#number = number;
    this.#plan = plan;
    this.#items = items;
    this.#visit = new Visit(idOf(200 + number), () => 0);
  }

  async take(input: ClientInput): Promise<readonly Item[]> {
    this.#said = [];
    switch (input.type) {
      case "connect":
        this.#connect();
        break;
      case "say":
        this.#ask();
        break;
      case "hear":
        this.#line?.arrive(input.item);
        break;
      case "notice":
        this.#isCut = true;
        this.#line?.fail();
    }
    await consequences();
    return this.#said;
  }

  view(): ClientView {
    return {
      isOffline: this.#line === undefined,
      isListening: this.#line?.isListening ?? false,
      connections: this.#connections,
      asked: this.#asked,
      shown: [...this.#shown],
      shownInPrivate: [...this.#shownInPrivate],
      topics: [...this.#topics],
      topic: this.#member?.topic?.topic,
      changes: [...this.#changes],
      answers: [...this.#answers],
      unanswered: this.#visit.unanswered.count,
      position: this.#visit.position?.seq,
      error: this.#error,
    };
  }

  async end(): Promise<void> {
    this.#isCut = true;
    this.#line?.fail();
    await consequences();
  }

  #connect(): void {
    const keys = { own: personOf(this.#number).key, peer: SERVER_KEY };
    this.#isCut = false;
    this.#connections++;
    const line = new LineEnd(keys, (said) => {
      const item = said instanceof Uint8Array
        ? this.#items.message("client", said)
        : this.#items.goodbye(said);
      this.#said.push(item);
    });
    this.#line = line;
    void this.#run(line).catch((error) => {
      if (!this.#isCut) this.#error = error;
    }).finally(() => this.#line = undefined);
  }

  async #run(line: LineEnd): Promise<void> {
    const { nick } = personOf(this.#number);
    const member = await Member.join(line.channel, { nick, visit: this.#visit });
    if (member.undelivered.length > 0) throw new Error("a request was given up");
    if (member.welcome.gone > 0) throw new Error("something is gone");
    this.#member = member;
    for await (const event of member.events()) if (event.type !== "caught-up") this.#note(event);
  }

  #note(event: MemberEvent): void {
    switch (event.type) {
      case "message":
        (event.seq === 0 ? this.#shownInPrivate : this.#shown).push(event.id[0]);
        break;
      case "delivered":
        this.#answers.push({ id: event.id[0], seq: event.seq });
        break;
      case "refused":
        this.#answers.push({ id: event.id[0], reason: event.reason });
        break;
      case "topic":
        this.#topics.push(event.topic);
        break;
      case "member":
        this.#changes.push(`${event.member.nick} ${event.change}`);
    }
  }

  #ask(): void {
    const request = this.#plan[this.#asked];
    const id = idOf(requestId(this.#number, this.#asked));
    this.#asked++;
    this.#visit.unanswered.add(this.#newRequest(request), { id, time: 0 });
  }

  #newRequest(request: Request): NewRequest {
    if (request === "topic") {
      return { type: "topic", topic: `${personOf(this.#number).nick} ${this.#asked}` };
    }
    const body = encodeText("x");
    return { type: "send", body, ...(request !== "all" && { to: personOf(request.to) }) };
  }
}
