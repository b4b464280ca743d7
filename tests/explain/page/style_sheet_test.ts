import assert from "node:assert/strict";
import { roleClass, ROLES } from "../../../lib/explain/page/roles.ts";
import { STYLE } from "../../../lib/explain/page/style_sheet.ts";
import type { FieldRole } from "../../../lib/explain/explanation.ts";

/** The least contrast of text, by WCAG 2.2, success criterion 1.4.3. */
const LEAST_CONTRAST = 4.5;
/** The least contrast of the edges that tell one field from the next (1.4.11). */
const LEAST_EDGE_CONTRAST = 3;

const BLOCKS = {
  light: /^:root\{(?<rules>[^}]*)\}/m,
  dark: /^@media screen and \(prefers-color-scheme:dark\)\{:root\{(?<rules>[^}]*)\}/m,
};

/** The colours of a scheme by their names, as they stand in the style sheet. */
function colours(scheme: keyof typeof BLOCKS): (name: string) => string {
  const rules = BLOCKS[scheme].exec(STYLE)?.groups?.rules ?? "";
  const found = new Map(
    [...rules.matchAll(/--([\w-]+):(#[0-9a-f]{6})/g)].map((
      [, name = "", value = ""],
    ) => [name, value]),
  );
  return (name) => {
    const value = found.get(name);
    assert.ok(value !== undefined, `${scheme} has the colour ${name}`);
    return value;
  };
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const value = parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const roles = (Object.keys(ROLES) as FieldRole[]).map(roleClass);

for (const scheme of ["light", "dark"] as const) {
  Deno.test(`page style: text can be read on everything it stands on (${scheme})`, () => {
    const colour = colours(scheme);
    const pairs: [text: string, background: string][] = [
      ...["page", "card", "calm-tint", "danger-tint", "eve-tint", "client-tint", "server-tint"].map(
        (background): [string, string] => ["ink", background],
      ),
      ...roles.map((role): [string, string] => ["ink", role]),
      ["muted", "page"],
      ["muted", "card"],
      ["link", "page"],
      ["danger", "danger-tint"],
      ["danger", "card"],
      ["client", "card"],
      ["client", "client-tint"],
      ["server", "card"],
      ["server", "server-tint"],
      ["eve", "eve-tint"],
      // In the label of the sender, the other way round.
      ["card", "client"],
      ["card", "server"],
    ];
    for (const [text, background] of pairs) {
      const ratio = contrast(colour(text), colour(background));
      assert.ok(ratio >= LEAST_CONTRAST, `${text} on ${background}: ${ratio.toFixed(2)}`);
    }
    for (const role of roles) {
      const ratio = contrast(colour(`${role}-edge`), colour("card"));
      assert.ok(ratio >= LEAST_EDGE_CONTRAST, `edge of ${role}: ${ratio.toFixed(2)}`);
    }
  });
}

Deno.test("page style: the two ends of the contrast are those of the standard", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#777777", "#777777"), 1);
});

Deno.test("page style: no two roles have the same colours", () => {
  for (const scheme of ["light", "dark"] as const) {
    const colour = colours(scheme);
    for (const part of ["", "-edge"]) {
      assert.equal(new Set(roles.map((role) => colour(role + part))).size, roles.length);
    }
  }
});

Deno.test("page style: every colour that is used exists", () => {
  const defined = new Set([...STYLE.matchAll(/--([\w-]+):/g)].map(([, name]) => name));
  const used = new Set([...STYLE.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name));
  assert.ok(used.size > 30);
  assert.deepEqual([...used].filter((name) => !defined.has(name)), []);
});
