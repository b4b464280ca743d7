/**
 * A server and its clients, as they really are, with simulated connections in between and a simulated
 * disk below.
 *
 * @module
 */
import { Actor, type Moment } from "./actor.ts";
import { type ClientInput, ClientProgram, type ClientView } from "./client.ts";
import type { Step, World } from "./explore.ts";
import { type Item, Items } from "./line.ts";
import { personOf, type Request } from "./people.ts";
import { type ServerInput, type ServerOutput, ServerProgram, type ServerView } from "./server.ts";

/** What is to happen. */
export interface Scenario {
  /** What each client asks for, in this order, whenever it likes. */
  readonly clients: readonly (readonly Request[])[];
  /** How many connections are cut. Default 0. */
  readonly cuts?: number;
  /** Clients with a good connection: it is not cut, and what goes over it arrives at once. Default: none. */
  readonly good?: readonly number[];
  /** How often the server is killed and started again. Default 0. */
  readonly kills?: number;
  /** How often the disk fails: then it cannot be written any more. Default 0. */
  readonly failures?: number;
  /** Whether the log outlives the server. Default true. */
  readonly isKept?: boolean;
  /** Whether the disk takes its time to write, and to read: these are steps then. Default: neither. */
  readonly slowly?: { readonly write?: boolean; readonly read?: boolean };
  /** How many of the last messages the room has at hand. Default 200. */
  readonly recent?: number;
  /** Whether the clients have their places already at the beginning. Default true. */
  readonly haveArrived?: boolean;
  /** Whether they have asked for everything already at the beginning, in their order. Default false. */
  readonly haveAsked?: boolean;
}

/** What happens without making a difference here: it goes with what follows it. */
const ASIDE: ReadonlySet<string> = new Set(["members", "member", "notice", "ping", "pong"]);

type ClientMoment = Moment<ClientInput, Item, ClientView>;
type ServerMoment = Moment<ServerInput, ServerOutput, ServerView>;

/** A connection. */
interface Line {
  readonly name: string;
  /** The number of its client. */
  readonly client: number;
  /** What is on its way to the server, and to the client. */
  readonly up: readonly Item[];
  readonly down: readonly Item[];
  /** Whether nothing that is said from now on arrives. */
  readonly isCut: boolean;
  /** Whether the two sides still have it. */
  readonly hasServer: boolean;
  readonly hasClient: boolean;
}

/** A state of the world. */
export interface State {
  readonly server: ServerMoment;
  readonly clients: readonly ClientMoment[];
  readonly lines: readonly Line[];
  readonly cuts: number;
  readonly kills: number;
  readonly failures: number;
}

/** What goes wrong fails the test; what went well is checked by it. */
export interface Checks {
  check(state: State): void;
  checkEnd(state: State): void;
}

/** See {@linkcode Scenario}. */
export class Simulation implements World<State>, AsyncDisposable {
  readonly start: State;
  /** How many messages of each kind were lost, over all states. */
  readonly lost = new Map<string, number>();
  readonly check: (state: State) => void;
  readonly checkEnd: (state: State) => void;
  readonly #scenario: Scenario;
  readonly #good: readonly number[];
  readonly #server: Actor<ServerInput, ServerOutput, ServerView>;
  readonly #clients: readonly Actor<ClientInput, Item, ClientView>[];

  private constructor(
    scenario: Scenario,
    checks: Checks,
    server: Actor<ServerInput, ServerOutput, ServerView>,
    clients: readonly Actor<ClientInput, Item, ClientView>[],
    start: State,
  ) {
    this.#scenario = scenario;
    this.#good = scenario.good ?? [];
    this.check = checks.check;
    this.checkEnd = checks.checkEnd;
    this.#server = server;
    this.#clients = clients;
    this.start = start;
  }

  static async begin(scenario: Scenario, checks: Checks): Promise<Simulation> {
    const { isKept = true, slowly = {}, recent = 200, haveArrived = true } = scenario;
    const items = new Items();
    const slow = { write: slowly.write ?? false, read: slowly.read ?? false };
    const server = new Actor(
      () => new ServerProgram({ isKept, slowly: slow, recent }, items),
      nameOfServerInput,
    );
    const clients = scenario.clients.map((plan, number) =>
      new Actor(() => new ClientProgram(number, plan, items), nameOfClientInput)
    );
    const start: State = {
      server: await server.begin(),
      clients: await Promise.all(clients.map((client) => client.begin())),
      lines: [],
      cuts: scenario.cuts ?? 0,
      kills: scenario.kills ?? 0,
      failures: scenario.failures ?? 0,
    };
    let world = new Simulation(scenario, checks, server, clients, start);
    const next = (state: State) => new Simulation(scenario, checks, server, clients, state);
    if (haveArrived) world = next(await world.#arrive());
    if (scenario.haveAsked) world = next(await world.#askAll());
    return world;
  }

  /** How many things the programs have been through, all in all. */
  get count(): number {
    return [this.#server, ...this.#clients].reduce((sum, { count }) => sum + count, 0);
  }

  nameOf({ server, clients, lines, cuts, kills, failures }: State): string {
    const parts: (string | number)[] = [server.number, cuts, kills, failures];
    for (const { number } of clients) parts.push(number);
    for (const { name, up, down, isCut, hasServer, hasClient } of lines) {
      parts.push(name, Number(isCut), Number(hasServer), Number(hasClient));
      for (const { number } of up) parts.push(number);
      parts.push("");
      for (const { number } of down) parts.push(number);
    }
    return parts.join(" ");
  }

  steps(state: State): readonly Step<State>[] {
    const steps: Step<State>[] = [];
    const add = (
      label: () => string,
      take: () => State | Promise<State>,
      isMishap = false,
    ) => {
      const taken = this.#good.length === 0 ? take : async () => this.#flow(await take());
      steps.push({ label, take: taken, isMishap });
    };
    const { server, clients, lines } = state;
    for (const line of lines) {
      const { nick } = personOf(line.client);
      if (this.#canHear(state, line, "up")) {
        add(
          () => `the server hears from ${nick}: ${heard(line.up)}`,
          () => this.#serverHears(state, line),
        );
      } else if (line.isCut && line.hasServer && line.up.length === 0) {
        add(() => `the server notices the cut of ${nick}`, () => this.#serverNotices(state, line));
      }
      if (this.#canHear(state, line, "down")) {
        add(() => `${nick} hears ${heard(line.down)}`, () => this.#clientHears(state, line));
      } else if (line.isCut && line.hasClient && line.down.length === 0) {
        add(() => `${nick} notices the cut`, () => this.#clientNotices(state, line));
      }
    }
    for (const [number, { view }] of clients.entries()) {
      const { nick } = personOf(number);
      if (view.isOffline) add(() => `${nick} connects`, () => this.#connect(state, number));
      if (view.asked < this.#scenario.clients[number].length) {
        add(() => `${nick} asks for ${view.asked + 1}`, () => this.#ask(state, number));
      }
    }
    if (server.view.isWriting) {
      add(() => "the log is written", () => this.#toServer(state, { type: "write" }));
      if (state.failures > 0) {
        const failed = { ...state, failures: state.failures - 1 };
        add(
          () => "the log cannot be written",
          () => this.#toServer(failed, { type: "fail" }),
          true,
        );
      }
    }
    if (server.view.isReading) {
      add(() => "the log is read", () => this.#toServer(state, { type: "read" }));
    }
    if (state.cuts > 0) {
      for (const line of lines) {
        if (line.isCut || this.#isGood(line)) continue;
        const { nick } = personOf(line.client);
        for (let up = line.up.length; up >= 0; up--) {
          for (let down = line.down.length; down >= 0; down--) {
            // What goes with what follows it is lost with it.
            if (isAside(line.up, up) || isAside(line.down, down)) continue;
            add(
              () => `the line of ${nick} is cut, but for ${up} upwards and ${down} downwards`,
              () => this.#cut({ ...state, cuts: state.cuts - 1 }, line, up, down),
              true,
            );
          }
        }
      }
    }
    if (state.kills > 0) {
      for (
        const survivors of combinations(lines.map((line) => line.isCut ? 0 : line.down.length))
      ) {
        if (
          lines.some((line, index) => !line.isCut && isAside(line.down, survivors[index]))
        ) continue;
        for (const isWritten of server.view.isWriting ? [true, false] : [false]) {
          add(
            () =>
              `the server is killed, but for ${survivors} downwards` +
              (isWritten ? "; the log has been written" : ""),
            () => this.#kill({ ...state, kills: state.kills - 1 }, survivors, isWritten),
            true,
          );
        }
      }
    }
    return steps;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#server, ...this.#clients].map((actor) => actor.end()));
  }

  #isGood({ client }: Line): boolean {
    return this.#good.includes(client);
  }

  /** What goes over the good connections arrives. */
  #flow(state: State): Promise<State> {
    return this.#arriveAll(state, (line) => this.#isGood(line));
  }

  /** Everybody connects, one after the other, and hears all there is to hear. */
  async #arrive(): Promise<State> {
    let state = this.start;
    for (const number of this.#clients.keys()) {
      state = await this.#connect(state, number);
      state = await this.#arriveAll(state, () => true);
      while (state.server.view.isReading) {
        state = await this.#toServer(state, { type: "read" });
        state = await this.#arriveAll(state, () => true);
      }
    }
    return state;
  }

  async #askAll(): Promise<State> {
    let state = this.start;
    for (const [number, plan] of this.#scenario.clients.entries()) {
      for (let asked = 0; asked < plan.length; asked++) state = await this.#ask(state, number);
    }
    return await this.#flow(state);
  }

  /** Everything arrives that is on its way on some connections, and what follows from it. */
  async #arriveAll(begin: State, which: (line: Line) => boolean): Promise<State> {
    for (let state = begin;;) {
      const line = state.lines.find((line) =>
        which(line) && (this.#canHear(state, line, "up") || this.#canHear(state, line, "down"))
      );
      if (line === undefined) return state;
      state = this.#canHear(state, line, "up")
        ? await this.#serverHears(state, line)
        : await this.#clientHears(state, line);
    }
  }

  /** Whether something can arrive at the server (up), or at the client. */
  #canHear({ server, clients }: State, line: Line, way: "up" | "down"): boolean {
    const [next] = line[way];
    if (next === undefined) return false;
    if (way === "down") return line.hasClient && clients[line.client].view.isListening;
    const { listening } = server.view;
    return line.hasServer && (listening.has(line.name) || next.kind === "hello");
  }

  async #serverHears(state: State, { name, client }: Line): Promise<State> {
    for (let now = state;;) {
      const line = now.lines.find((other) => other.name === name);
      const [item, ...up] = line?.up ?? [];
      if (line === undefined || item === undefined) return now;
      const isLast = !ASIDE.has(item.kind);
      now = { ...now, lines: replace(now.lines, line, { ...line, up }) };
      now = await this.#toServer(now, { type: "hear", line: name, client, item });
      if (isLast || !now.server.view.listening.has(name)) return now;
    }
  }

  #serverNotices(state: State, line: Line): Promise<State> {
    const lines = replace(state.lines, line, { ...line, hasServer: false });
    return this.#toServer({ ...state, lines }, { type: "notice", line: line.name });
  }

  async #clientHears(state: State, { name, client }: Line): Promise<State> {
    for (let now = state;;) {
      const line = now.lines.find((other) => other.name === name);
      const [item, ...down] = line?.down ?? [];
      if (line === undefined || item === undefined) return now;
      const isLast = !ASIDE.has(item.kind);
      now = { ...now, lines: replace(now.lines, line, { ...line, down }) };
      now = await this.#toClient(now, client, { type: "hear", item });
      if (isLast || !now.clients[client].view.isListening) return now;
    }
  }

  #clientNotices(state: State, line: Line): Promise<State> {
    return this.#toClient(state, line.client, { type: "notice" });
  }

  #connect(state: State, client: number): Promise<State> {
    const line: Line = {
      name: `${client}/${state.clients[client].view.connections}`,
      client,
      up: [],
      down: [],
      isCut: false,
      hasServer: true,
      hasClient: true,
    };
    const lines = [...state.lines, line];
    return this.#toClient({ ...state, lines }, client, { type: "connect" });
  }

  #ask(state: State, client: number): Promise<State> {
    return this.#toClient(state, client, { type: "say" });
  }

  #cut(state: State, line: Line, up: number, down: number): State {
    this.#note([...line.up.slice(up), ...line.down.slice(down)]);
    const cut = { ...line, isCut: true, up: line.up.slice(0, up), down: line.down.slice(0, down) };
    return tidy({ ...state, lines: replace(state.lines, line, cut) });
  }

  #kill(state: State, survivors: readonly number[], isWritten: boolean): Promise<State> {
    const lines = state.lines.map((line, index) => {
      const { down } = line;
      const left = line.isCut ? down : down.slice(0, survivors[index]);
      this.#note([...line.up, ...down.slice(left.length)]);
      return { ...line, isCut: true, hasServer: false, up: [], down: left };
    });
    return this.#toServer({ ...state, lines }, { type: "kill", isWritten });
  }

  /** Something happens to a client; what it says is on its way then. */
  async #toClient(state: State, client: number, input: ClientInput): Promise<State> {
    const moment = await this.#clients[client].after(state.clients[client], input);
    const clients = state.clients.with(client, moment);
    const lines = state.lines.map((line) => {
      if (line.client !== client || !line.hasClient) return line;
      const { isOffline } = moment.view;
      if (isOffline) return { ...line, hasClient: false, isCut: true, down: [] };
      return line.isCut || !line.hasServer
        ? line
        : { ...line, up: [...line.up, ...moment.outputs] };
    });
    return tidy({ ...state, clients, lines });
  }

  /** The same for the server. */
  async #toServer(state: State, input: ServerInput): Promise<State> {
    const moment = await this.#server.after(state.server, input);
    const { outputs, view } = moment;
    const lines = state.lines.map((line) => {
      const said = outputs.filter((output) => output.line === line.name).map(({ item }) => item);
      const down = line.isCut || !line.hasClient ? line.down : [...line.down, ...said];
      return view.over.has(line.name)
        ? { ...line, down, hasServer: false, isCut: true, up: [] }
        : { ...line, down };
    });
    return tidy({ ...state, server: moment, lines });
  }

  #note(lost: readonly Item[]): void {
    for (const { kind } of lost) this.lost.set(kind, (this.lost.get(kind) ?? 0) + 1);
  }
}

function nameOfClientInput(input: ClientInput): string {
  return input.type === "hear" ? `${input.item.number}` : input.type;
}

function nameOfServerInput(input: ServerInput): string {
  switch (input.type) {
    case "hear":
      return `${input.line} ${input.item.number}`;
    case "notice":
      return `${input.line} notice`;
    case "kill":
      return `kill ${input.isWritten}`;
    default:
      return input.type;
  }
}

/** Whether a queue would be torn after so many items between one and what goes with it. */
function isAside(items: readonly Item[], count: number): boolean {
  return count > 0 && count < items.length && ASIDE.has(items[count - 1].kind);
}

/** Forgets the connections of which nothing can come any more. */
function tidy(state: State): State {
  const { known } = state.server.view;
  const lines = state.lines.map((line) =>
    // A server notices nothing of a connection on which it has heard nothing.
    line.isCut && line.up.length === 0 && !known.has(line.name)
      ? { ...line, hasServer: false }
      : line
  );
  return { ...state, lines: lines.filter(({ hasServer, hasClient }) => hasServer || hasClient) };
}

function replace(lines: readonly Line[], line: Line, by: Line): readonly Line[] {
  return lines.map((other) => other === line ? by : other);
}

function heard(items: readonly Item[]): string {
  const end = items.findIndex(({ kind }) => !ASIDE.has(kind));
  return items.slice(0, end === -1 ? items.length : end + 1).map(({ what }) => what).join(", ");
}

/** All lists of numbers from 0 to those given. */
function combinations(most: readonly number[]): readonly (readonly number[])[] {
  let all: (readonly number[])[] = [[]];
  for (const last of most) {
    all = all.flatMap((some) => Array.from({ length: last + 1 }, (_, count) => [...some, count]));
  }
  return all;
}
