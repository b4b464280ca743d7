import type { Explanation } from "../explanation.ts";
import { card } from "./card.ts";
import { Html, markup, NO_HTML } from "./html.ts";
import { introduction } from "./introduction.ts";
import type { PageOptions } from "./options.ts";
import { STYLE } from "./style_sheet.ts";

/**
 * Nothing is loaded and nothing runs, even if a text that another person chose should get through
 * the escaping one day.
 */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export type { PageOptions, Program } from "./options.ts";

/**
 * Writes explanations as one HTML page that needs nothing else: no script, no other file. It comes
 * piece by piece, {@linkcode Page.start}, any number of {@linkcode Page.add}, {@linkcode Page.end};
 * cut off after any piece, it still displays.
 *
 * Every field that has its bytes stands in a `<code class="hex">`, two hexadecimal digits a byte with
 * a space between bytes, with `data-label`, `data-role` and `data-size`; a masked one in an element
 * with `data-masked` and no digits. Steps have their name in `data-step`, cards `data-kind` and
 * `data-connection`. Every text is escaped, and characters that cannot be seen are named.
 */
export class Page {
  readonly #options: PageOptions;
  #cards = 0;

  /**
   * A page with no cards yet.
   *
   * @param options Which program writes, since when, and whether it shows secrets.
   */
  constructor(options: PageOptions) {
    this.#options = options;
  }

  /** The first piece: the style sheet, and how to read the page. */
  start(): string {
    return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>X25519-TCP-Chat: a conversation, byte by byte</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<div class="page">
${introduction(this.#options)}
<main id="conversation" aria-label="The conversation">
`.source;
  }

  /** The next card. Explanations of several connections may come in any order. */
  add(explanation: Explanation): string {
    this.#cards += 1;
    return card(explanation, this.#cards, this.#options.program).source;
  }

  /** The last piece. */
  end(): string {
    const nothing = this.#cards > 0 ? NO_HTML : markup`<p>No connection was made.</p>`;
    return markup`${nothing}</main>
<footer class="end-of-page">
<p>The page ends here, because the ${this.#options.program} ended. (A page without this line is unfinished, or was cut off.)</p>
</footer>
</div>
</body>
</html>
`.source;
  }
}
