import type { Participant } from "../chat/mod.ts";
import { safetyWords } from "../identity/mod.ts";
import { person } from "./chat_events.ts";
import type { CommandContext, PromptCommand } from "./commands.ts";
import type { Screen } from "./screen.ts";
import type { VerifiedPeople } from "./verified_people.ts";

/** What the commands work with. */
export interface VerificationOptions {
  readonly screen: Screen;
  readonly ownKey: Uint8Array;
  readonly people: VerifiedPeople;
  /** Everybody else who is there. */
  others(): readonly Participant[];
  /** Called when somebody has been verified. */
  onChange(): void;
}

/** `/verify` and `/verified`: making sure, once, that nobody sits in between. */
export function verificationCommands(options: VerificationOptions): readonly PromptCommand[] {
  const { screen, ownKey, people, others, onChange } = options;
  return [
    {
      name: "/verify",
      usage: "[NAME]",
      help: "show twelve words to compare: they tell whether somebody sits in between",
      async run({ tell }, argument) {
        const whom = await choose(others(), argument, tell);
        if (whom === undefined) return;
        const words = await safetyWords(ownKey, whom.key);
        const peer = person(whom, people.has);
        await screen.show({ event: "verification", peer, safetyWords: words });
      },
    },
    {
      name: "/verified",
      usage: "[NAME]",
      help: "remember that the twelve words were the same",
      async run({ tell }, argument) {
        const whom = await choose(others(), argument, tell);
        if (whom === undefined) return;
        await people.add(whom);
        onChange();
        await tell(`${whom.nick}'s key is remembered as verified.`);
      },
    },
  ];
}

/** The one who is named, or the only one who is there. */
async function choose(
  others: readonly Participant[],
  name: string,
  tell: CommandContext["tell"],
): Promise<Participant | undefined> {
  if (others.length === 0) {
    await tell("nobody else is here");
    return undefined;
  }
  if (name === "" && others.length === 1) return others[0];
  const whom = others.find(({ nick }) => nick === name);
  if (whom !== undefined) return whom;
  const names = others.map(({ nick }) => nick).join(", ");
  await tell(name === "" ? `say whom: ${names}` : `there is no ${name} here; there is ${names}`);
  return undefined;
}

/** What the prompt says about those who are there. */
export function verifiedNote(others: readonly Participant[], people: VerifiedPeople): string {
  if (others.length === 0 || !others.every(({ key }) => people.has(key))) return "";
  return others.length === 1 ? `${others[0].nick} verified` : "all verified";
}
