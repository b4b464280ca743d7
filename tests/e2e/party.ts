/**
 * A room with several people in it, each a program of its own that speaks JSON.
 *
 * @module
 */
import type { ChatEvent, Occupant } from "../../lib/terminal/events/events.ts";
import {
  type Program,
  type ProgramOptions,
  type Server,
  startClient,
  startServer,
} from "../support/programs.ts";

/** The flags of a server at which nobody sits. */
export const HEADLESS: readonly string[] = ["--headless", "--json"];

/** A server, and whoever has come. */
export class Party implements AsyncDisposable {
  readonly server: Server;
  readonly #guests: Program[] = [];

  private constructor(server: Server) {
    this.server = server;
  }

  /** Opens a room. Without a host, unless the flags say otherwise. */
  static async open(
    flags: readonly string[] = [],
    options: ProgramOptions = {},
  ): Promise<Party> {
    return new Party(await startServer([...HEADLESS, ...flags], options));
  }

  /** Opens a room with a host, whose standard input is open. */
  static async host(flags: readonly string[] = []): Promise<Party> {
    return new Party(await startServer(["--json", ...flags]));
  }

  /** Starts a client. */
  start(nick: string, flags: readonly string[] = [], options: ProgramOptions = {}): Program {
    const args = ["--json", "--nick", nick, ...flags];
    const guest = startClient(this.server.address, args, options);
    this.#guests.push(guest);
    return guest;
  }

  /** Starts a client, and waits until it has its place and has shown who is there. */
  async join(nick: string, flags: readonly string[] = []): Promise<Program> {
    const guest = this.start(nick, flags);
    await guest.waitForEvent("members");
    return guest;
  }

  /** Starts several clients at the same time, and waits until all have their places. */
  async joinAll(nicks: readonly string[]): Promise<Program[]> {
    const guests = nicks.map((nick) => this.start(nick));
    await Promise.all(guests.map((guest) => guest.waitForEvent("members")));
    return guests;
  }

  /** Ends everybody. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#guests.map((guest) => guest[Symbol.asyncDispose]()));
    await this.server[Symbol.asyncDispose]();
  }
}

/** Waits until all of these know that somebody has come, gone, taken this name, or was cut off. */
export async function seen(
  programs: readonly Program[],
  nick: string,
  change: "joined" | "left" | "renamed" | "away" | "back" = "joined",
): Promise<void> {
  const tells = (event: ChatEvent) => {
    if (event.event === "member") return event.nick === nick && event.change === change;
    // Whoever comes is shown those who have come before.
    return change === "joined" && event.event === "members" &&
      event.members.some((member) => member.nick === nick);
  };
  await Promise.all(
    programs.map((program) =>
      program.waitForLine("stdout", (line) => tells(JSON.parse(line))).catch((error) => {
        throw new Error(`${nick} has not ${change}`, { cause: error });
      })
    ),
  );
}

/** Gives a program a command, in JSON. */
export async function command(
  program: Program,
  name: string,
  given: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  await program.write(`${JSON.stringify({ command: name, ...given })}\n`);
}

let nextId = 1;

/** An id for a request that no other one has: 32 hexadecimal digits. */
export function newId(): string {
  return (nextId++).toString(16).padStart(32, "0");
}

/** Gives a command with an id of its own, and waits until the room has done it; its `seq`. */
export async function done(
  program: Program,
  name: string,
  given: Readonly<Record<string, string | number>> = {},
): Promise<number> {
  const id = newId();
  await command(program, name, { ...given, id });
  return (await program.waitForEvent("delivered", (event) => event.id === id)).seq;
}

/** Gives a command that the room will not carry out; the reason that it gives. */
export async function refused(
  program: Program,
  name: string,
  given: Readonly<Record<string, string | number>> = {},
): Promise<string> {
  const id = newId();
  await command(program, name, { ...given, id });
  return (await program.waitForEvent("refused", (event) => event.id === id)).reason;
}

/** Asks a program who is there, once it has shown who was there at first. */
export async function who(program: Program): Promise<readonly Occupant[]> {
  let passedOver = program.events("members").length;
  await command(program, "who");
  return (await program.waitForEvent("members", () => passedOver-- === 0)).members;
}
