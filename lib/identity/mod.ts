/**
 * Who is who: keys and their files, fingerprints and safety words, known hosts, invitations, guests.
 *
 * @module
 */
export * from "./books/ban_book.ts";
export * from "./books/file_store.ts";
export * from "./books/guest_list.ts";
export {
  formatInvitation,
  type Invitation,
  invitationPreSharedKey,
  looksLikeInvitation,
  parseInvitation,
} from "./books/invitation.ts";
export {
  InvitationList,
  type InvitationRecord,
  parseLifetime,
  type Redemption,
} from "./books/invitation_list.ts";
export * from "./books/key_book.ts";
export * from "./books/text_store.ts";
export * from "./fingerprint.ts";
export { homeFolder, mayReadEnvironment } from "./home.ts";
export * from "./keys/key_file.ts";
export * from "./keys/public_key_line.ts";
export { safetyWords } from "./safety_words.ts";
