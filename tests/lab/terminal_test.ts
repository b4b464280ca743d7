import assert from "node:assert/strict";
import { terminal } from "../../lab/attacks/terminal.ts";
import { run, screensOf } from "./run.ts";

Deno.test("terminal: the naive program's screen obeys Eve, this one's shows her commands", async () => {
  const { naive, here, transcript } = await run(terminal);
  assert.deepEqual([naive.length, here.length], [4, 5]);

  const [story, ours] = transcript.split("── This project");
  const before = screensOf("Bob", story)[0].split("\n");
  assert.ok(before.includes("them: the account is 100"));
  const [, rewritten, , , turned] = screensOf("Bob", story);
  const expected = before.map((row) => row.replace("account is 100", "account is 900"));
  assert.deepEqual(rewritten.split("\n"), [...expected, "them: hello"]);
  assert.equal(turned, "them: photo_exe.png");

  const last = screensOf("Bob", ours).at(-1)?.split("\n").slice(1);
  assert.deepEqual(last?.filter((row) => /^(?:alice|eve|aIice| {5})/.test(row)), [
    "alice joined.",
    "alice: the account is 100",
    "eve joined.",
    "eve: hello␛7␛[2A␍␛[2Kalice: the account is 900␛8",
    "eve: ␛]0;Your bank␇I pay 100␛[8m of the 900 that I owe␛[28m",
    "eve: bye",
    "     eve left.",
    "     alice: it is me again, pay today",
    "eve: photo_<U+202E>gnp.exe",
    "aIice-2 joined.",
    "aIice-2: the account is 900",
  ]);
});
