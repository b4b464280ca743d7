import { visibleText } from "./readable_text.ts";

/** A piece of HTML: what is between its tags, and in its attributes, is escaped. */
export class Html {
  /** The piece as it stands in the page. */
  readonly source: string;

  /**
   * HTML that is known to be right; for text there is {@linkcode markup}.
   *
   * @param source The piece as it stands in the page.
   */
  constructor(source: string) {
    this.source = source;
  }
}

/** What may be put into {@linkcode markup}: text is escaped, HTML is not. */
export type HtmlValue = string | number | Html | readonly Html[];

/**
 * HTML from a template. Every text that is put into it, between tags or between the quotes of an
 * attribute, stays text: no element and no attribute comes out of it.
 *
 * @example
 * ```ts
 * import { markup } from "./html.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(markup`<p>${"1 < 2"}</p>`.source, "<p>1 &lt; 2</p>");
 * ```
 */
export function markup(template: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let source = template[0] ?? "";
  values.forEach((value, index) => source += render(value) + (template[index + 1] ?? ""));
  return new Html(source);
}

/** Nothing: for a part of a page that is left out. */
export const NO_HTML: Html = new Html("");

function render(value: HtmlValue): string {
  if (value instanceof Html) return value.source;
  if (typeof value === "string") return escape(visibleText(value));
  if (typeof value === "number") return String(value);
  return value.map((piece) => piece.source).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
