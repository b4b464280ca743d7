import assert from "node:assert/strict";
import { readTrustAnswer } from "../../lib/trust/trust_answer.ts";
import { print } from "../support/doubles.ts";

const SHOWN = print(1);
const OTHER = print(2);

const ANSWERS: readonly (readonly [answer: string, meaning: string | RegExp])[] = [
  ["yes", "yes"],
  ["YES", "yes"],
  ["no", "no"],
  ["N", "no"],
  [SHOWN, "same"],
  [SHOWN.slice("SHA256:".length), "same"],
  [`Your fingerprint is ${SHOWN}`, "same"],
  [`▌Your fingerprint is ${SHOWN}.`, "same"],
  [`fingerprint: ${SHOWN} (server.pem)`, "same"],
  [OTHER, "other"],
  [OTHER.slice("SHA256:".length), "other"],
  [`Your fingerprint is ${OTHER}`, "other"],
  [`${SHOWN} ${OTHER}`, "other"],
  [SHOWN.slice(0, -1), "other"],
  [`${SHOWN}A`, "other"],
  [SHOWN.toLowerCase(), "other"],
  ["y", /^Please write yes in full, or no, or paste /],
  ["Y", /^Please write yes in full/],
  ["", /^Please answer yes or no, or paste the whole fingerprint .*: SHA256: and 43 characters\.$/],
  ["yes please", /^Please answer yes or no/],
  ["ye", /^Please answer yes or no/],
  [SHOWN.slice("SHA256:".length, -1), /the whole fingerprint/],
];

for (const [answer, expected] of ANSWERS) {
  Deno.test(`trust answer: ${JSON.stringify(answer)}`, () => {
    const meaning = readTrustAnswer(answer, SHOWN);
    if (typeof expected === "string") return assert.equal(meaning, expected);
    assert.ok(typeof meaning === "object");
    assert.match(meaning.missing, expected);
  });
}
