/**
 * What a client needs in a room: loaded as a whole, while it meets the server.
 *
 * @module
 */
export { ALL_PAST, Visit } from "../chat/member/visit.ts";
export { showArrival } from "./arrival.ts";
export { joinRoom } from "./join_room.ts";
export { LastingRoom } from "./lasting_room.ts";
export { openConversation } from "./open_conversation.ts";
export { ProvedHost } from "./proved_host.ts";
