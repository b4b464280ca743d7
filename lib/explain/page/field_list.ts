import type { Field } from "../explanation.ts";
import { count } from "../fields.ts";
import { type Html, markup, NO_HTML } from "./html.ts";
import { readableText, withCommas } from "./readable_text.ts";
import { roleClass, ROLES } from "./roles.ts";

/** How many bytes stand in one row, and how many of a long field are shown at first. */
const ROW_SIZE = 16;

/** A field with more bytes than this is folded up. */
const FOLD_ABOVE = 64;

/** A text with more bytes than this is folded up as well. */
const LONG_TEXT = 1024;

/** Fields, one below the other, in their order. */
export function fieldList(fields: readonly Field[]): Html {
  return markup`<ul class="fields">${fields.map(fieldItem)}</ul>`;
}

function fieldItem(field: Field): Html {
  const { label, role, size, note, hex } = field;
  return markup`
    <li class="field ${roleClass(role)} ${isFolded(field) ? "folded" : "whole"}">
      <div class="about">
        <p class="name"><b>${label}</b> ${roleWord(field)} <span class="size">${
    count(size, "byte")
  }</span></p>
        ${note === undefined ? NO_HTML : markup`<p class="note">${note}</p>`}
      </div>
      <div class="bytes">
        ${hex === null ? masked(field) : shown(field, hex)}
        ${hex === null ? NO_HTML : reading(field, hex)}
      </div>
    </li>`;
}

/** The role as a word, so that nothing depends on the colour alone; once is enough. */
function roleWord({ label, role }: Field): Html {
  const { word } = ROLES[role];
  return label.toLowerCase() === word.toLowerCase()
    ? NO_HTML
    : markup`<span class="role">${word}</span>`;
}

function masked({ label, role, size }: Field): Html {
  return markup`<span class="masked" data-masked data-label="${label}" data-role="${role}"
    data-size="${size}">${count(size, "byte")}, not shown</span>`;
}

function shown(field: Field, hex: string): Html {
  if (!isFolded(field)) return allBytes(field, hex);
  const first = spaced(hex.slice(0, 2 * ROW_SIZE));
  return markup`<details>
    <summary><span class="first">${first}</span> <span class="more">all ${
    count(field.size, "byte")
  }</span></summary>
    ${allBytes(field, hex)}</details>`;
}

/** The one element that holds all bytes of the field. */
function allBytes({ label, role, size }: Field, hex: string): Html {
  return markup`<code class="hex" data-label="${label}" data-role="${role}" data-size="${size}">${
    spaced(hex)
  }</code>`;
}

function isFolded({ hex, size }: Field): boolean {
  return hex !== null && size > FOLD_ABOVE;
}

/** With a space between bytes, where a line may break. */
function spaced(hex: string): string {
  return hex.replace(/..(?=.)/g, "$& ");
}

/** What the bytes say to a person: a text as characters, a number in decimal. */
function reading({ role, size }: Field, hex: string): Html {
  if (size === 0) return NO_HTML;
  if (role === "plaintext" || role === "name") {
    const readable = readableText(bytesOf(hex));
    if (!/\p{L}/u.test(readable)) return NO_HTML;
    const text = markup`<p class="reading"><span class="as">as text</span> <bdi
      dir="ltr">${readable}</bdi></p>`;
    return size <= LONG_TEXT ? text : markup`<details>
      <summary><span class="more">the same as text</span></summary>${text}</details>`;
  }
  if ((role === "length" || role === "number") && size <= 8) {
    const number = withCommas(BigInt(`0x${hex}`));
    return markup`<p class="reading"><span class="as">as a number</span> ${number}</p>`;
  }
  return NO_HTML;
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}
