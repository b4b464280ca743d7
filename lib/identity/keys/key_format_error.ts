/**
 * - `malformed`: the text or the bytes are not built as their format wants it.
 * - `refused`: they are, but what they hold is of no use here.
 * - `passphrase`: there is none, or it is the wrong one.
 */
export type KeyFormatProblem = "malformed" | "refused" | "passphrase";

/**
 * What is wrong with a key's text or bytes, for those who decode it and do not know where it came
 * from. Its message goes on from a name: "has bad base64 in line 3". {@linkcode parseKeyFile} and
 * {@linkcode parsePublicKeyLine} put the name in front; the error itself does not leave this folder.
 */
export class KeyFormatError extends Error {
  /** A problem and its words, which must not give away any of what was decoded. */
  constructor(readonly problem: KeyFormatProblem, message: string) {
    super(message);
  }
}

/** The error for a passphrase that is wrong, which a format can mostly not tell from damage. */
export function wrongPassphrase(): KeyFormatError {
  return new KeyFormatError("passphrase", "does not open with this passphrase");
}
