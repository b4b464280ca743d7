/**
 * What people say: wire messages, the room (server side), the member (client side).
 *
 * @module
 */
export * from "./member/member.ts";
export * from "./log/continued_log.ts";
export * from "./log/memory_log.ts";
export * from "./log/room_log.ts";
export type { PastPage, PastQuery } from "./log/search.ts";
export * from "./member/unanswered.ts";
export * from "./member/visit.ts";
export { looksLike } from "./names/confusable_nicks.ts";
export * from "./names/look_alikes.ts";
export { nearestNick } from "./names/nearest_nick.ts";
export * from "./names/nick.ts";
export * from "./delivery/broadcast.ts";
export type { Bundle } from "./delivery/bundle.ts";
export { carryOut } from "./room/carry_out.ts";
export type { Arrival, Origin } from "./conduct/arrivals.ts";
export { Conduct } from "./conduct/conduct.ts";
export { type Answer, Receipts } from "./conduct/receipts.ts";
export type { Keyholder } from "./conduct/keyholders.ts";
export type { Hearing } from "./delivery/listeners.ts";
export * from "./room/membership.ts";
export * from "./conduct/moderation.ts";
export type { ModerationRequest } from "./room/operators.ts";
export * from "./conduct/pace.ts";
export type { JoinDetails } from "./room/places.ts";
export * from "./room/room.ts";
export * from "./room/room_observer.ts";
export * from "./delivery/seat.ts";
export * from "./visit/door_observer.ts";
export * from "./visit/guest.ts";
export type { RequestObserver } from "./visit/guest_requests.ts";
export * from "./visit/heartbeat.ts";
export { HELLO_TIMEOUT } from "./visit/receive_hello.ts";
export * from "./visit/serve_room.ts";
export * from "./wire/limits.ts";
export * from "./wire/message_id.ts";
export * from "./wire/member_messages.ts";
export * from "./wire/messages.ts";
export { refusal } from "./wire/refusal.ts";
export * from "./wire/search_words.ts";
export * from "./wire/room_messages.ts";
export * from "./wire/text.ts";
export * from "./wire/wire.ts";
