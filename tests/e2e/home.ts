/**
 * People for the tests: each has a folder of their own for what the programs keep.
 *
 * @module
 */
import {
  formatPublicKeyLine,
  parsePublicKeyLine,
} from "../../lib/identity/keys/public_key_line.ts";
import { loadIdentity } from "../../lib/trust/own_identity.ts";
import {
  Program,
  programCommand,
  type ProgramName,
  type ProgramOptions,
  runProgram,
  type Server,
  startServer,
} from "../support/programs.ts";
import { Pty } from "../support/pty.ts";

/** What the programs need to keep files. Executables have it built in. */
export const PERMISSIONS: readonly string[] = [
  "--allow-net",
  "--allow-read",
  "--allow-write",
  "--allow-env",
];

/** How long a terminal test may wait for the screen, in milliseconds. */
const PATIENCE = 60_000;

/** One person, with an empty folder that is gone afterwards. */
export class Home implements AsyncDisposable {
  /** Given to the programs as `--home`. */
  readonly folder: string;
  readonly #temporary: string;

  /** Makes the folder. */
  constructor() {
    this.#temporary = Deno.makeTempDirSync({ prefix: "x25519-chat-home-" });
    // The programs make the folder themselves.
    this.folder = `${this.#temporary}/home`;
  }

  /** Where a file is. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** A path beside the folder. */
  beside(name: string): string {
    return `${this.#temporary}/${name}`;
  }

  /** What is in a file. */
  async read(name: string): Promise<string> {
    return await Deno.readTextFile(this.path(name));
  }

  /** Writes a file, with mode 0600. */
  async write(name: string, content: string | Uint8Array): Promise<string> {
    await Deno.mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = this.path(name);
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(path, bytes, { mode: 0o600 });
    return path;
  }

  /** Starts a client with exactly these arguments. */
  client(args: readonly string[], options: ProgramOptions = {}): Program {
    return new Program("client", this.#args(args), { permissions: PERMISSIONS, ...options });
  }

  /** Runs a client that has nothing to say, to its end. */
  async runClient(args: readonly string[], options: ProgramOptions = {}) {
    return await this.run("client", args, options);
  }

  /** Runs a program that has nothing to say, to its end. */
  async run(name: ProgramName, args: readonly string[], options: ProgramOptions = {}) {
    return await runProgram(name, this.#args(args), { permissions: PERMISSIONS, ...options });
  }

  /** Starts a server that only serves, and waits until it listens. */
  async server(args: readonly string[] = [], options: ProgramOptions = {}): Promise<Server> {
    return await startServer(this.#args(args), {
      stdin: "null",
      permissions: PERMISSIONS,
      ...options,
    });
  }

  /** Starts a program on a terminal. */
  terminal(name: ProgramName, args: readonly string[], columns = 100): Pty {
    const { command, env } = programCommand(name, PERMISSIONS);
    return new Pty([...command, ...this.#args(args)], {
      env: { ...env, NO_COLOR: "1" },
      columns,
      rows: 50,
      timeout: PATIENCE,
    });
  }

  /** This person's public key, 32 bytes, or that of their server. The identity is made if there is none, as a program would. */
  async publicKey(program: ProgramName = "client"): Promise<Uint8Array> {
    const flags = {
      program,
      identity: undefined,
      home: this.folder,
      passphraseFile: undefined,
    };
    const { keyPair } = await loadIdentity(flags, () => Promise.resolve(undefined));
    return keyPair.publicKey;
  }

  /** The line that others write into their guest lists. */
  async publicKeyLine(): Promise<string> {
    return formatPublicKeyLine(await this.publicKey());
  }

  /** Removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#temporary, { recursive: true });
  }

  #args(args: readonly string[]): readonly string[] {
    return args.includes("--home") ? args : [...args, "--home", this.folder];
  }
}

/** What `id --json` says about the identity of these flags. */
export async function shownId(home: Home, ...flags: readonly string[]) {
  const { status, stdout, stderr } = await home.runClient(["id", "--json", ...flags]);
  if (status !== 0 || !/^[^\n]+\n$/.test(stdout)) throw new Error(stdout + stderr);
  return JSON.parse(stdout);
}

/** All fingerprints in a text, in their order. */
export function fingerprintsIn(text: string): string[] {
  return text.match(/SHA256:[A-Za-z0-9+/]{43}/g) ?? [];
}

/** The one sentence of a program that has failed, at the end of what it says to people. */
export function onlySentence(stderr: string): string {
  // Where it is a long one, its further lines are set in.
  const sentences = stderr.replaceAll("\n  ", " ").trimEnd().split("\n");
  const [start, ...more] = sentences.filter((line) => line.startsWith("error: "));
  if (start === undefined || more.length > 0 || sentences.at(-1) !== start) {
    throw new Error(`not one sentence at the end of: ${stderr}`);
  }
  return start.slice("error: ".length);
}

/** The 32 bytes that a public key line stands for. */
export async function publicKeyOf(line: string): Promise<Uint8Array> {
  const parsed = await parsePublicKeyLine(line);
  if (parsed.kind !== "key") throw new Error(`no public key line: ${parsed.kind}`);
  return parsed.key;
}
