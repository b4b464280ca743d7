/**
 * A colour for each person, by which a reader tells apart who speaks. It follows from the key, not
 * from the name, so it is the same in every run and on every side. It proves nothing: with some
 * patience anybody makes a key of any colour.
 *
 * @module
 */

import type { ColourDepth } from "./colour_depth.ts";

/**
 * SGR parameters of the 16 colours. What they look like is the theme's choice: left out are those
 * that usual themes make unreadable on white (yellow, white, bright green, bright cyan) or on black
 * (black, blue), and green, which is one's own.
 */
const THEME_COLOURS = ["31", "35", "36", "91", "95"];

/**
 * Of the palette of 256 those with at least 3.6:1 on black and on white (WCAG 2.2, contrast ratio),
 * around the circle of hues, without green.
 */
const PALETTE = [160, 166, 130, 100, 64, 29, 30, 31, 32, 27, 63, 99, 134, 129, 164, 162, 161];

/** Hues that are one's own, in degrees: from the first up to the second. */
const OWN_HUES = [90, 150] as const;

/** How colourful a true colour is, as in HSL; a full one glares. */
const SATURATION = 0.75;

/**
 * A relative luminance (WCAG 2.2) in the middle between black and white: whatever has it stands out
 * from both by about 4.58:1, which is over the 4.5:1 asked for.
 */
const LUMINANCE = 0.179;

/**
 * The SGR parameters (ECMA-48, section 8.3.117) of a person's colour; empty without colours.
 *
 * @param fingerprint The fingerprint of the person's key.
 */
export function personColour(fingerprint: string, depth: ColourDepth): string {
  const hash = fnv1a(fingerprint);
  switch (depth) {
    case "none":
      return "";
    case "16":
      return THEME_COLOURS[hash % THEME_COLOURS.length] ?? "";
    case "256":
      return `38;5;${PALETTE[hash % PALETTE.length]}`;
    case "true": {
      const [from, to] = OWN_HUES;
      return `38;2;${trueColour(to + hash % (360 - (to - from))).join(";")}`;
    }
  }
}

/** FNV-1a of 32 bits: it spreads texts that are alike over all hues. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** The colour of a hue, in degrees, that has the luminance above. */
function trueColour(hue: number): [red: number, green: number, blue: number] {
  let [dark, light] = [0, 1];
  for (let step = 0; step < 16; step++) {
    const middle = (dark + light) / 2;
    if (relativeLuminance(fromHsl(hue, SATURATION, middle)) < LUMINANCE) dark = middle;
    else light = middle;
  }
  return fromHsl(hue, SATURATION, light);
}

/** CSS Color 4, section 7.1: from hue, saturation and lightness to red, green and blue, 0 to 255. */
function fromHsl(
  hue: number,
  saturation: number,
  lightness: number,
): [red: number, green: number, blue: number] {
  const channel = (offset: number) => {
    const place = (offset + hue / 30) % 12;
    const reach = saturation * Math.min(lightness, 1 - lightness);
    const value = lightness - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1));
    return Math.round(value * 255);
  };
  return [channel(0), channel(8), channel(4)];
}

/** WCAG 2.2, relative luminance: 0 for black, 1 for white. */
function relativeLuminance(colour: readonly [number, number, number]): number {
  const [red, green, blue] = colour;
  const linear = (value: number) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
