/**
 * What a measurement starts and makes, and that it is all gone afterwards.
 *
 * @module
 */

const children = new Set<Deno.ChildProcess>();
const folders = new Set<string>();

/** Which cores a process may run on: `0`, `0,1`; `undefined` for all. */
export type Cores = string | undefined;

/** How to start a program. */
export interface SpawnOptions {
  readonly args?: readonly string[];
  readonly cores?: Cores;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: "piped" | "null";
  readonly stdout?: "piped" | "null";
  readonly stderr?: "piped" | "null";
}

/** The processes and folders of one round. Whatever is left at its end is killed and removed. */
export class Scope implements AsyncDisposable {
  readonly #children: Deno.ChildProcess[] = [];
  readonly #folders: string[] = [];

  /** Starts a program. */
  spawn(program: string, options: SpawnOptions = {}): Deno.ChildProcess {
    const { args = [], cores, env = {}, cwd } = options;
    const command = cores === undefined
      ? [program, ...args]
      : ["taskset", "--cpu-list", cores, program, ...args];
    const child = new Deno.Command(command[0] ?? program, {
      args: command.slice(1),
      env,
      ...(cwd !== undefined && { cwd }),
      stdin: options.stdin ?? "null",
      stdout: options.stdout ?? "null",
      stderr: options.stderr ?? "null",
    }).spawn();
    children.add(child);
    void child.status.then(() => children.delete(child));
    this.#children.push(child);
    return child;
  }

  /** A temporary folder that nobody else may read. */
  async folder(): Promise<string> {
    const path = await Deno.makeTempDir({ prefix: "x25519-bench-" });
    await Deno.chmod(path, 0o700);
    folders.add(path);
    this.#folders.push(path);
    return path;
  }

  /** Kills and removes. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) kill(child);
    await Promise.all(this.#children.map((child) => child.status));
    for (const path of this.#folders) {
      await Deno.remove(path, { recursive: true }).catch(() => {});
      folders.delete(path);
    }
  }
}

/** What is made once and used until the end of the run. */
export const wholeRun: Scope = new Scope();

/** Kills and removes what all scopes have, at once: for a program that is interrupted. */
export function endEverything(): void {
  for (const child of children) kill(child);
  for (const path of folders) {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch {
      // Gone already, or on its way.
    }
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}
