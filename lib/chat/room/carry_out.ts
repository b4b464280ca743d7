import { UsageError } from "../../errors.ts";
import type { Delivered, MemberRequest, Refused } from "../wire/messages.ts";
import type { Membership } from "./membership.ts";

/**
 * Carries out one request of a member, and gives the room's answer to it. What is said is in the
 * room's order when this returns its promise: nobody else speaks in between.
 *
 * @throws Whatever goes wrong beyond a refusal, such as a list of bans that cannot be written.
 */
export async function carryOut(
  membership: Membership,
  request: MemberRequest,
): Promise<Delivered | Refused> {
  const { id } = request;
  try {
    return { type: "delivered", id, seq: await positionOf(membership, request) };
  } catch (error) {
    if (!(error instanceof UsageError && error.code === "refused")) throw error;
    return { type: "refused", id, reason: error.message };
  }
}

/** Carries the request out; its place in the room's order, 0 where it has none. */
async function positionOf(membership: Membership, request: MemberRequest): Promise<number> {
  switch (request.type) {
    case "send":
      return request.to === undefined
        ? membership.post(request.id, request.body).seq
        : membership.whisper(request.to, request.id, request.body).seq;
    case "rename":
      membership.rename(request.nick);
      return 0;
    case "topic":
      membership.setTopic(request.topic);
      return 0;
    case "moderate":
      await membership.moderate(request);
      return 0;
  }
}
