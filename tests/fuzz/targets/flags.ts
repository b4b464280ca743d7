import assert from "node:assert/strict";
import { parseClientFlags } from "../../../lib/program/flags/client_flags.ts";
import { HelpRequest, TaskRequest } from "../../../lib/program/flags/flags.ts";
import { parseServerFlags } from "../../../lib/program/flags/server_flags.ts";
import { attempt } from "../material.ts";
import type { Target } from "../target.ts";

const WORDS = [
  ...["--listen", "--nick", "--cipher", "--identity", "--home", "--known-hosts", "--json"],
  ...["--explain", "--explain=secrets", "--explain-to", "--quiet", "--verbose", "--version"],
  ...["--invite", "--invite-only", "--expires", "--single-use", "--public", "--allow", "--"],
  ...["--history", "--keep", "--keep-size", "--grace", "--headless", "--log-format", "-h"],
  ...["--max-members", "--max-rate", "--max-queue", "--classical", "--no-reconnect", "--help"],
  ...["--reconnect-for", "--outbox", "--accept-new", "--strict", "--invite-file", "--plain"],
  ...["--timestamps", "--bell", "--notify", "--no-input-history", "off", "full", "mentions"],
  ...["id", "forget", "invite", "revoke", "bans", "unban", "history", "export", "help", "--before"],
  ...["127.0.0.1:1", "[::1]:9", "ada", "cbc", "text", "30m", "10", "0", "500MiB", "2026-01-31"],
];

/** Command lines. */
export const flags: Target = {
  name: "flags",
  run(material) {
    const args = Array.from({ length: material.below(6) }, () => {
      const word = material.one(WORDS);
      if (material.chance(0.1)) return `${word}=${material.text(10)}`;
      return material.chance(0.3) ? material.mutateText(word) : word;
    });
    const parse = material.one([parseClientFlags, parseServerFlags]);
    const parsed = attempt(() => parse(args));
    if (parsed === undefined || parsed instanceof HelpRequest || parsed instanceof TaskRequest) {
      return;
    }
    assert.ok(parsed.nick === undefined || parsed.nick !== "");
    if ("address" in parsed) assert.ok(parsed.address.port > 0 && parsed.address.port <= 65_535);
    else assert.ok(parsed.listen.length > 0);
  },
};
