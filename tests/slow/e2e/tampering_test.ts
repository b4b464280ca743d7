import { CASES, tamper } from "../../e2e/tampering.ts";

/** The most cases at a time, each with a server of its own. */
const SHARE = 9;

for (let start = 0; start < CASES.length; start += SHARE) {
  const share = CASES.slice(start, start + SHARE);
  Deno.test(`tampering: cases ${start + 1} to ${start + share.length} of ${CASES.length}`, async (test) => {
    await tamper(test, share);
  });
}
