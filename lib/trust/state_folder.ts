import {
  fileStore,
  homeFolder,
  mayRead,
  mayReadEnvironment,
  mayWrite,
  memoryStore,
  type ReadOptions,
  readTextFile,
  refuseForeignFolders,
  type TextStore,
} from "../identity/mod.ts";

const NOT_PERMITTED = "saving is off; run with --allow-read --allow-write --allow-env";

/** The folder in which a program keeps what lasts, as far as it may. */
export class StateFolder {
  /** Where it is, or `undefined` if there is none. */
  readonly path: string | undefined;
  /** Whether the person named it, and so wants to know if it cannot be used. */
  readonly isNamed: boolean;

  /** @param named What `--home` says; else the platform's usual place. */
  constructor(named: string | undefined) {
    this.path = named ?? homeFolder();
    this.isNamed = named !== undefined;
  }

  /** Why nothing can be kept here, if so. */
  get whyNot(): string | undefined {
    if (this.path === undefined) {
      return mayReadEnvironment()
        ? "there is no home folder to save it in; name one with --home DIR"
        : NOT_PERMITTED;
    }
    return mayRead(this.path) && mayWrite(this.path) ? undefined : NOT_PERMITTED;
  }

  /**
   * Throws if somebody else could have put files into it.
   *
   * @throws {UsageError} With code `bad-file`, and the command that mends it.
   */
  async refuseIfForeign(): Promise<void> {
    if (this.path === undefined) return;
    await refuseForeignFolders(`${this.path}/identity.pem`, { isOwn: true });
  }

  /** A text in this folder, by its file's name; without a folder it is kept in memory. */
  async store(name: string, options?: ReadOptions): Promise<TextStore> {
    if (this.path === undefined) return memoryStore(name);
    await this.refuseIfForeign();
    return await openStore(`${this.path}/${name}`, options);
  }
}

/** A text in a file; where that may not be written, in memory, as the file has it now. */
export async function openStore(path: string, options?: ReadOptions): Promise<TextStore> {
  if (mayRead(path) && mayWrite(path)) return fileStore(path, options);
  return memoryStore(path, mayRead(path) ? await readTextFile(path, options) : "");
}
