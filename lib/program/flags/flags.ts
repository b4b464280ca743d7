import type { Address, CipherChoice } from "../../channel/mod.ts";
import type { ProgramName } from "../../program_name.ts";
import type { Attention } from "../../terminal/screens/bell.ts";
import type { Timestamps } from "../../terminal/text/dates.ts";
import type { IdentityFlags } from "../../trust/own_identity.ts";

/** The flags that both programs take. */
export interface CommonFlags extends IdentityFlags {
  /** `undefined` where the flag was not given. */
  readonly nick: string | undefined;
  /** `undefined` where the flag was not given. */
  readonly cipher: CipherChoice | undefined;
  readonly classical: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether what is typed at the prompt is remembered over runs. */
  readonly inputHistory: boolean;
  /** Words only, for screen readers. */
  readonly plain: boolean;
  /** How the times of messages are shown; `undefined` where the flag was not given. */
  readonly timestamps: Timestamps | undefined;
  /** For what the terminal rings; `undefined` where the flag was not given. */
  readonly bell: Attention | undefined;
  /** For what the desktop shows a notice; `undefined` where the flag was not given. */
  readonly notify: Attention | undefined;
  readonly verbose: boolean;
  /** Whether the connection is explained, and whether secrets are shown then. */
  readonly explain: ExplainChoice | undefined;
  /** The file of the page that explains it. */
  readonly explainTo: string | undefined;
}

/** How `--explain` shows secrets. */
export type ExplainChoice = "masked" | "secrets";

/** Something to do besides talking. */
export type Task =
  | {
    readonly kind: "id";
    readonly isNew: boolean;
    readonly changePassphrase: boolean;
    readonly newPassphraseFile: string | undefined;
    readonly exportPublic: boolean;
  }
  | { readonly kind: "forget"; readonly whom: string; readonly knownHosts: string | undefined }
  | {
    readonly kind: "invite";
    readonly lifetime: number | undefined;
    readonly singleUse: boolean;
    /** The address that it names; `undefined` where none was given. */
    readonly publicAddress: string | undefined;
    /** Where the server listens, as far as the flags say. */
    readonly listening: Address;
  }
  | { readonly kind: "invitations" }
  | { readonly kind: "revoke"; readonly id: string }
  | { readonly kind: "bans" }
  | { readonly kind: "unban"; readonly whom: string }
  | { readonly kind: "history"; readonly file: string; readonly work: HistoryWork };

/** What to do with a history file. */
export type HistoryWork =
  | { readonly kind: "export" }
  | { readonly kind: "check" }
  | { readonly kind: "compact" }
  /** Forgets all messages to which everything applies that is given. */
  | {
    readonly kind: "forget";
    /** Those from before this time: milliseconds since 1970. */
    readonly before: number | undefined;
    /** Those of one person: a name or a fingerprint. */
    readonly from: string | undefined;
  };

/** A task was asked for, in the place of a conversation. */
export class TaskRequest {
  /**
   * A task and the flags that concern it.
   *
   * @param task What to do.
   * @param flags As for a conversation.
   */
  constructor(readonly task: Task, readonly flags: CommonFlags) {}
}

/** Help or a version was asked for: text for standard output, and nothing more to do. */
export class HelpRequest {
  /** @param text What to print. */
  constructor(readonly text: string) {}
}

/** What the arguments ask for. */
export type Parsed<Flags> = Flags | TaskRequest | HelpRequest;

/** What the library gives: a flag that was not given is not there. */
export type RawFlags = Partial<CommonFlags>;

/** The flags of both programs, with what holds where one was not given. */
export function commonFlags(program: ProgramName, raw: RawFlags): CommonFlags {
  const { nick, cipher, classical = false, json = false, quiet = false, verbose = false } = raw;
  const { plain = false, inputHistory = true, identity, home, passphraseFile, explain, explainTo } =
    raw;
  const { timestamps, bell, notify } = raw;
  return {
    program,
    nick,
    identity,
    home,
    passphraseFile,
    cipher,
    classical,
    json,
    quiet,
    inputHistory,
    plain,
    timestamps,
    bell,
    notify,
    verbose,
    explain,
    explainTo,
  };
}
