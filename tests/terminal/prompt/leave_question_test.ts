import assert from "node:assert/strict";
import { LeaveQuestion } from "../../../lib/terminal/prompt/leave_question.ts";

Deno.test("leave question: nothing is asked where nobody is left behind", () => {
  const leaving = new LeaveQuestion();
  assert.equal(leaving.press("Ctrl-C"), undefined);
  assert.equal(leaving.afterClearing("Up"), "cleared, Up brings it back; Ctrl-C again leaves");
});

Deno.test("leave question: it is asked once, and only the same key answers it", () => {
  const leaving = new LeaveQuestion();
  leaving.question = () => "3 are here; end the room?";
  assert.equal(leaving.afterClearing("Up"), "cleared, Up brings it back");
  assert.equal(leaving.press("Ctrl-D"), "3 are here; end the room? Ctrl-D again ends it");
  assert.equal(leaving.press("Ctrl-C"), "3 are here; end the room? Ctrl-C again ends it");
  assert.equal(leaving.press("Ctrl-D"), "3 are here; end the room? Ctrl-D again ends it");
  assert.equal(leaving.press("Ctrl-D"), undefined);
  leaving.takeBack();
  assert.equal(leaving.press("Ctrl-D"), "3 are here; end the room? Ctrl-D again ends it");
});

Deno.test("leave question: if all have gone meanwhile, the next key leaves", () => {
  let question: string | undefined = "1 is here; end the room?";
  const leaving = new LeaveQuestion();
  leaving.question = () => question;
  assert.notEqual(leaving.press("Ctrl-C"), undefined);
  leaving.takeBack();
  question = undefined;
  assert.equal(leaving.press("Ctrl-C"), undefined);
});
