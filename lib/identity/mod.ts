/**
 * Keys and their files, fingerprints and safety words, known hosts, invitations, guests.
 *
 * @module
 */
export * from "./books/ban_book.ts";
export * from "./books/guest_list.ts";
export {
  formatInvitation,
  holdsInvitation,
  type Invitation,
  invitationPreSharedKey,
  looksLikeInvitation,
  parseInvitation,
} from "./books/invitation.ts";
export { InvitationList, type Redemption } from "./books/invitation_list.ts";
export type { InvitationRecord } from "./books/invitation_record.ts";
export { type InvitedKey, InvitedKeys } from "./books/invited_keys.ts";
export * from "./books/key_book.ts";
export { parseLifetime } from "./books/lifetime.ts";
export * from "./files/file_store.ts";
export { mayRead, mayWrite } from "./files/permissions.ts";
export { type ReadOptions, readTextFile } from "./files/snapshot.ts";
export * from "./files/text_store.ts";
export { createTextFile, keepCopy } from "./files/write_file.ts";
export { fingerprint, formatFingerprint, parseFingerprint } from "./fingerprint.ts";
export { homeFolder, mayReadEnvironment, userNames } from "./home.ts";
export * from "./keys/key_file.ts";
export * from "./keys/public_key_line.ts";
export { safetyWords } from "./safety_words.ts";
