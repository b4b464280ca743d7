import fc from "npm:fast-check@4.10.2";
import { isNick, MAX_NICK_LENGTH } from "../../../lib/chat/names/nick.ts";

/** Letters, with marks, of one script each, and names that come into each other's way. */
const ALPHABETS = [
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  "Il1Oo0mrnivwdc",
  "aeiou\u00e1\u0105\u1ea1\u1ec7\u00f1\u015f\u0131\u0130\u00df\u0142\u00f8\u01b0x\u030c",
  "\u0430\u0435\u0438\u0439\u0456\u0457\u044b\u0410\u0412\u041a\u0421",
  "\u03b1\u03b9\u03bf\u03c2\u03c3\u03ac\u0390\u0391\u03a3",
  "\u5c71\u7530\u592a\u3042\u30a2\u30fc\u3005",
  "\uac01\uae40\ucca0",
  "\u05d0\u05d1\u05d9\u05d3\u05d5",
  "\u0639\u0644\u064a\u064e\u0661\u0660",
  "\u0928\u093f\u0936\u093e\u094d\u0915\u093c\u0967",
  "\u0e17\u0e35\u0e48\u0e23",
  "\u1015\u103c\u102e\u1039\u1019",
].map((alphabet) => [...alphabet, ..."-_.'~^&+2", "\u{1f600}", "\u{1f431}"]);

/** Nicknames that may be used, of all kinds. */
export const nicks: fc.Arbitrary<string> = fc.constantFrom(...ALPHABETS)
  .chain((alphabet) =>
    fc.string({
      unit: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...alphabet.slice(0, -11)) }, {
        weight: 1,
        arbitrary: fc.constantFrom(...alphabet),
      }),
      minLength: 1,
      maxLength: MAX_NICK_LENGTH,
    })
  )
  .map((text) => text.normalize("NFC")).filter(isNick);
