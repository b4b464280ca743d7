import type { Participant } from "../../chat/mod.ts";
import { nickKey } from "../../chat/names/nick.ts";
import { equalConstantTime } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { quoted } from "../../quoted.ts";
import { fingerprint } from "../../identity/fingerprint.ts";
import { safetyWords } from "../../identity/safety_words.ts";
import { programName } from "../../program_name.ts";
import { person } from "../../terminal/events/room_events.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import type { VerifiedPeople } from "../../trust/verified_people.ts";
import { someNames } from "../room/find_person.ts";
import type { RoomAccess } from "../room/room_access.ts";
import type { PromptCommand } from "./command_table.ts";

/** What the commands work with. */
export interface VerificationOptions {
  readonly screen: Screen;
  readonly room: Pick<RoomAccess, "self" | "others">;
  readonly people: VerifiedPeople;
  /**
   * Everybody else whose key this side has seen proved: of a server at which nobody sits, its address in
   * the place of a name.
   */
  verifiable(): readonly Participant[];
  /** Called when a person has been verified. */
  onChange(): void;
}

/** `/verify` and `/verified`: making sure, once, that nobody sits in between. */
export function verificationCommands(options: VerificationOptions): readonly PromptCommand[] {
  const { screen, room, people, onChange } = options;
  /** Whose words were shown last: only that key can be the one that was compared. */
  let compared: Participant | undefined;
  /** Whose words were shown, and not confirmed: of several none can be meant without a name. */
  const open = new Map<string, Participant>();
  const chooseCompared = (name: string): Participant => {
    const [only] = open.values();
    if (name !== "" || only === undefined || open.size > 1 || options.verifiable().length < 2) {
      return choose(options, name);
    }
    const present = options.verifiable().find(({ key }) => equalConstantTime(key, only.key));
    if (present !== undefined) return present;
    throw new UsageError("usage", `${sanitiseLine(only.nick)}, whose words were shown, has left`);
  };
  return [
    {
      name: "/verify",
      group: "trust",
      parameters: [{ name: "NAME", isOptional: true }],
      help: "show twelve words to compare: a man in the middle makes them differ",
      details: "Read them to each other by voice; if all are the same, both type /verified. " +
        "NAME is a name, or a fingerprint.",
      examples: ["/verify", "/verify bob"],
      async run({ tell }, { name = "" }) {
        const whom = choose(options, name);
        compared = whom;
        open.set(fingerprint(whom.key), whom);
        // A program shows what it likes; a person would look for somebody to read the words to.
        if (isUnattended(whom, room) && screen.isInteractive) return await tell(toAsk(whom));
        const words = await safetyWords(room.self.key, whom.key);
        const peer = person(whom, people.has);
        await screen.show({ event: "verification", peer, safetyWords: words });
      },
    },
    {
      name: "/verified",
      group: "trust",
      parameters: [{ name: "NAME", isOptional: true }],
      help: "confirm that the twelve words were the same",
      details: "NAME may be left out where the words of one member alone were shown.",
      examples: ["/verified", "/verified bob"],
      async run({ tell }, { name = "" }) {
        const whom = chooseCompared(name);
        const isServer = isUnattended(whom, room);
        const nick = sanitiseLine(whom.nick);
        if (compared?.nick !== whom.nick || !equalConstantTime(compared.key, whom.key)) {
          const command = isServer ? "/verify" : `/verify ${nick}`;
          const what = isServer ? "the fingerprint" : "the words";
          await tell(
            compared === undefined
              ? `First compare ${what}: ${command} shows ${isServer ? "it" : "them"}.`
              : `${isServer ? "It was" : "These words were"} not compared yet: ${command} shows ` +
                `${isServer ? "it" : "them"}.`,
          );
          return;
        }
        compared = undefined;
        open.delete(fingerprint(whom.key));
        await people.add(whom);
        onChange();
        const whose = isServer ? `The key of the server at ${nick}` : `${nick}'s key`;
        await tell(
          people.isUnsaved
            ? `${whose} is verified until this program ends: saving is off.`
            : `${whose} is now verified.`,
        );
      },
    },
  ];
}

/** Whether nobody sits at the server whose key this is: then only its owner can be asked for it. */
function isUnattended({ key }: Participant, { others }: Pick<RoomAccess, "others">): boolean {
  return !others.some((other) => equalConstantTime(other.key, key));
}

function toAsk({ nick, key }: Participant): string {
  return `Nobody sits at the server to compare words with. The key of ${sanitiseLine(nick)} has ` +
    `the fingerprint\n  ${fingerprint(key)}\n` +
    `Ask the owner by voice for the one that "${programName("server")} id" prints there. ` +
    "If it is the same, enter: /verified";
}

/**
 * The one who is named, by nickname or fingerprint, or the only one who can be verified.
 *
 * @throws {UsageError} If that is nobody, oneself, or somebody of whom only the server tells.
 */
function choose({ room, verifiable }: VerificationOptions, name: string): Participant {
  const { self, others } = room;
  const proved = verifiable();
  const isMeant = ({ nick, key }: Participant) =>
    nickKey(nick) === nickKey(name) || fingerprint(key) === name;
  const isServer = (other: Participant) => nickKey(name) === "server" && isUnattended(other, room);
  const [first] = proved;
  const whom = name === "" && proved.length === 1
    ? first
    : proved.find(isMeant) ?? proved.find(isServer);
  if (whom !== undefined) {
    if (!equalConstantTime(whom.key, self.key)) return whom;
    throw new UsageError("usage", "that is your own key: there is nothing to compare");
  }
  if (name !== "" && isMeant(self)) throw new UsageError("usage", "that is you");
  if (first === undefined) throw new UsageError("usage", "nobody else is here");
  if (name === "") throw new UsageError("usage", `whom? present: ${someNames(proved)}`);
  const hearsay = others.filter((other) => !proved.some(({ nick }) => nick === other.nick));
  const known = hearsay.find(isMeant);
  const isEmpty = isUnattended(first, room);
  if (known !== undefined) {
    throw new UsageError(
      "usage",
      `you know ${known.nick} only from the server; from here you can verify only ` +
        `${labelOf(first, room)}, to ${isEmpty ? "which" : "whom"} you are connected` +
        (isEmpty ? "" : "; the host can verify every member"),
    );
  }
  const nobody = `no ${quoted(name)} here`;
  const names = someNames(isEmpty ? hearsay : proved);
  if (isEmpty) {
    const rest = names === "" ? "" : `; you know only from the server: ${names}`;
    throw new UsageError(
      "usage",
      `${nobody}; nobody sits at the server, whose key you can verify: /verify${rest}`,
    );
  }
  throw new UsageError(
    "usage",
    hearsay.length === 0
      ? `${nobody}; present: ${names}`
      : `${nobody}; you can verify ${labelOf(first, room)}; the host can verify the others: ` +
        someNames(hearsay),
  );
}

function labelOf(member: Participant, room: Pick<RoomAccess, "others">): string {
  return isUnattended(member, room) ? `the server (${member.nick})` : member.nick;
}

/** What the prompt says about the others. */
export function verifiedNote(others: readonly Participant[], people: VerifiedPeople): string {
  const [first] = others;
  if (first === undefined || !others.every(({ key }) => people.has(key))) return "";
  if (others.length > 1) return "all verified";
  const { nick, key } = first;
  // No nickname has a colon, but every address has.
  if (nick.includes(":")) return "server verified";
  const name = people.nameOf(key) ?? nick;
  return nickKey(name) === nickKey(nick) || name.includes(":")
    ? `${nick} verified`
    : `${nick} is ${name}, verified`;
}

/** Who is warned, and of whom. */
export interface WarningOptions {
  readonly screen: Screen;
  readonly people: VerifiedPeople;
  /** Everybody else whose key this side has seen proved. */
  readonly verifiable: readonly Participant[];
}

/** Warns, with `--quiet` as well, if a member's name and key do not belong together. */
export async function warnOf(member: Participant, options: WarningOptions): Promise<void> {
  const { screen, people, verifiable } = options;
  const isProved = verifiable.some(({ key }) => equalConstantTime(key, member.key));
  const text = people.warning(member, isProved);
  if (text !== undefined) await screen.show({ event: "notice", text, important: true });
}
