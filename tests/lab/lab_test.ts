import assert from "node:assert/strict";
import { Lab } from "../../lab/lab.ts";
import { Stage } from "../../lab/stage.ts";

Deno.test("lab: what is started after its end is ended at once", async () => {
  const lab = new Lab(new Stage({ colour: false, write() {} }));
  const ended: string[] = [];
  const thing = (name: string) => ({
    [Symbol.asyncDispose]: () => Promise.resolve(void ended.push(name)),
  });
  lab.use(thing("in time"));
  assert.deepEqual(ended, []);
  await lab[Symbol.asyncDispose]();
  assert.throws(() => lab.use(thing("too late")), /the experiment is over/);
  assert.deepEqual(ended, ["in time", "too late"]);
  await assert.rejects(lab.folder(), /the experiment is over/);
});
