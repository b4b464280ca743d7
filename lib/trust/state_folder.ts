import { refuseForeignFolders } from "../identity/files/strict_modes.ts";
import { removeUnfinished } from "../identity/files/write_file.ts";
import { fileStore } from "../identity/files/file_store.ts";
import { homeFolder, mayReadEnvironment } from "../identity/home.ts";
import { mayRead, mayWrite } from "../identity/files/permissions.ts";
import { memoryStore, type TextStore } from "../identity/files/text_store.ts";
import { type ReadOptions, readTextFile } from "../identity/files/snapshot.ts";

/** What unfinished files were called in earlier versions. */
const UNFINISHED_BEFORE = ".tmp";

/** Why a program that may not read and write files keeps nothing. */
export const NOT_PERMITTED = "saving is off; run with --allow-read --allow-write --allow-env";

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

  /** Removes what a program of an earlier version left here that was killed while it wrote a file. */
  async removeOldUnfinished(name: string): Promise<void> {
    if (this.path === undefined) return;
    // Here, where nobody else puts files, it can be no other file by chance.
    await removeUnfinished(`${this.path}/${name}`, UNFINISHED_BEFORE);
  }

  /** A text in this folder, by its file's name; without a folder it is kept in memory. */
  async store(name: string, options?: ReadOptions): Promise<TextStore> {
    if (this.path === undefined) return unsaved(name);
    await this.refuseIfForeign();
    await this.removeOldUnfinished(name);
    return await openStore(`${this.path}/${name}`, options);
  }
}

/** A text in a file; where that may not be written, in memory, as the file has it now. */
export async function openStore(path: string, options?: ReadOptions): Promise<TextStore> {
  await removeUnfinished(path);
  if (mayRead(path) && mayWrite(path)) return fileStore(path, options);
  return unsaved(path, mayRead(path) ? await readTextFile(path, options) : "");
}

function unsaved(name: string, text?: string): TextStore {
  return { ...memoryStore(name, text), isUnsaved: true };
}
