import type { Target } from "./target.ts";
import { addresses } from "./targets/addresses.ts";
import { contents, frames, handshakes, records, strangers } from "./targets/channel.ts";
import { flags } from "./targets/flags.ts";
import { books, invitations, keyFiles, lines } from "./targets/identity.ts";
import { keys, typedTexts } from "./targets/keyboard.ts";
import { rooms } from "./targets/room.ts";
import { blocks, databases } from "./targets/storage.ts";
import { input, nicks, rows, sanitise, words } from "./targets/text.ts";
import { bodies, cbor, fromMembers, fromRooms } from "./targets/wire.ts";

/** Everything that takes what others made. */
export const TARGETS: readonly Target[] = [
  ...[frames, handshakes, strangers, records, contents],
  ...[cbor, fromMembers, fromRooms, bodies, rooms],
  ...[sanitise, rows, nicks, words, input],
  ...[keys, typedTexts],
  ...[addresses, invitations, books, lines, keyFiles, flags],
  ...[blocks, databases],
];
