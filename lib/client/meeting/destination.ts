import { type Address, parseDestination } from "../../channel/mod.ts";
import { UsageError } from "../../errors.ts";
import { fileStore } from "../../identity/files/file_store.ts";
import {
  type Invitation,
  looksLikeInvitation,
  parseInvitation,
} from "../../identity/books/invitation.ts";

/** Where a client goes, as its flags say. */
export interface DestinationFlags {
  readonly address: Address;
  /** What was given in the place of an address. */
  readonly invitation: Invitation | undefined;
  /** A file that holds an invitation. */
  readonly inviteFile: string | undefined;
}

/** Where a client goes. */
export interface Destination {
  readonly address: Address;
  /** By which it may enter, if it has one. */
  readonly invitation: Invitation | undefined;
}

/**
 * The address and the invitation, which may stand in a file.
 *
 * @throws {UsageError} If the file cannot be read, or holds no invitation; it is named.
 */
export async function findDestination(flags: DestinationFlags): Promise<Destination> {
  const { inviteFile } = flags;
  if (inviteFile === undefined) return flags;
  const invitation = await readInvitation(inviteFile);
  return { address: parseDestination(invitation.address), invitation };
}

async function readInvitation(path: string): Promise<Invitation> {
  const text = await fileStore(path, { secret: true, required: true }).read();
  try {
    // What stands around it came with it: the sentence of `invite`, or a mail.
    return parseInvitation(text.split(/[\r\n]+/).find(looksLikeInvitation) ?? text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError("bad-invitation", `${path}: ${error.message}`);
  }
}
