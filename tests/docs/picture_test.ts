import assert from "node:assert/strict";
import { picture } from "../../scripts/picture.ts";
import { terminalSvg } from "../../scripts/terminal_svg.ts";
import { terminalTest } from "../e2e/terminals.ts";
import { Emulator } from "../support/emulator.ts";
import { readPage } from "./pages.ts";

async function draw(output: string): Promise<string> {
  using screen = new Emulator(20, 5);
  await screen.write(output);
  return terminalSvg([{ title: "a <title>", screen }], "what it shows");
}

/** The pieces of text with their attributes, without the window's title. */
function pieces(svg: string): readonly { readonly attributes: string; readonly text: string }[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].slice(1)
    .map(([, attributes = "", text = ""]) => ({ attributes, text }));
}

Deno.test("picture: what a terminal shows is drawn where it stands, in its colours", async () => {
  const svg = await draw(
    "plain\r\n\x1b[1;32mbob\x1b[22;39m: \x1b[38;5;160mred\x1b[39m\r\n   \x1b[2mdim\x1b[22m",
  );
  assert.deepEqual(
    pieces(svg).map(({ attributes, text }) => {
      const [style, x, y] = attributes.split(/ (?=[xy]=|textLength)/);
      return [text, style, x, y];
    }),
    [
      ["plain", 'class="text"', 'x="14"', 'y="43"'],
      ["bob", 'class="c32" font-weight="bold"', 'x="14"', 'y="61"'],
      [":", 'class="text"', 'x="37.4"', 'y="61"'],
      ["red", 'fill="#d70000"', 'x="53"', 'y="61"'],
      ["dim", 'class="dim"', 'x="37.4"', 'y="79"'],
    ],
  );
});

Deno.test("picture: signs of XML are text, and a wide character takes two columns", async () => {
  const svg = await draw("<&>\r\n漢x");
  const [first, second] = pieces(svg);
  assert.equal(first?.text, "&lt;&amp;&gt;");
  assert.equal(second?.text, "漢x");
  assert.match(second?.attributes ?? "", /textLength="23\.4"/);
  assert.match(svg, /a &lt;title&gt;/);
  assert.match(svg, /<title>what it shows<\/title>/);
});

Deno.test("picture: it has a light and a dark theme, and ends with the last row", async () => {
  const svg = await draw("one\r\n\r\n");
  assert.match(svg, /@media \(prefers-color-scheme: dark\)/);
  assert.equal(pieces(svg).length, 1);
  const height = (svg: string) => Number(/viewBox="0 0 \d+ (\d+)"/.exec(svg)?.[1]);
  assert.equal(height(await draw("one\r\ntwo")) - height(svg), 18);
});

terminalTest("picture: the front page shows what the programs say today", async () => {
  const { text } = await readPage("docs/session.svg");
  const today = await picture(["--listen", "127.0.0.1:0"]);
  assert.deepEqual(text.split("\n"), today.split("\n"), "deno task picture makes it anew");
});
