import assert from "node:assert/strict";
import { Emulator } from "../../lab/emulator.ts";

async function screenOf(lines: readonly string[]): Promise<string[]> {
  using emulator = new Emulator(20, 5);
  await emulator.write(lines);
  return emulator.screen();
}

Deno.test("emulator: lines stand below each other, and long ones go on in the next row", async () => {
  assert.deepEqual(await screenOf([]), []);
  assert.deepEqual(await screenOf(["one", "", "  three "]), ["one", "", "  three"]);
  assert.deepEqual(await screenOf(["a".repeat(21)]), ["a".repeat(20), "a"]);
  assert.deepEqual(await screenOf(["1", "2", "3", "4", "5"]), ["2", "3", "4", "5"], "it scrolls");
  assert.deepEqual(await screenOf(["漢字 é"]), ["漢字 é"]);
});

Deno.test("emulator: it obeys", async () => {
  assert.deepEqual(await screenOf(["one", "two\x1b[1A\rONE"]), ["ONE", "two"]);
  assert.deepEqual(await screenOf(["hidden\rshown "]), ["shown"]);
  assert.deepEqual(await screenOf(["seen \x1b[8mnot\x1b[28m seen"]), ["seen     seen"]);
  assert.deepEqual(await screenOf(["one", "\x1b[2J\x1b[Htwo"]), ["two"]);
});

Deno.test("emulator: it knows the window's name, once a program gives it one", async () => {
  using emulator = new Emulator();
  await emulator.write(["no name"]);
  assert.equal(emulator.title, undefined);
  await emulator.write(["\x1b]0;a name\x07"]);
  assert.equal(emulator.title, "a name");
});
