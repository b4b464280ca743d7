/** What experiments are made with: people whose programs run, Eve on the wire, and a stage. */
import { type Finding, locate } from "./finding.ts";
import { Eve, type Language } from "./eve.ts";
import { Process } from "./process.ts";
import type { Stage } from "./stage.ts";

const NET = ["--allow-net"];
const NET_AND_FILES = ["--allow-net", "--allow-read", "--allow-write", "--allow-env"];

/** A person whose program listens. */
export interface Listening {
  readonly program: Process;
  readonly port: number;
}

/** Everything that an experiment starts; all of it is ended when the experiment is over. */
export class Lab implements AsyncDisposable {
  /** Where the story is told. */
  readonly stage: Stage;
  readonly #started: AsyncDisposable[] = [];
  readonly #folders: string[] = [];
  #isOver = false;

  /** A lab that tells its story on a stage. */
  constructor(stage: Stage) {
    this.stage = stage;
  }

  /** Starts Bob's naive program; it listens on a free port. */
  async naiveBob(...args: readonly string[]): Promise<Listening> {
    const program = this.start("Bob", "lab/naive.ts", ["serve", "127.0.0.1:0", ...args], [
      ...NET,
      ...(args.includes("--keys") ? ["--allow-read", "--allow-write"] : []),
    ]);
    const [, port] = await program.line(/^listening on .*:(\d+)$/);
    return { program, port: Number(port) };
  }

  /** Starts Alice's naive program. */
  naiveAlice(port: number, ...args: readonly string[]): Process {
    return this.start("Alice", "lab/naive.ts", ["connect", `127.0.0.1:${port}`, ...args], [
      ...NET,
      ...(args.includes("--keys") ? ["--allow-read", "--allow-write"] : []),
    ]);
  }

  /**
   * Starts `server.ts` on a free port, as Bob, with a home of his own, off a terminal: what others say
   * comes on standard output as `name: text`, and what he types (into the pipe) is said to the room.
   */
  async bob(...args: readonly string[]): Promise<Listening> {
    const program = this.start("Bob", "server.ts", [
      ...["--listen", "127.0.0.1:0", "--nick", "bob"],
      ...(args.includes("--home") ? [] : ["--home", await this.folder()]),
      ...args,
    ], NET_AND_FILES);
    const address = args.includes("--json")
      ? /"event":"listening","address":"[^"]*:(\d+)"/
      : /^Listening at .*:(\d+)\.$/;
    const [, port] = await program.line(address);
    return { program, port: Number(port) };
  }

  /** Starts `client.ts`, as Alice, with a home of her own, as for {@linkcode bob}. */
  async alice(port: number, ...args: readonly string[]): Promise<Process> {
    return this.start("Alice", "client.ts", [
      ...(args.some((arg) => arg.startsWith("x25519-chat://")) ? [] : [`127.0.0.1:${port}`]),
      ...(args.includes("--nick") ? [] : ["--nick", "alice"]),
      ...(args.includes("--home") ? [] : ["--home", await this.folder()]),
      ...args,
    ], NET_AND_FILES);
  }

  /** Puts Eve on the wire in front of a port. */
  eve(port: number, language: Language): Eve {
    return this.use(new Eve(port, language));
  }

  /** Starts any module of this repository. */
  start(
    owner: string,
    module: string,
    args: readonly string[],
    permissions: readonly string[],
  ): Process {
    return this.use(new Process({ owner, module, args, permissions }));
  }

  /**
   * Ends something when the experiment is over: what came last first.
   *
   * @throws If the experiment is over already: somebody gave it up.
   */
  use<T extends AsyncDisposable>(thing: T): T {
    if (this.#isOver) {
      void thing[Symbol.asyncDispose]();
      throw new Error("the experiment is over");
    }
    this.#started.push(thing);
    return thing;
  }

  /**
   * A new empty folder that is gone when the experiment is over.
   *
   * @throws If the experiment is over already.
   */
  async folder(): Promise<string> {
    if (this.#isOver) throw new Error("the experiment is over");
    const folder = await Deno.makeTempDir({ prefix: "x25519-chat-lab-" });
    this.#folders.push(folder);
    return folder;
  }

  /** Says how an attack came out, and at which line it was stopped. */
  async conclude(finding: Finding): Promise<Finding> {
    const { succeeded, result, check } = finding;
    await this.stage.verdict(succeeded, result);
    if (!succeeded && check !== undefined) {
      const place = await locate(check) ?? `${check.file}, where it is no longer found`;
      await this.stage.lines([`The check, in ${place}:`, `    ${check.code}`]);
    }
    return finding;
  }

  /** Ends all programs, and removes all folders. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    // The stack goes on to the others if one fails to end.
    await using everything = new AsyncDisposableStack();
    for (const folder of this.#folders) {
      everything.defer(() => Deno.remove(folder, { recursive: true }));
    }
    for (const thing of this.#started) everything.use(thing);
  }
}
