import assert from "node:assert/strict";
import { personColour } from "../../../lib/terminal/sentences/person_colour.ts";

const FINGERPRINT = "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU";

/** Many that are alike but for one place. */
const MANY = Array.from({ length: 2000 }, (_, index) => `${FINGERPRINT}${index}`);

/** WCAG 2.2, written apart from the code under test. */
function luminance(red: number, green: number, blue: number): number {
  const linear = (value: number) =>
    value <= 0.04045 * 255 ? value / 255 / 12.92 : Math.pow((value / 255 + 0.055) / 1.055, 2.4);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function contrasts(red: number, green: number, blue: number): { white: number; black: number } {
  const light = luminance(red, green, blue);
  return { white: 1.05 / (light + 0.05), black: (light + 0.05) / 0.05 };
}

/** What xterm draws for one of the palette of 256 that is in its cube of colours. */
function cubeColour(index: number): [number, number, number] {
  assert.ok(index >= 16 && index < 232);
  const level = (step: number) => step === 0 ? 0 : 55 + 40 * step;
  const place = index - 16;
  return [level(Math.floor(place / 36)), level(Math.floor(place / 6) % 6), level(place % 6)];
}

Deno.test("personColour: the same in every run, on every side", () => {
  assert.equal(personColour(FINGERPRINT, "none"), "");
  assert.equal(personColour(FINGERPRINT, "16"), "31");
  assert.equal(personColour(FINGERPRINT, "256"), "38;5;64");
  assert.equal(personColour(FINGERPRINT, "true"), "38;2;110;98;233");
});

Deno.test("personColour: of the 16 none that usual themes make unreadable, and not one's own", () => {
  const used = new Set(MANY.map((fingerprint) => personColour(fingerprint, "16")));
  assert.deepEqual([...used].sort(), ["31", "35", "36", "91", "95"]);
});

Deno.test("personColour: of the 256 those with 3.6:1 on black and on white", () => {
  const used = new Set(MANY.map((fingerprint) => personColour(fingerprint, "256")));
  assert.equal(used.size, 17, "all of the palette is used");
  for (const parameters of used) {
    const index = Number(parameters.match(/^38;5;(\d+)$/)?.[1]);
    const { white, black } = contrasts(...cubeColour(index));
    assert.ok(white >= 3.6 && black >= 3.6, `${index}: ${white} on white, ${black} on black`);
  }
});

Deno.test("personColour: a true colour has 4.5:1 on black and on white", () => {
  const used = new Set(MANY.map((fingerprint) => personColour(fingerprint, "true")));
  assert.ok(used.size > 250, `${used.size} colours`);
  for (const parameters of used) {
    const [, red, green, blue] = parameters.match(/^38;2;(\d+);(\d+);(\d+)$/)?.map(Number) ?? [];
    const { white, black } = contrasts(red, green, blue);
    assert.ok(white >= 4.5 && black >= 4.5, `${parameters}: ${white} on white, ${black} on black`);
    const hue = 120 + 60 * (blue - red) / (green - Math.min(red, blue));
    const isGreen = green > Math.max(red, blue) && hue > 92 && hue < 148;
    assert.ok(!isGreen, `${parameters} is one's own green`);
  }
});

Deno.test("personColour: fingerprints that are alike have colours all around", () => {
  for (const depth of ["16", "256"] as const) {
    const counts = new Map<string, number>();
    for (const fingerprint of MANY) {
      const colour = personColour(fingerprint, depth);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    const even = MANY.length / counts.size;
    for (const [colour, count] of counts) {
      assert.ok(count > even / 2 && count < even * 2, `${colour} is had by ${count}`);
    }
  }
});
