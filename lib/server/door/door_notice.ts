import { type Address, formatAddress } from "../../channel/mod.ts";
import { isThisMachine } from "../../channel/tcp/this_machine.ts";

/** Who may enter: everybody, unless one of these says otherwise. */
export interface EntryRules {
  /** An invitation is made at the start: only the invited may enter. */
  readonly invite: boolean;
  /** Only the invited may enter. */
  readonly inviteOnly: boolean;
  /** The file that lists who may enter. */
  readonly allow: string | undefined;
}

/** Says, at the start, who may enter. */
export function doorNotice(
  rules: EntryRules,
  listening: readonly Address[],
): { readonly text: string; readonly important?: boolean } {
  const { invite, inviteOnly, allow } = rules;
  if (allow !== undefined) {
    return { text: `Only those listed in ${allow}, and the invited, may enter.` };
  }
  if (invite || inviteOnly) return { text: "Only the invited may enter." };
  const open = listening.filter(({ hostname }) => !isThisMachine(hostname));
  if (open.length === 0) return { text: "Everybody on this machine may enter." };
  return {
    text: `OPEN: everybody who can reach ${open.map(formatAddress).join(" or ")} may enter.\n` +
      "Use --invite or --allow FILE to let in only the people you choose.",
    important: true,
  };
}
