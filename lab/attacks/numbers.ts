/** What replay, reorder and drop run into: a record's number, which is authenticated, not sent. */
import type { Check } from "../finding.ts";
import type { Stage } from "../stage.ts";

/** Puts the number in front of everything from which a tag is computed. */
export const NUMBER_CHECK: Check = {
  file: "lib/noise/aescbc.ts",
  code: "return concat(uint64BigEndian(n), ad);",
};

/** Explains what a record, its number and its tag are. */
export async function sayHowRecordsAreNumbered(stage: Stage): Promise<void> {
  await stage.say(
    "Here everything after the handshake travels in records. Each side counts the records that " +
      "it sends and those that it receives, from 0. The number is not sent. But each record ends " +
      "in a tag: 32 bytes that only a holder of the key can compute. The input of that " +
      "computation begins with the number, as 8 bytes:",
  );
  await stage.lines([
    "tag = HMAC-SHA-256(key, number | IV | ciphertext | length)",
    "",
    "HMAC-SHA-256: the function that computes tags.",
    "IV:           16 random bytes with which each record begins.",
    "length:       how many bits the number has: always 64. (Not the 4 bytes that",
    "              stand in front of a record on the wire.)",
  ]);
}

/** Shows how what the receiver computes the tag from differs from what the sender did. */
export async function tagsDiffer(
  stage: Stage,
  { sealedAs, expected, what }: {
    readonly sealedAs: number;
    readonly expected: number;
    readonly what: string;
  },
): Promise<void> {
  const bytes = (number: number) =>
    number.toString(16).padStart(16, "0").replace(/..(?=.)/g, "$& ");
  await stage.say(
    `What comes is ${what}, and Bob's program waits for number ${expected}. So it computes the ` +
      "tag from another number than Alice's program did, and gets another tag. It stops there, " +
      "before it decrypts:",
  );
  await stage.lines([
    `Alice: HMAC-SHA-256(key, ${bytes(sealedAs)} | IV | ciphertext | length)`,
    `Bob:   HMAC-SHA-256(key, ${bytes(expected)} | IV | ciphertext | length)`,
  ]);
}
