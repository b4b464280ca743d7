import type { Command } from "../command_line/command.ts";
import { Option } from "../command_line/option.ts";
import { type NickHolder, nickProblem } from "../../chat/names/nick.ts";
import { UsageError } from "../../errors.ts";
import type { ProgramName } from "../../program_name.ts";
import type { Attention } from "../../terminal/screens/bell.ts";
import { explainOption, type FlagParser, pathOption } from "./flag_parser.ts";

/** For what a terminal rings, each with what stands in front of it. */
const ATTENTION: readonly Attention[] = ["off", "private", "mentions", "all"];

/** Adds the flags of both programs. */
export function addCommonOptions(command: Command, program: ProgramName): Command {
  const identity = `${program === "server" ? "the server's" : "your"} key: ` +
    "PKCS #8 (X25519) or OpenSSH (ssh-ed25519)";
  return command
    .addOption(
      pathOption("--identity <FILE>", identity),
    )
    .addOption(pathOption("--home <DIR>", "directory for keys, known servers and invitations"))
    .addOption(pathOption("--passphrase-file <FILE>", "read the key's passphrase from a file"))
    .option("--json", "write one JSON object a line to standard output")
    .option("--quiet", "show only messages and errors")
    .option("--no-input-history", "do not remember what is typed at the prompt")
    .option("--plain", "plain text, line by line, for screen readers")
    .addOption(
      new Option("--timestamps <HOW>", "how to show times (default: short; off for a pipe)")
        .choices(["off", "short", "full"]),
    )
    .addOption(
      new Option("--bell <WHEN>", "when to ring the terminal's bell (default: mentions)")
        .choices(ATTENTION),
    )
    .addOption(
      new Option("--notify <WHEN>", "when to show a notice on the desktop (default: off)")
        .choices(ATTENTION),
    )
    .option("--verbose", "show where an error comes from")
    .addOption(explainOption())
    .addOption(pathOption("--explain-to <FILE>", "write the explanation to FILE, as an HTML page"))
    .addFooter(
      "If standard input is not a terminal, each of its lines is sent, and the program\n" +
        "exits once all are delivered. Exit status: 0 success, 1 unexpected error,\n" +
        "2 wrong usage, 3 network, 4 authentication, 130 interrupted.",
    );
}

/**
 * The flag for a nickname, which guests and the host do not choose from the same ones. Where it is not
 * given, `OwnNick` finds one.
 */
export function nickOption(whose: NickHolder): Option {
  const what =
    "your nickname in the room (default: the last one on a terminal, else your user name, " +
    `else ${whose})`;
  return new Option("--nick <NAME>", what).argParser(
    (text) => {
      const nick = text.normalize("NFC");
      const problem = nickProblem(nick, whose);
      if (problem === undefined) return nick;
      throw new UsageError("usage", problem);
    },
  );
}

/** The flag for a cipher. */
export function cipherOption(description: string): Option {
  return new Option("--cipher <NAME>", `${description}; cbc is AES-CBC with HMAC, gcm is AES-GCM`)
    .choices(["cbc", "gcm"]);
}

/** Adds the task that shows and changes the key of a person, or of a server. */
export function addIdTask(parser: FlagParser, program: ProgramName): void {
  const whose = program === "server" ? "the server's" : "your";
  interface IdFlags {
    new?: boolean;
    passphrase?: boolean;
    newPassphraseFile?: string;
    exportPublic?: boolean;
  }
  parser
    .task("id", `show ${whose} fingerprint, public key and key file`, (raw: IdFlags) => ({
      kind: "id",
      isNew: raw.new ?? false,
      changePassphrase: raw.passphrase ?? raw.newPassphraseFile !== undefined,
      newPassphraseFile: raw.newPassphraseFile,
      exportPublic: raw.exportPublic ?? false,
    }))
    .option("--new", "make a new key; the old one is kept under another name")
    .option("--passphrase", "set, change or remove the key's passphrase")
    .addOption(
      pathOption(
        "--new-passphrase-file <FILE>",
        "read the new passphrase from a file; empty for none",
      ),
    )
    .option("--export-public", "print only the public key line");
}
