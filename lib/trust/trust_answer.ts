/** How many characters of base64 a fingerprint has behind `SHA256:`. */
const LENGTH = 43;

/** A fingerprint as it may stand in a line that was copied. */
const IN_A_LINE = /SHA256:[A-Za-z0-9+/]*/gi;

/** The same without what stands in front of it. */
const BARE = /^[A-Za-z0-9+/]{43}=?$/;

/**
 * What a person means who is asked whether a fingerprint is the right one: that they trust it, or do not;
 * that they have pasted the same one, or another; or nothing clear, and what is missing.
 */
export type TrustAnswer = "yes" | "no" | "same" | "other" | { readonly missing: string };

/**
 * Reads an answer as OpenSSH does: `yes` in full, so that a key is not accepted by a slip, or the
 * fingerprint, here also with the line around it (`Your fingerprint is SHA256:…`), or without `SHA256:`.
 * Of several fingerprints in a line each must be the right one.
 *
 * @param answer Without blanks around it.
 * @param shown The fingerprint that is asked about: 50 characters.
 */
export function readTrustAnswer(answer: string, shown: string): TrustAnswer {
  const word = answer.toLowerCase();
  if (word === "yes") return "yes";
  if (word === "no" || word === "n") return "no";
  const pasted = BARE.test(answer)
    ? [`SHA256:${answer.slice(0, LENGTH)}`]
    : answer.match(IN_A_LINE) ?? [];
  if (pasted.length > 0) return pasted.every((print) => print === shown) ? "same" : "other";
  if (word === "y") {
    return {
      missing: "Please write yes in full, or no, or paste the fingerprint that the server shows.",
    };
  }
  return {
    missing: "Please answer yes or no, or paste the whole fingerprint that the server shows: " +
      `SHA256: and ${LENGTH} characters.`,
  };
}
