import assert from "node:assert/strict";
import { onlySentence } from "../../e2e/home.ts";
import { done, Party, seen } from "../../e2e/party.ts";

/** A program that is stopped keeps its connection, and does nothing any more. */
Deno.test({
  name: "dead peer: who is silent for too long is taken to be gone, whoever it is",
  ignore: Deno.build.os === "windows",
  async fn() {
    const ofClient = async () => {
      await using party = await Party.host();
      const [ann, bob] = await party.joinAll(["ann", "bob"]);
      bob.signal("SIGSTOP");
      await seen([party.server, ann], "bob", "left");
      const { reason } = ann.events("member").find(({ change }) => change === "left") ?? {};
      assert.match(reason ?? "", /heard for \d+ seconds/);
      // The others have noticed nothing else.
      await done(ann, "say", { text: "still here" });
      await party.server.waitForText("still here");
      assert.deepEqual(ann.events("closed"), []);
      bob.signal("SIGCONT");
      assert.equal(await bob.status, 3);
      assert.deepEqual(bob.events("closed"), []);
    };
    const ofServer = async () => {
      await using party = await Party.open();
      const [ann, bob] = await party.joinAll(["ann", "bob"]);
      await ann.write("is anybody there?\n");
      await bob.waitForText("is anybody there?");
      party.server.signal("SIGSTOP");
      for (const guest of [ann, bob]) {
        assert.equal(await guest.status, 3);
        assert.match(onlySentence(guest.stderr.text), /^the server is gone: nothing was heard/);
        assert.deepEqual(guest.events("error").map(({ code }) => code), ["timed-out"]);
      }
    };
    await Promise.all([ofClient(), ofServer()]);
  },
});
