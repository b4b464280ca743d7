import { UsageError } from "../../errors.ts";
import { MAX_SENTENCE_SIZE } from "../wire/messages.ts";
import { cutText } from "../wire/text.ts";
import type { MemberRequest } from "../wire/member_messages.ts";
import type { Delivered, Page, Refused } from "../wire/room_messages.ts";
import type { Membership } from "./membership.ts";

/**
 * Carries out one request of a member, and gives the room's answer to it. What is said has its place
 * behind all that was said before this was called. A request that was carried out before, under the
 * same id, is not carried out again.
 *
 * @throws Whatever goes wrong beyond a refusal, such as a list of bans that cannot be written.
 */
export async function carryOut(
  membership: Membership,
  request: MemberRequest,
): Promise<Delivered | Refused | Page> {
  if (request.type !== "past") {
    const { receipts } = membership.holder;
    // Only its reader can keep a request from being answered.
    const isPrivate = request.type === "send" && request.to !== undefined;
    const givenUp = isPrivate ? new AbortController() : undefined;
    const carryingOut = () => answerTo(membership, request, givenUp?.signal);
    return await receipts.answer(request.id, carryingOut, givenUp);
  }
  const { id, before, count, words } = request;
  const query = { before, count, ...(words !== undefined && { words }) };
  try {
    return { type: "page", id, ...await membership.readPast(query) };
  } catch (error) {
    if (!(error instanceof UsageError && error.code === "storage")) throw error;
    return { type: "refused", id, reason: "what was said before cannot be read" };
  }
}

async function answerTo(
  membership: Membership,
  request: Exclude<MemberRequest, { type: "past" }>,
  givenUp: AbortSignal | undefined,
): Promise<Delivered | Refused> {
  const { id } = request;
  try {
    return { type: "delivered", id, seq: await positionOf(membership, request, givenUp) };
  } catch (error) {
    if (!(error instanceof UsageError && error.code === "refused")) throw error;
    return { type: "refused", id, reason: cutText(error.message, MAX_SENTENCE_SIZE) };
  }
}

/** Carries the request out; its place in the room's order, 0 where it has none. */
async function positionOf(
  membership: Membership,
  request: Exclude<MemberRequest, { type: "past" }>,
  givenUp: AbortSignal | undefined,
): Promise<number> {
  switch (request.type) {
    case "send": {
      const { id, body, to } = request;
      const said = to === undefined
        ? membership.post(id, body)
        : membership.whisper(to, id, body, givenUp);
      return (await said).seq;
    }
    case "rename":
      await membership.rename(request.nick);
      return 0;
    case "topic":
      await membership.setTopic(request.topic);
      return 0;
    case "moderate":
      await membership.moderate(request);
      return 0;
  }
}
