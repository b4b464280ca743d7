/**
 * What people say: wire messages, the room (server side), the member (client side).
 *
 * @module
 */
export * from "./member/member.ts";
export { nickKeys } from "./names/confusable_nicks.ts";
export * from "./names/nick.ts";
export * from "./room/broadcast.ts";
export { carryOut } from "./room/carry_out.ts";
export { Conduct } from "./room/conduct.ts";
export * from "./room/membership.ts";
export * from "./room/moderation.ts";
export type { ModerationRequest } from "./room/operators.ts";
export * from "./room/pace.ts";
export * from "./room/room.ts";
export * from "./room/room_observer.ts";
export * from "./room/seat.ts";
export * from "./visit/door_observer.ts";
export * from "./visit/guest.ts";
export type { RequestObserver } from "./visit/guest_requests.ts";
export * from "./visit/heartbeat.ts";
export { HELLO_TIMEOUT } from "./visit/receive_hello.ts";
export * from "./visit/serve_room.ts";
export * from "./wire/limits.ts";
export * from "./wire/messages.ts";
export { refusal } from "./wire/refusal.ts";
export * from "./wire/text.ts";
export * from "./wire/wire.ts";
