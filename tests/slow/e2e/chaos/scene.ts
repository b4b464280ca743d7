/**
 * A server that is killed, people who talk, and a network between them that is as bad as can be.
 *
 * @module
 */
import { type Program, runProgram, type Server } from "../../../support/programs.ts";
import type { Dice } from "../../../support/dice.ts";
import { Home, PERMISSIONS } from "../../../e2e/home.ts";
import { HEADLESS } from "../../../e2e/party.ts";
import { RoughNetwork } from "./rough_network.ts";
import { inOrder, type Said, Talker } from "./talker.ts";

/** If nothing at all happens for so many milliseconds, nothing will. */
const PATIENCE = 60_000;

/** How much is said in a scene, and how much goes wrong meanwhile. */
export interface Size {
  /** How many messages, all in all. */
  readonly messages: number;
  /** How often a connection is lost. */
  readonly cuts: number;
  /** How often the server is killed. */
  readonly kills: number;
}

/** See above. */
export class Scene implements AsyncDisposable {
  readonly network: RoughNetwork;
  readonly talkers: Talker[] = [];
  readonly #dice: Dice;
  readonly #home: Home;
  readonly #homes: Home[] = [];
  readonly #servers: Server[];
  readonly #size: Size;
  #changed = Promise.withResolvers<void>();

  private constructor(dice: Dice, size: Size, home: Home, server: Server) {
    this.#dice = dice;
    this.#size = size;
    this.#home = home;
    this.#servers = [server];
    this.network = new RoughNetwork(server.port, dice);
  }

  /** Starts a server that keeps what is said. */
  static async open(dice: Dice, size: Size): Promise<Scene> {
    const home = new Home();
    return new Scene(dice, size, home, await home.server(flagsOf(home)));
  }

  /**
   * Adds people who have as much to say, each with a folder of their own.
   *
   * @param flags Further flags of the program.
   */
  add(count: number, each: number, flags: (home: Home) => readonly string[] = () => []): Talker[] {
    const added = Array.from({ length: count }, () => {
      const number = this.talkers.length;
      const home = new Home();
      this.#homes.push(home);
      const args = ["--json", "--accept-new", "--nick", `talker${number}`, ...flags(home)];
      const start = () => home.client([this.network.address, ...args]);
      const talker = new Talker(number, each, start, () => this.#change());
      this.talkers.push(talker);
      return talker;
    });
    return added;
  }

  /** How many messages are confirmed, all in all. */
  get confirmed(): number {
    return this.talkers.reduce((sum, { confirmed }) => sum + confirmed, 0);
  }

  /** Kills the server, and starts it again where it was. */
  async killServer(): Promise<void> {
    const last = this.#servers.at(-1);
    last?.signal("SIGKILL");
    await last?.exited;
    const [first] = this.#servers;
    const where = ["--listen", first?.address ?? ""];
    this.#servers.push(await this.#home.server([...flagsOf(this.#home), ...where]));
    this.#change();
  }

  /**
   * Has all cuts and kills happen, spread over what is said.
   *
   * @param onStep Called before each cut.
   */
  async ravage(onStep: (cut: number) => Promise<void> = () => Promise.resolve()): Promise<void> {
    const { messages, cuts, kills } = this.#size;
    for (let cut = 0; cut < cuts; cut++) {
      const due = Math.floor((0.95 * messages * (cut + this.#dice.next())) / cuts);
      await this.until(() => this.confirmed >= due, `${due} messages, before cut ${cut + 1}`);
      await onStep(cut);
      await this.network.lose();
      const killed = (count: number) => Math.floor((count * kills) / cuts);
      if (killed(cut + 1) > killed(cut)) await this.killServer();
    }
  }

  /** Waits for something that has to come as long as anything happens at all. */
  async until(holds: () => boolean, what: string): Promise<void> {
    while (!holds()) {
      const { promise, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new Error(`nothing happens: ${what}`)), PATIENCE);
      try {
        await Promise.race([this.#changed.promise, promise]);
      } finally {
        clearTimeout(timer);
      }
    }
  }

  /** What the server has kept. */
  export(): Promise<Said[]> {
    return exportHistory(this.#home, historyOf(this.#home));
  }

  /** What is going on, for the message of a failure. */
  get described(): string {
    const talkers = this.talkers.map(({ number, confirmed, shown, returns, runs }) =>
      `${number}: ${confirmed} confirmed, ${shown} shown, came back ${returns.count} times, ` +
      `${returns.missed} missed, ${returns.resent} resent, ${runs.length} runs`
    );
    const losses = [...this.network.losses].map(([way, count]) => `${count} ${way}`).join(", ");
    return [`${this.#servers.length} servers; connections lost: ${losses}`, ...talkers].join("\n");
  }

  /** Ends everybody. */
  async [Symbol.asyncDispose](): Promise<void> {
    const programs: Program[] = this.talkers.flatMap(({ runs }) =>
      runs.map(({ program }) => program)
    );
    for (const program of [...programs, ...this.#servers]) await program[Symbol.asyncDispose]();
    await this.network[Symbol.asyncDispose]();
    for (const home of [this.#home, ...this.#homes]) await home[Symbol.asyncDispose]();
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function historyOf(home: Home): string {
  return home.beside("history.db");
}

/** Nobody is held back, and the log has nothing to hide. */
function flagsOf(home: Home): string[] {
  return [...HEADLESS, "--history", historyOf(home), "--max-rate", "1000000"];
}

/** What a server has kept in a file. */
export async function exportHistory(home: Home, file: string): Promise<Said[]> {
  const args = ["history", "export", file, "--json", "--home", home.folder];
  const { status, stdout, stderr } = await runProgram("server", args, { permissions: PERMISSIONS });
  if (status !== 0) throw new Error(stderr);
  const events = stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  return inOrder(events.filter(({ event }) => event === "message"));
}
