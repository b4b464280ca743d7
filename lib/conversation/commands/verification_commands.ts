import { nickKey, type Participant } from "../../chat/mod.ts";
import { equalConstantTime } from "../../crypto/mod.ts";
import { safetyWords } from "../../identity/mod.ts";
import { person } from "../../terminal/events/room_events.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import type { VerifiedPeople } from "../../trust/verified_people.ts";
import type { CommandContext, PromptCommand } from "./command_table.ts";
import { someNames } from "./find_person.ts";

/** What the commands work with. */
export interface VerificationOptions {
  readonly screen: Screen;
  readonly ownKey: Uint8Array;
  readonly people: VerifiedPeople;
  /** Everybody else whose key this side has seen proved. */
  others(): readonly Participant[];
  /** Whether a member of this name is present. */
  isHere(name: string): boolean;
  /** Called when a person has been verified. */
  onChange(): void;
}

/** `/verify` and `/verified`: making sure, once, that nobody sits in between. */
export function verificationCommands(options: VerificationOptions): readonly PromptCommand[] {
  const { screen, ownKey, people, others, isHere, onChange } = options;
  /** Whose words were shown last: only that key can be the one that was compared. */
  let compared: Participant | undefined;
  return [
    {
      name: "/verify",
      parameters: [{ name: "NAME", isOptional: true }],
      help: "show twelve words to compare: a man in the middle makes them differ",
      async run({ tell }, { name = "" }) {
        const whom = await choose(others(), name, isHere, tell);
        if (whom === undefined) return;
        const words = await safetyWords(ownKey, whom.key);
        const peer = person(whom, people.has);
        compared = whom;
        await screen.show({ event: "verification", peer, safetyWords: words });
      },
    },
    {
      name: "/verified",
      parameters: [{ name: "NAME", isOptional: true }],
      help: "confirm that the twelve words were the same",
      async run({ tell }, { name = "" }) {
        const whom = await choose(others(), name, isHere, tell);
        if (whom === undefined) return;
        if (compared?.nick !== whom.nick || !equalConstantTime(compared.key, whom.key)) {
          await tell(
            compared === undefined
              ? `First compare the words: /verify ${whom.nick} shows them.`
              : `These words were not compared yet: /verify ${whom.nick} shows them.`,
          );
          return;
        }
        compared = undefined;
        await people.add(whom);
        onChange();
        await tell(
          people.isUnsaved
            ? `${whom.nick}'s key is verified until this program ends: saving is off.`
            : `${whom.nick}'s key is now verified.`,
        );
      },
    },
  ];
}

/** The one who is named, or the only one who is there. */
async function choose(
  others: readonly Participant[],
  name: string,
  isHere: (name: string) => boolean,
  tell: CommandContext["tell"],
): Promise<Participant | undefined> {
  const [first] = others;
  if (first === undefined) {
    await tell("nobody else is here");
    return undefined;
  }
  if (name === "" && others.length === 1) return first;
  const whom = others.find(({ nick }) => nickKey(nick) === nickKey(name));
  if (whom !== undefined) return whom;
  if (isHere(name)) {
    await tell(
      `You know ${name} only from the server. From here you can verify only ${first.nick}, to whom ` +
        "you are connected; the host can verify every member.",
    );
    return undefined;
  }
  const names = someNames(others);
  await tell(name === "" ? `whom? present: ${names}` : `no ${name} here; present: ${names}`);
  return undefined;
}

/** What the prompt says about the others. */
export function verifiedNote(others: readonly Participant[], people: VerifiedPeople): string {
  const [first] = others;
  if (first === undefined || !others.every(({ key }) => people.has(key))) return "";
  if (others.length > 1) return "all verified";
  const { nick, key } = first;
  const name = people.nameOf(key);
  return nickKey(name ?? nick) === nickKey(nick)
    ? `${nick} verified`
    : `${nick} is ${name}, verified`;
}

/** Warns, with `--quiet` as well, if a member's name and key do not belong together. */
export async function warnOf(
  participant: Participant,
  people: VerifiedPeople,
  screen: Screen,
): Promise<void> {
  const text = people.warning(participant);
  if (text !== undefined) await screen.show({ event: "notice", text, important: true });
}
