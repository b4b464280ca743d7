/**
 * Joins the room of a server: `deno run --allow-net client.ts [HOST:PORT]`.
 *
 * @module
 */
import {
  CLOSE_TIMEOUT,
  CloseCode,
  connectSecure,
  formatAddress,
  protocolName,
  settledWithin,
} from "./lib/channel/mod.ts";
import { FAREWELL_TIMEOUT, Member } from "./lib/chat/mod.ts";
import { equalConstantTime, generateX25519KeyPair } from "./lib/crypto/mod.ts";
import { NetworkError } from "./lib/errors.ts";
import { fingerprint } from "./lib/identity/mod.ts";
import { connectedEvent, memberEvent } from "./lib/terminal/chat_events.ts";
import { type ClientFlags, parseClientFlags } from "./lib/terminal/flags.ts";
import { type ProgramContext, runProgram } from "./lib/terminal/program.ts";
import { ExitStatus } from "./lib/terminal/report.ts";
import { sanitiseLine } from "./lib/terminal/sanitise.ts";
import { IDENTITY_NOTICE } from "./lib/terminal/sentences.ts";
import { speak } from "./lib/terminal/speech.ts";
import { aborted } from "./lib/terminal/wait.ts";

/** Says that this side does not wait for what the other one still has to say. */
const LEAVING = { code: CloseCode.shutdown, reason: "" };

async function client({ flags, screen, signal }: ProgramContext<ClientFlags>): Promise<number> {
  const staticKeyPair = await generateX25519KeyPair();
  const channel = await connectSecure({
    ...flags.address,
    staticKeyPair,
    protocols: [protocolName({ cipher: flags.cipher, classical: flags.classical })],
    signal,
  });
  const member = await Member.join(channel, { nick: flags.nick, signal });
  const serverKey = channel.peer.publicKey;
  const host = member.others.find(({ key }) => equalConstantTime(key, serverKey));
  await screen.show(connectedEvent(channel, host?.nick ?? formatAddress(flags.address)));
  await screen.show({
    event: "notice",
    text: `Your fingerprint is ${fingerprint(staticKeyPair.publicKey)}\n` +
      IDENTITY_NOTICE,
  });
  if (member.nick !== flags.nick) {
    const text = `The name ${flags.nick} is taken here: you are ${sanitiseLine(member.nick)}.`;
    await screen.show({ event: "notice", text });
  }
  screen.setPrompt(member.nick);

  // Both at once, for the whole conversation: what the room says, and what is said here.
  let heardCount = 0;
  const heard = (async () => {
    for await (const event of member.events()) {
      heardCount++;
      await screen.show(memberEvent(event));
    }
  })();
  const said = speak({ screen, say: async (text) => void await member.say(text) })
    .then(async () => {
      if (!screen.isInteractive) return await member.leave();
      // A person wants to be gone, and to know it if somebody holds back what was said.
      if (await settledWithin(member.leave(LEAVING), CLOSE_TIMEOUT)) return;
      throw new NetworkError("timed-out", `the server is silent; ${unconfirmed(member)}`);
    })
    .catch(async (error) => {
      // Where sending fails, what arrives may tell why: that is the better reason.
      await settledWithin(heard, CLOSE_TIMEOUT);
      throw error;
    });
  const interrupted = aborted(signal).then(() => "interrupted" as const);
  const first = await Promise.race([
    heard.then(() => "server left" as const),
    said.then(() => "all said" as const),
    interrupted,
  ]);

  if (first === "server left") {
    await settledWithin(channel.end(), CLOSE_TIMEOUT).catch(() => {});
    if (member.unconfirmed > 0) {
      throw new NetworkError(
        "ended",
        `the server left before it had confirmed ${member.unconfirmed} of the messages sent`,
      );
    }
    void screen.show({
      event: "closed",
      reason: channel.remoteClose?.reason || "the server left",
    });
    return ExitStatus.fine;
  }
  const goodbye = channel.end(LEAVING).then(() => heard);
  if (first === "all said" && !screen.isInteractive) {
    // The server answers a goodbye when it has sent what it still had to say.
    const answered = (async () => {
      for (let count = -1; count !== heardCount;) {
        count = heardCount;
        if (await settledWithin(goodbye, FAREWELL_TIMEOUT)) return;
      }
      // Without its goodbye, what the server said last may be missing: that is no ordinary end.
      throw new NetworkError("cut", "the server did not answer the goodbye");
    })();
    await Promise.race([answered, interrupted]);
  } else {
    await settledWithin(goodbye, CLOSE_TIMEOUT);
  }
  channel.abort();
  if (member.unconfirmed > 0) {
    void screen.show({ event: "notice", text: `The server is silent; ${unconfirmed(member)}.` });
  }
  void screen.show({ event: "closed", reason: "you left" });
  return signal.aborted ? ExitStatus.interrupted : ExitStatus.fine;
}

function unconfirmed(member: Member): string {
  return `it has not confirmed ${member.unconfirmed} of the messages sent`;
}

if (import.meta.main) await runProgram(parseClientFlags, client);
