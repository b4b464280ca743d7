/**
 * Whatever the network does, and whoever is killed: what is said arrives, once, in one order. What
 * happens is at random; a failure names the seed, with which it can be tried again, and
 * CONTRIBUTING.md says how to have more of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Dice } from "../../support/dice.ts";
import { startClient } from "../../support/programs.ts";
import { Home } from "../../e2e/home.ts";
import { asLines, assertLines } from "../../e2e/piped.ts";
import { exportHistory, Scene, type Size } from "./chaos/scene.ts";
import type { Said, Talker } from "./chaos/talker.ts";

/** How many people talk. */
const PEOPLE = 5;

/** A number from the environment. */
function given(name: string, otherwise: number): number {
  return Number(Deno.env.get(`CHAOS_${name}`) ?? otherwise);
}

const SEED = given("SEED", crypto.getRandomValues(new Uint32Array(1))[0]);
const SIZE: Size = {
  messages: given("MESSAGES", 4_000),
  cuts: given("CUTS", 40),
  kills: given("KILLS", 3),
};

/** The same where clients are killed as well: each time takes a while. */
const WITH_OUTBOXES: Size = {
  messages: Math.ceil(SIZE.messages / 2),
  cuts: Math.ceil(SIZE.cuts / 2),
  kills: Math.ceil(SIZE.kills / 2),
};

/** How often a server is told to end while lines are piped in. */
const ENDINGS = given("ENDINGS", 8);

/** A test, whose failure tells what has happened so far, and how to have it happen again. */
function chaosTest(
  what: string,
  size: Size,
  test: (scene: Scene, dice: Dice) => Promise<void>,
): void {
  Deno.test(`chaos: ${what}`, async () => {
    const dice = new Dice(SEED);
    await using scene = await Scene.open(dice, size);
    try {
      await test(scene, dice);
      if (Deno.env.has("CHAOS_MESSAGES")) console.log(scene.described);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (Deno.env.has("CHAOS_MESSAGES")) console.log(message, SEED, scene.described);
      throw new Error(`${message}\nCHAOS_SEED=${SEED}\n${scene.described}`, { cause: error });
    }
  });
}

const asText = ({ seq, text }: Said) => `${seq} ${text}`;

/** Fails unless everything that these have to say stands in a transcript, once, in the order of each. */
function assertComplete(transcript: readonly Said[], talkers: readonly Talker[]): void {
  const numbers = transcript.map(({ seq }) => seq);
  assert.equal(new Set(numbers).size, numbers.length, "a number stands for one message");
  for (const { number, texts } of talkers) {
    const own = transcript.filter(({ text }) => text.startsWith(`${number}: `));
    assertLines(own.map(({ text }) => text), texts);
  }
  assert.equal(transcript.length, talkers.reduce((sum, { texts }) => sum + texts.length, 0));
}

chaosTest(
  `${SIZE.messages} messages of five clients, ${SIZE.cuts} cuts, ${SIZE.kills} kills of the server`,
  SIZE,
  async (scene) => {
    const talkers = scene.add(PEOPLE, Math.floor(SIZE.messages / PEOPLE));
    await Promise.all(talkers.map((talker) => talker.come()));
    const talking = Promise.all(talkers.map((talker) => talker.talk()));
    await scene.ravage();
    await talking;
    const count = talkers.reduce((sum, { texts }) => sum + texts.length, 0);
    await scene.until(() => talkers.every(({ shown }) => shown >= count), "all is shown");
    for (const talker of talkers) {
      assert.equal(await talker.leave(), 0, talker.program.stderr.text);
      assert.deepEqual(talker.failures, []);
    }
    const [one, ...others] = talkers.map((talker) => talker.transcript());
    assertComplete(one, talkers);
    for (const other of others) assertLines(other.map(asText), one.map(asText));
    assertLines((await scene.export()).map(asText), one.map(asText));
    for (const { runs: [{ heard }] } of talkers) {
      assert.ok(
        heard.every(({ seq }, index) => index === 0 || seq > heard[index - 1].seq),
        "order",
      );
    }
    // Otherwise it was no chaos.
    const resent = talkers.reduce((sum, { returns }) => sum + returns.resent, 0);
    const missed = talkers.reduce((sum, { returns }) => sum + returns.missed, 0);
    assert.ok(resent > 0 && missed > 0, "something was lost on the way");
  },
);

chaosTest(
  `${WITH_OUTBOXES.messages} messages, and clients with an outbox are killed while they send`,
  WITH_OUTBOXES,
  async (scene, dice) => {
    const each = Math.floor(WITH_OUTBOXES.messages / PEOPLE);
    const readers = scene.add(2, each);
    const mortals = scene.add(PEOPLE - 2, each, (home) => ["--outbox", home.beside("outbox")]);
    const talkers = [...readers, ...mortals];
    await Promise.all(talkers.map((talker) => talker.come()));
    const talking = new Map(talkers.map((talker) => [talker, talker.talk()]));
    await scene.ravage(async () => {
      const victim = dice.pick(mortals.filter(({ confirmed }) => confirmed < each));
      if (victim === undefined) return;
      await victim.kill();
      await talking.get(victim);
      await victim.come();
      talking.set(victim, victim.talk());
    });
    await Promise.all(talking.values());
    const count = each * PEOPLE;
    await scene.until(
      () => scene.confirmed === count && readers.every(({ shown }) => shown >= count),
      "all is shown",
    );
    for (const talker of talkers) {
      assert.equal(await talker.leave(), 0, talker.program.stderr.text);
    }
    const [one, other] = readers.map((talker) => talker.transcript());
    assertComplete(one, talkers);
    assertLines(other.map(asText), one.map(asText));
    assertLines((await scene.export()).map(asText), one.map(asText));
    const places = new Map(one.map(({ seq, text }) => [text, seq]));
    for (const { runs, failures } of talkers) {
      assert.deepEqual(failures, []);
      // What a program shows that was killed, and started again, it shows once in each run.
      for (const { heard, confirmed } of runs) {
        const shown = [...heard, ...confirmed];
        assert.ok(shown.every(({ seq, text }) => places.get(text) === seq), "everything is true");
        assert.equal(
          new Set(shown.map(({ text }) => text)).size,
          shown.length,
          "and is shown once",
        );
      }
    }
  },
);

/** The first line of the input of which a client says that it was not confirmed, or not read. */
function firstMissing(stderr: string): number {
  const text = stderr.replaceAll(/\s+/g, " ");
  const open = /\bline (\d+) of the input was not confirmed/.exec(text);
  if (open !== null) return Number(open[1]);
  const unread = /\bwhat follows line (\d+) of the input was not read/.exec(text);
  assert.ok(unread !== null, stderr);
  return Number(unread[1]) + 1;
}

Deno.test(`chaos: ${ENDINGS} times a server is told to end while lines are piped in`, async () => {
  const dice = new Dice(SEED);
  for (let time = 0; time < ENDINGS; time++) {
    const count = 1 + dice.below(3_000);
    const before = dice.below(count + 1);
    const isBack = dice.chance(0.5);
    const what = `CHAOS_SEED=${SEED}, ending ${time + 1}: ${before} of ${count} lines, ` +
      (isBack ? "and the server is back" : "and the server does not come back");
    await using home = new Home();
    const history = home.beside("history.db");
    const flags = ["--history", history, "--max-rate", "1000000", "--nick", "host"];
    await using server = await home.server(flags, { stdin: "piped" });
    const patience = isBack
      ? []
      : dice.chance(0.5)
      ? ["--no-reconnect"]
      : ["--reconnect-for", "1s"];
    await using client = startClient(server.address, ["--nick", "pipe", ...patience]);
    const lines = Array.from({ length: count }, (_, index) => `${index + 1}`);
    const piping = client.pipe(asLines(lines)).catch(() => {});
    if (before === 0) await server.waitForLine("stderr", "pipe");
    else await server.waitForLine("stdout", `pipe: ${before}`);
    server.signal("SIGTERM");
    assert.equal(await server.status, 0, `${what}\n${server.stderr.text}`);
    const again = isBack
      ? await home.server([...flags, "--listen", server.address], { stdin: "piped" })
      : undefined;
    const status = await client.status;
    await piping;
    await again?.[Symbol.asyncDispose]();
    const shown = [server, ...(again === undefined ? [] : [again])]
      .flatMap(({ stdout }) => stdout.lines.filter((line) => line.startsWith("pipe: ")))
      .map((line) => line.slice("pipe: ".length));
    const kept = (await exportHistory(home, history)).map(({ text }) => text);
    assert.deepEqual(kept, lines.slice(0, kept.length), what);
    assert.deepEqual(shown, kept, `${what}: the server has shown what it has kept`);
    if (status === 0) assert.equal(kept.length, count, what);
    else {
      assert.equal(status, 3, `${what}\n${client.stderr.text}`);
      assert.ok(!isBack, what);
      const first = firstMissing(client.stderr.text);
      assert.ok(first >= 1 && first <= count && first <= kept.length + 1, `${what}: line ${first}`);
    }
  }
});
