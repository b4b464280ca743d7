import { nearestNick } from "../chat/names/nearest_nick.ts";
import { nickProblem } from "../chat/names/nick.ts";
import { UsageError } from "../errors.ts";
import { contentOf, splitLines, withLine } from "../identity/books/text_lines.ts";
import type { TextStore } from "../identity/mod.ts";
import { userNames } from "../identity/home.ts";
import type { ProgramName } from "../program_name.ts";
import type { StateFolder } from "./state_folder.ts";

/** What somebody is called whose name is not known. */
const DEFAULT_NICKS: Readonly<Record<ProgramName, string>> = { client: "guest", server: "host" };

/** Whose nickname, and where it comes from. */
export interface OwnNickOptions {
  readonly program: ProgramName;
  /** What `--nick` says. */
  readonly given: string | undefined;
  readonly folder: StateFolder;
  /** Whether a person types here: what a robot is called is not remembered as a person's name. */
  readonly isInteractive: boolean;
}

/**
 * The nickname to ask a room for: the one that was given; else the last one that was used on a terminal,
 * which is kept in a text file of one line (`client_nick`, `server_nick`); else what the system calls its
 * user, if that can be a nickname; else `guest` or `host`.
 */
export class OwnNick {
  /** What to ask for. */
  readonly name: string;
  readonly #store: TextStore;
  readonly #options: OwnNickOptions;

  private constructor(name: string, store: TextStore, options: OwnNickOptions) {
    this.name = name;
    this.#store = store;
    this.#options = options;
  }

  /** Finds it. What stands in the file, be it damaged, keeps no program from starting. */
  static async open(options: OwnNickOptions): Promise<OwnNick> {
    const { program, given, folder } = options;
    const store = await folder.store(`${program}_nick`);
    const name = given ?? await readNick(store, program) ?? nickOfUser() ?? DEFAULT_NICKS[program];
    return new OwnNick(name, store, options);
  }

  /** Remembers the one that was given, once it has been used. */
  async keepGiven(): Promise<void> {
    if (this.#options.given !== undefined) await this.keep(this.#options.given);
  }

  /** Remembers a nickname that the person has chosen. Where it cannot be saved, it is not. */
  readonly keep = async (nick: string): Promise<void> => {
    if (!this.#options.isInteractive) return;
    try {
      await this.#store.update((text) =>
        withLine(splitLines(text).filter((line) => nickOf(line) === undefined).join(""), nick)
      );
    } catch (error) {
      // It is a convenience, of which nobody needs to hear in the middle of a conversation.
      if (!(error instanceof UsageError)) throw error;
    }
  };
}

/** The nickname in a file, if one is there that may still be used. */
async function readNick(store: TextStore, program: ProgramName): Promise<string | undefined> {
  try {
    const [nick] = splitLines(await store.read()).flatMap((line) => nickOf(line) ?? []);
    const whose = program === "server" ? "host" : "guest";
    return nick !== undefined && nickProblem(nick, whose) === undefined ? nick : undefined;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return undefined;
  }
}

/** What stands on a line, unless it is blank or a comment. */
function nickOf(line: string): string | undefined {
  const content = contentOf(line).trim().normalize("NFC");
  return content === "" || content.startsWith("#") ? undefined : content;
}

function nickOfUser(): string | undefined {
  const [nick] = userNames().flatMap((name) => nearestNick(name) ?? []);
  return nick;
}
