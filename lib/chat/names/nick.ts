import { quoted } from "../../quoted.ts";
import { LETTERS_MARKS_DIGITS } from "./repertoire.ts";
import { isHouseName, isOwnWord } from "./reserved_nicks.ts";

/** Who asks for a nickname: a guest, or the person who runs the server. */
export type NickHolder = "guest" | "host";

/** The most characters (code points) that a nickname has. */
export const MAX_NICK_LENGTH = 32;

/**
 * Pictures of things, animals and faces: emoji of the blocks of plane 1 that Unicode 9.0 had. Not the
 * signs among them, such as a tick, a lock or an arrow: they could be taken for marks of the program.
 */
const EMOJI =
  String.raw`[[\u{1f300}-\u{1f3e6}\u{1f3e8}-\u{1f3f0}\u{1f3f8}-\u{1f3fa}\u{1f400}-\u{1f49f}` +
  String.raw`\u{1f600}-\u{1f64f}\u{1f680}-\u{1f6a3}\u{1f910}-\u{1f91e}\u{1f920}-\u{1f927}` +
  String
    .raw`\u{1f930}\u{1f933}-\u{1f93a}\u{1f93c}-\u{1f93e}\u{1f940}-\u{1f945}\u{1f947}-\u{1f94b}` +
  String.raw`\u{1f950}-\u{1f95e}\u{1f980}-\u{1f991}\u{1f9c0}]&&\p{Emoji_Presentation}]`;

/** What may stand anywhere. */
const EDGES = "_~\\^";

/** What may stand between two others: a name never ends in what could be a part of the sentence. */
const INNER = "\\-.'\u2018\u2019\u02bb\u02bc\u00b7\u30fb&+";

/** Two apostrophes side by side are a quotation mark. */
const DOUBLED_APOSTROPHE = /['\u2018\u2019\u02bb\u02bc]{2}/;

const PLAIN = /^(?=.*[0-9A-Za-z])(?!.*'')[0-9A-Za-z_~^](?:[0-9A-Za-z_~^\-.'&+]*[0-9A-Za-z_~^])?$/;

const REPERTOIRE = new RegExp(`^(?:[${LETTERS_MARKS_DIGITS}${EDGES}${INNER}]|${EMOJI})*$`, "v");

const BAD_EDGE = new RegExp(`^[${INNER}]|[${INNER}]$`, "v");

const LETTER_OR_DIGIT = /[\p{L}\p{Nd}]/u;

/**
 * The scripts that a name may mix: "Highly Restrictive" of UTS #39, section 5.2. Every other name has
 * letters and marks of one script.
 */
const MIXTURES: readonly (readonly string[])[] = [
  ["Latn", "Hani", "Hira", "Kana"],
  ["Latn", "Hani", "Bopo"],
  ["Latn", "Hani", "Hang"],
];

/** The scripts of UAX #31, table 5, that are in none of the mixtures. */
const ALONE = ["Arab", "Armn", "Beng", "Cyrl", "Deva", "Ethi", "Geor", "Grek", "Gujr", "Guru"]
  .concat(["Hebr", "Khmr", "Knda", "Laoo", "Mlym", "Mymr", "Orya", "Sinh", "Taml", "Telu"])
  .concat(["Thaa", "Thai", "Tibt"]);

/** What belongs to every script: accents, for which {@linkcode STRAY_MARK} looks, among them. */
const COMMON = String.raw`[[\u0300-\u036f\u02bb\u02bc0-9\p{P}\p{S}]--[\u30fb]]`;

const SCRIPTS = new RegExp(
  [...MIXTURES, ...ALONE.map((script) => [script])].map((scripts) =>
    `^[${COMMON}${scripts.map((script) => `\\p{scx=${script}}`).join("")}]*$`
  ).join("|"),
  "v",
);

/** The numbers that are put behind a name which another member has. */
const NUMBER = /(?:-[0-9]+)+$/;

/** Digits of two kinds: some of one kind look like others of the other. */
const MIXED_DIGITS =
  /[0-9].*(?![0-9])\p{Nd}|(?![0-9])\p{Nd}.*[0-9]|[\u0660-\u0669].*[\u06f0-\u06f9]|[\u06f0-\u06f9].*[\u0660-\u0669]/u;

/**
 * Marks where no script has them. An accent follows a letter of Latin, Greek or Cyrillic, and at most
 * one other accent (what NFC composes does not count); a voicing mark follows Kana; any mark follows a
 * letter, and no letter has more than three, or five in Burmese. What stacks letters in Burmese and
 * Khmer cannot be seen at the end.
 */
const STRAY_MARK = new RegExp(
  [
    String.raw`(?<![\p{L}\p{M}])\p{M}`,
    String.raw`[\p{M}--\p{sc=Mymr}]\p{M}{3}|\p{M}{6}`,
    String.raw`(?<![\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}][\u0300-\u036f]?)[\u0300-\u036f]`,
    String.raw`[\u0300-\u036f]{3}`,
    String.raw`(?<![\p{sc=Hira}\p{sc=Kana}])[\u3099\u309a]`,
    String.raw`[\u1039\u17d2](?!\p{L})`,
  ].join("|"),
  "v",
);

/** Signs that lengthen or repeat a letter, where there is none: they look like dashes and commas. */
const STRAY_REPETITION =
  /(?<![\p{sc=Hira}\p{sc=Kana}\u30fc\u3099\u309a])[\u30fc\u309d\u309e\u30fd\u30fe]|(?<!\p{sc=Hani})\u3005/u;

const STROKES = String.raw`\u3127\u4e00\u4e28`;

/** Letters that look like dashes and bars, where no other letter of their script is beside them. */
const STRAY_STROKE = new RegExp(
  [String.raw`(?<!`, String.raw`)[${STROKES}]+(?!`, ")"].join(
    String.raw`[\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}]`,
  ),
  "v",
);

/**
 * Whether a nickname may be used: 1 to 32 letters, digits, marks and emoji that common fonts have, in
 * Unicode's composed form (NFC), and a little punctuation. Nothing in it can be mistaken for what
 * this program writes around names: no white space, so that a command can name a member, no colon and
 * no comma, and nothing that looks like them; no mark of the verified, of operators, of actions. Its
 * letters are of one script. What this program says itself in front of a colon is nobody's name.
 * (The names of the house are the host's: {@linkcode nickProblem} tells.)
 */
export function isNick(text: string): boolean {
  return problemForAll(text) === undefined;
}

/** How many answers are remembered: each message names its sender, and finding out takes time. */
const MAX_ANSWERS = 4_096;

const answers = new Map<string, string | undefined>();

/**
 * Why a nickname may not be used, as a sentence; `undefined` if it may. Names such as `server` are the
 * host's, and no guest's.
 */
export function nickProblem(text: string, whose: NickHolder): string | undefined {
  const problem = problemForAll(text);
  if (problem === undefined && whose === "guest" && isHouseName(text)) {
    return `the name ${text} is for the person who runs the server: choose another nickname`;
  }
  return problem;
}

function problemForAll(text: string): string | undefined {
  const length = text.length > 2 * MAX_NICK_LENGTH ? Infinity : [...text].length;
  if (length < 1 || length > MAX_NICK_LENGTH) {
    return `a nickname has 1 to ${MAX_NICK_LENGTH} characters`;
  }
  if (!answers.has(text)) {
    if (answers.size >= MAX_ANSWERS) answers.clear();
    answers.set(text, findProblem(text));
  }
  return answers.get(text);
}

function findProblem(text: string): string | undefined {
  if (!PLAIN.test(text)) {
    const problem = problemOfForm(text);
    if (problem !== undefined) return problem;
  }
  return isOwnWord(text) ? `this program says ${text} itself: choose another nickname` : undefined;
}

function problemOfForm(text: string): string | undefined {
  if (!REPERTOIRE.test(text)) {
    return `a nickname cannot have ${strangeCharacter(text)}: it has letters, digits, emoji, and ` +
      "- . _ ~ ^ & + ' only, no spaces and no colon";
  }
  if (BAD_EDGE.test(text)) {
    return "a nickname begins and ends with a letter, a digit, an emoji, or one of _ ~ ^";
  }
  if (!LETTER_OR_DIGIT.test(text)) return "a nickname has a letter or a digit";
  if (!SCRIPTS.test(text)) return "a nickname has letters of one script only";
  if (MIXED_DIGITS.test(text.replace(NUMBER, ""))) return "a nickname has digits of one kind only";
  if (STRAY_MARK.test(text) || STRAY_REPETITION.test(text)) {
    return "a nickname has marks only where its script has them";
  }
  if (STRAY_STROKE.test(text)) {
    return "a nickname has letters that look like dashes or bars only beside others of their script";
  }
  if (DOUBLED_APOSTROPHE.test(text)) return "a nickname has no two apostrophes side by side";
  return text.normalize("NFC") === text
    ? undefined
    : "a nickname is in Unicode's composed form (NFC)";
}

/** The first character that no nickname has, as a person can see it: `“:” (U+003A)`. */
function strangeCharacter(text: string): string {
  const character = [...text].find((character) => !REPERTOIRE.test(character)) ?? "";
  const codePoint = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `${quoted(character)} (U+${codePoint})`;
}

/**
 * What is the same in a nickname however it is typed: capitals or small letters, wide or
 * narrow. Nicknames that have it in common also look alike (`nickKeys`), not the other way round.
 */
export function nickKey(nick: string): string {
  return nick.normalize("NFKC").toLowerCase();
}
