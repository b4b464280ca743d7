import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { BAR, PROMPT_MARK, withBars, withoutBars } from "../../../lib/terminal/text/bar.ts";
import { showCharacter } from "../../../lib/terminal/text/sanitise.ts";
import { SOFT_BREAK } from "../../../lib/terminal/text/wrap.ts";

/** What may be taken for the bar at the left of a row. */
const LOOK_ALIKES = "▌▉▊▋▍▎▏▐▕▙▛▜▟┃┇┋╏╽╿║❙❚▮⏽⎸⎹⡇⢸𝄀𝄂𝄃🭰🮈🮌𝍩𝍷" +
  "┞┟┠┡┢┣┦┧┨┩┪┫╀╁╂╃╄╅╆╇╈╉╊╋╟╠╢╣╫╬‖∥⦀⫴⫼⫾⏸⎛⎜⎝⎞⎟⎡⎢⎣⎤⎥⎦⎨⎪⎮⏐⁞⦙𝍠𝍡𝍲" +
  "\u{1fbce}\u{1fbcf}\u{1fbeb}\u{1fbe9}\u{1fbbd}\u{1cc21}\u{1ceaf}";

/** What is as high as the row: in front of text it stands as the bar does. */
const TALL = "█▇▆⣿⣇⢹⡏⢻⣏";

/** What people draw and write, and nobody takes for it. */
const HARMLESS = [
  "│├└┌─┼ ╭╮ ┝┥┿ ╞╡╪ ┏┓┗┛ ╔╗╚╝ ━═",
  "▄▀ ▁▂▃▅▆▇ ░▒▓",
  "██ ▄▄▄ █▀▀\n█ █ █\n▀█",
  "| || l I 1 ｜ 丨 ا ∣ ❘ ¦ ⋮",
  "▆ 3 ▇█▇▆ 7",
  "🯱🯲",
  "• ■ □ ▪ ◧ ⬛ 🀰",
  "⠿⣿⡀⢀ ⣇⣀⣸ ⢹ ⣿",
];

Deno.test("bar: what may be taken for it is shown as what it is", () => {
  for (const character of LOOK_ALIKES) {
    const shown = `<U+${character.codePointAt(0)?.toString(16).toUpperCase()}>`;
    assert.equal(withoutBars(`a${character}b`), `a${shown}b`);
    assert.equal(showCharacter(character), shown, "nor is it drawn in what is typed");
  }
});

Deno.test("bar: the mark of the prompt is for the prompt alone", () => {
  assert.equal(withoutBars(`${PROMPT_MARK}ann: yes`), "<U+25BA>ann: yes");
});

Deno.test("bar: pictures, tables and QR codes stay", () => {
  for (const text of HARMLESS) assert.equal(withoutBars(text), text);
});

Deno.test("bar: what is as high as the row stays in front of blocks and blanks, and is shown elsewhere", () => {
  assert.equal(withoutBars("█14:05 host: ██x █"), "<U+2588>14:05 host: <U+2588><U+2588>x █");
  for (const character of TALL) {
    const shown = `<U+${character.codePointAt(0)?.toString(16).toUpperCase()}>`;
    assert.equal(withoutBars(`${character}x █${character}x`), `${shown}x <U+2588>${shown}x`);
    for (const after of [" ", "\n", "", "▄", "⠿"]) {
      assert.equal(withoutBars(character + after), character + after);
    }
  }
});

Deno.test("bar: a row into which a line is cut has none", () => {
  assert.equal(withBars(`one${SOFT_BREAK}  two\nthree`, (bar) => bar), "▌one\n  two\n▌three");
});

Deno.test("bar: each line has one, in its colour, and no text adds another", () => {
  assert.equal(withBars("one\n\ntwo", (bar) => `<${bar}>`), "<▌>one\n<▌>\n<▌>two");
  const text = fc.array(
    fc.oneof(
      fc.constantFrom(...LOOK_ALIKES, ...TALL, "x", "\n", " "),
      fc.string({ unit: "binary" }),
    ),
  );
  fc.assert(fc.property(text.map((parts) => parts.join("").replaceAll(SOFT_BREAK, "")), (text) => {
    const lines = withBars(text, (bar) => bar).split("\n");
    assert.equal(lines.length, text.split("\n").length);
    for (const line of lines) {
      assert.ok(line.startsWith(BAR));
      assert.ok(![...line.slice(1)].some((character) => LOOK_ALIKES.includes(character)), line);
    }
    assert.equal(withoutBars(withoutBars(text)), withoutBars(text), "twice changes nothing more");
  }));
});
