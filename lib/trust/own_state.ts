import type { Screen } from "../terminal/screens/screen.ts";
import { HighlightList } from "../terminal/text/highlight_list.ts";
import { IgnoredPeople } from "./ignored_people.ts";
import {
  type AskSecret,
  type IdentityFlags,
  loadIdentity,
  type OwnIdentity,
} from "./own_identity.ts";
import { OwnNick } from "./own_nick.ts";
import { rememberInput } from "./remember_input.ts";
import { StateFolder } from "./state_folder.ts";
import { VerifiedPeople } from "./verified_people.ts";

/** Which of it to use. */
export interface OwnStateFlags extends IdentityFlags {
  /** What `--nick` says. */
  readonly nick: string | undefined;
  /** Whether what is typed is remembered over runs. */
  readonly inputHistory: boolean;
  /** Whether nobody reads what others say, so that no word need stand out. Default false. */
  readonly headless?: boolean;
}

/** What a program has of the person who runs it: their key, their name, and what they have noted. */
export interface OwnState {
  readonly folder: StateFolder;
  readonly identity: OwnIdentity;
  readonly ownNick: OwnNick;
  readonly people: VerifiedPeople;
  readonly ignored: IgnoredPeople;
  readonly highlights: HighlightList | undefined;
}

/**
 * Opens all of that, and has the screen remember what is typed.
 *
 * @throws {UsageError} If a file cannot be used, or the passphrase does not open the identity.
 */
export async function openOwnState(
  flags: OwnStateFlags,
  screen: Screen,
  askSecret: AskSecret,
): Promise<OwnState> {
  const { program, nick: given } = flags;
  const identity = await loadIdentity(flags, askSecret);
  const folder = new StateFolder(flags.home);
  await rememberInput(flags, folder, screen);
  const { isInteractive } = screen;
  const ownNick = await OwnNick.open({ program, given, folder, isInteractive });
  const people = await VerifiedPeople.open(await folder.store("verified_keys"));
  const ignored = await IgnoredPeople.open(await folder.store("ignored_keys"));
  const highlights = flags.headless
    ? undefined
    : await HighlightList.open(await folder.store("highlights"));
  return { folder, identity, ownNick, people, ignored, highlights };
}
