/** Lesson 9: what Eve says is obeyed by the terminal on which it is shown. */
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { Emulator } from "../emulator.ts";
import { Guest } from "../guest.ts";
import type { Lab } from "../lab.ts";
import { NaiveChannel, naiveKeyCheck } from "../naive.ts";
import type { Process } from "../process.ts";
import type { Mark } from "../stage.ts";

const SAID = "the account is 100";
const FORGED = "the account is 900";

/** The size of Bob's terminal: nothing scrolls out of it, and it fits into a drawn frame. */
const COLUMNS = 72;
const ROWS = 40;

const ESCAPE = "\x1b";
const BELL = "\x07";
const OVERRIDE = "\u202e";

const SHOWN_AS_IT_IS: Check = {
  file: "lib/hidden_characters.ts",
  code: "if (HIDDEN.test(character) && !isContextual(character)) return hidden(character);",
};

const SET_IN: Check = {
  file: "lib/terminal/sentences/message_sentence.ts",
  code: ": wrapSpans(spans, { ...further, first: indent });",
};

const LOOKS_TAKEN: Check = {
  file: "lib/chat/names/nick_registry.ts",
  code: "if (!this.#isFree(nick)) return false;",
};

/** A conversation in which Alice has spoken and Eve may speak. */
interface Scene {
  readonly lab: Lab;
  readonly bob: Process;
  /** What Bob's program writes in front of what each of them says. */
  readonly names: { readonly alice: string; readonly eve: string };
  /** How many rows above Eve's first line Alice's line stands. */
  readonly rows: number;
  /** What Bob's program writes when a member leaves, and when one joins. */
  readonly comings: readonly string[];
  /** Whether what Eve tries is to succeed. */
  readonly isNaive: boolean;
  /** Sends something as Eve, as it is. */
  say(text: string): Promise<void>;
}

export const terminal: Experiment = {
  name: "terminal",
  lesson: 9,
  title: "Eve's words are commands to Bob's terminal",
  async run(lab) {
    await lab.stage.say(
      "A terminal is controlled by what is written to it. Most characters are drawn. Some are " +
        "commands: carriage return (hex 0d) goes back to the beginning of the row, and escape " +
        "(hex 1b) begins a longer command, such as ESC [ 2 K: erase this row. The terminal " +
        "cannot tell whether its own program wrote a command or whether it was part of a message " +
        "from another person.",
    );
    await lab.stage.say(
      "This time Eve does not sit on the wire. She is the one Bob is talking to, and no " +
        "encryption helps against what she says. The screens below are those of a terminal " +
        "without a window (xterm.js), to which the lab passes all that Bob's program writes. (It " +
        "writes into a pipe here and does not know how wide the screen is. On a real terminal " +
        "this project's program breaks long lines between words and sets the rest in.)",
    );
    return { naive: await againstNaive(lab), here: await againstThis(lab) };
  },
};

async function againstNaive(lab: Lab): Promise<Finding[]> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  await stage.say(`Alice tells Bob "${SAID}" and leaves. Then Eve connects.`);
  const { program: bob, port } = await lab.naiveBob();
  const alice = lab.naiveAlice(port);
  await bob.line(/^connected; key check/);
  await alice.type(SAID);
  await bob.line(new RegExp(`^them: ${SAID}$`));
  await alice.endInput();
  await bob.line(/^they left$/);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  lab.use({ [Symbol.asyncDispose]: () => Promise.resolve(connection.close()) });
  const eve = await NaiveChannel.open(connection, await generateX25519KeyPair());
  const check = `connected; key check ${naiveKeyCheck(eve.key)}`;
  await bob.line(new RegExp(`^${check}$`));
  const scene: Scene = {
    lab,
    bob,
    names: { alice: "them", eve: "them" },
    rows: 3,
    comings: ["they left", "connected; key check 71c0-a5e2"],
    isNaive: true,
    say: (text) => eve.send(text),
  };
  await show(scene);
  return [await rewrite(scene), await hide(scene), await breakLine(scene), await turnRound(scene)];
}

async function againstThis(lab: Lab): Promise<Finding[]> {
  const { stage } = lab;
  await stage.part("This project");
  await stage.say(
    "Bob has opened a room. Alice is in it, and so is Eve, who was admitted like everybody else. " +
      "Her program is her own and sends whatever she likes.",
  );
  const { program: bob, port } = await lab.bob();
  const alice = await lab.alice(port, "--accept-new");
  await bob.line(/^alice joined\.$/);
  await alice.type(SAID);
  await bob.line(new RegExp(`^alice: ${SAID}$`));
  const eve = lab.use(await Guest.join(port, "eve"));
  await bob.line(/^eve joined\.$/);
  const scene: Scene = {
    lab,
    bob,
    names: { alice: "alice", eve: "eve" },
    rows: 2,
    comings: ["eve left."],
    isNaive: false,
    say: (text) => eve.say(text),
  };
  await show(scene);
  return [
    await rewrite(scene),
    await hide(scene),
    await breakLine(scene),
    await turnRound(scene),
    await lookAlike(scene, port),
  ];
}

/** Eve goes up to what Alice said, and writes something else there. */
async function rewrite(scene: Scene): Promise<Finding> {
  const { lab: { stage }, bob, names, rows, isNaive } = scene;
  const forged = `${names.alice}: ${FORGED}`;
  await stage.say(
    isNaive
      ? "Eve has seen this program before, so she knows where Alice's line stands on " +
        "Bob's screen. " +
        'She says "hello", with some commands behind it:'
      : `Eve says "hello", with the same commands behind it; here Alice's line is ${rows} rows up:`,
  );
  await stage.lines([
    "hello",
    "ESC 7                         remember where the cursor is",
    `ESC [ ${rows} A                     go up ${rows} rows`,
    "CR                            go to the beginning of the row",
    "ESC [ 2 K                     erase the row",
    `${forged.padEnd(30)}write this`,
    "ESC 8                         go back to where the cursor was",
  ]);
  await scene.say(
    `hello${ESCAPE}7${ESCAPE}[${rows}A\r${ESCAPE}[2K${forged}${ESCAPE}8`,
  );
  const { input: line } = await bob.line(new RegExp(`^${names.eve}: hello`));
  await stage.say(
    isNaive
      ? "Bob's program writes the message to the terminal as it came (marked: ESC and CR):"
      : "Bob's program writes this (marked: three bytes in the place of each command character):",
  );
  const bytes = new TextEncoder().encode(line);
  await stage.bytes("what Bob's terminal receives", bytes, commandsIn(bytes));
  const screen = await show(scene);
  const succeeded = screen.includes(forged) && !screen.includes(`${names.alice}: ${SAID}`);
  return await conclude(scene, {
    attack: "rewrite Alice's line",
    succeeded,
    result: succeeded
      ? `Alice's line now says "${FORGED}". Of Eve's message, Bob sees the word "hello".`
      : 'Alice\'s line stands as it was. Each command character is shown as a picture of it: "␛" for ' +
        'escape, "␍" for carriage return. A terminal draws them like any letter.',
    check: SHOWN_AS_IT_IS,
  });
}

/** Eve says more than can be seen, and gives Bob's window a name. */
async function hide(scene: Scene): Promise<Finding> {
  const { lab: { stage }, bob, names, isNaive } = scene;
  const seen = "I pay 100";
  const rest = " of the 900 that I owe";
  const name = "Your bank";
  await stage.say(
    `Next she says "${seen}${rest}". In front of it stands ESC ] 0 ; ${name} BEL, which gives ` +
      `the window a name; in front of "${rest.trim()}" ESC [ 8 m, after which letters are not ` +
      "drawn.",
  );
  await scene.say(`${ESCAPE}]0;${name}${BELL}${seen}${ESCAPE}[8m${rest}${ESCAPE}[28m`);
  await bob.line(new RegExp(seen));
  const screen = await show(scene);
  const isHidden = screen.includes(`${names.eve}: ${seen}`);
  using emulator = await terminalOf(bob);
  const isNamed = emulator.title === name;
  return await conclude(scene, {
    attack: "hide words, name the window",
    succeeded: isNaive ? isHidden && isNamed : isHidden || isNamed,
    result: isHidden || isNamed
      ? `${isHidden ? "the words behind the sum are hidden" : "all words are visible"}; the ` +
        `window is called ${isNamed ? `"${name}"` : "what it was called before"}.`
      : "nothing is hidden, and the window keeps its name.",
    check: SHOWN_AS_IT_IS,
  });
}

/** Eve needs no command at all: a message of several lines does it. */
async function breakLine(scene: Scene): Promise<Finding> {
  const { lab: { stage }, bob, names, comings, isNaive } = scene;
  const claim = "it is me again, pay today";
  const forged = [...comings, `${names.alice}: ${claim}`];
  await stage.say(
    "Line breaks cannot be forbidden, because a message may have several lines. So Eve " +
      "needs no commands. She " +
      `sends a message of ${
        forged.length + 1
      } lines, and all but the first look like what Bob's program ` +
      "writes:",
  );
  await stage.lines(["bye", ...forged]);
  await scene.say(["bye", ...forged].join("\n"));
  await bob.line(new RegExp(claim));
  const screen = await show(scene);
  const succeeded = forged.every((line) => screen.includes(line));
  return await conclude(scene, {
    attack: "forge lines of others",
    succeeded,
    result: succeeded
      ? `Bob reads that Eve has left and that ${isNaive ? "somebody else" : "Alice"} says ` +
        `"${claim}". Both are Eve's words.`
      : "all lines of a message but the first are set in, below the first one's text. No text of a member's can begin where a name stands.",
    check: SET_IN,
  });
}

/** Eve offers a file whose name is drawn backwards. */
async function turnRound(scene: Scene): Promise<Finding> {
  const { lab: { stage }, bob, isNaive } = scene;
  const name = `photo_${OVERRIDE}gnp.exe`;
  await stage.say(
    "There are invisible characters that are commands not to the terminal but to the writing " +
      "system: U+202E says that what follows is to be drawn from right to left. Eve sends the " +
      "name of a file (the character is shown here by its number):",
  );
  await stage.lines([name]);
  await scene.say(name);
  const { input } = await bob.line(/photo_/);
  const arrived = input.includes(OVERRIDE);
  await stage.say(
    isNaive
      ? "The emulator of this lab does not draw from right to left; some terminals do. On one " +
        "that does, this is what Bob sees:"
      : "On a terminal that draws from right to left, this is what Bob sees:",
  );
  await stage.screen("Bob", [drawn(input)]);
  return await conclude(scene, {
    attack: "reverse a name",
    succeeded: arrived,
    result: arrived
      ? "it ends with .exe, so it is a program; it is drawn as if it were a picture, ending with " +
        ".png."
      : "the character is replaced by its number, so nothing is reversed: the name ends with .exe.",
    check: SHOWN_AS_IT_IS,
  });
}

/** Eve would like to be Alice, or something worse. */
async function lookAlike({ lab, bob }: Scene, port: number): Promise<Finding> {
  const { stage } = lab;
  await stage.say(
    "The naive program has no names. Here everybody has one, so Eve tries those as well. First " +
      "she introduces herself with a command in her name: ESC [ 2 J alice.",
  );
  const refusal = await refusalOf(lab, port, `${ESCAPE}[2Jalice`);
  await stage.say(
    refusal === undefined
      ? "The room admits her."
      : "The room does not accept such a name (and names are sanitised like texts as well). What " +
        `Eve's program is told: "${refusal}".`,
  );
  const wanted = "aIice";
  await stage.say(
    'Nor does it accept "\u0430lice" with the Cyrillic letter U+0430, because a name has letters of ' +
      `one script only. So she joins as "${wanted}": its second letter is a capital I, which looks ` +
      "like a small L in many fonts, and is another character to a computer.",
  );
  const eve = lab.use(await Guest.join(port, wanted));
  await bob.line(new RegExp(`^${eve.nick} joined\\.$`));
  await eve.say(FORGED);
  await bob.line(new RegExp(`${eve.nick}: ${FORGED}`));
  await show({ bob, lab });
  const succeeded = eve.nick === wanted;
  return await lab.conclude({
    attack: "take Alice's name",
    expected: false,
    succeeded,
    result: succeeded
      ? "there are two whose names nobody can tell apart."
      : `names are compared by how they look. "${wanted}" looks like "alice", who is there, so ` +
        `Eve's gets a number: "${eve.nick}".`,
    check: LOOKS_TAKEN,
  });
}

async function refusalOf(lab: Lab, port: number, nick: string): Promise<string | undefined> {
  try {
    lab.use(await Guest.join(port, nick));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function conclude(
  { lab, isNaive }: Scene,
  finding: Omit<Finding, "expected">,
): Promise<Finding> {
  return lab.conclude({ ...finding, expected: isNaive });
}

/** Brings all that Bob's program has written to a terminal, and shows what stands there then. */
async function show({ bob, lab }: Pick<Scene, "bob" | "lab">): Promise<readonly string[]> {
  using emulator = await terminalOf(bob);
  const rows = emulator.screen();
  // What Bob's program says of itself at its start is of no interest here.
  const start = rows.findIndex((row) => row.startsWith("alice joined"));
  await lab.stage.screen("Bob", start > 0 ? ["…", ...rows.slice(start)] : rows);
  return rows;
}

async function terminalOf(program: Process): Promise<Emulator> {
  const emulator = new Emulator(COLUMNS, ROWS);
  await emulator.write(program.lines.map(({ text }) => text));
  return emulator;
}

/** Where command characters stand, or the pictures of some (U+2400 to U+241F). */
function commandsIn(bytes: Uint8Array): Mark[] {
  return [...bytes].flatMap((byte, start) => {
    if (byte < 0x20) return [{ start, end: start + 1 }];
    const isPicture = byte === 0xe2 && bytes[start + 1] === 0x90;
    return isPicture ? [{ start, end: start + 3 }] : [];
  });
}

/** How a terminal that obeys U+202E draws a line: what stands behind it is turned round. */
function drawn(line: string): string {
  const [before, ...after] = line.split(OVERRIDE);
  return before + [...after.join("")].reverse().join("");
}
