import assert from "node:assert/strict";
import stringWidth from "npm:string-width@9.0.0";
import { isNick, looksLike } from "../../../lib/chat/mod.ts";
import { NickRegistry } from "../../../lib/chat/names/nick_registry.ts";
import { parseCommandObject } from "../../../lib/conversation/command_object.ts";
import { jsonLine } from "../../../lib/terminal/text/json_line.ts";
import { mentions } from "../../../lib/terminal/text/mentions.ts";
import { occurrences } from "../../../lib/terminal/text/occurrences.ts";
import { readLines } from "../../../lib/terminal/text/read_lines.ts";
import { sanitiseLine, sanitiseText } from "../../../lib/terminal/text/sanitise.ts";
import { wrap } from "../../../lib/terminal/text/wrap.ts";
import { attempt, joined } from "../material.ts";
import type { Target } from "../target.ts";

/** What no terminal may be given: controls, directions, tags, halves of characters. */
const FORBIDDEN =
  /[\p{Cc}\p{Cs}\p{Cn}\p{Co}\u2028\u2029\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;

/** Text made safe: nothing gets through, and once is enough. */
export const sanitise: Target = {
  name: "sanitise",
  run(material) {
    const text = material.text(2_000);
    const [safe, line] = [sanitiseText(text), sanitiseLine(text)];
    // Flags of regions are written with tags, and are the only ones that may stand.
    const rest = safe.replaceAll("\n", "").replaceAll(
      /\u{1f3f4}[\u{e0061}-\u{e007a}]+\u{e007f}/gu,
      "",
    );
    assert.doesNotMatch(rest, FORBIDDEN);
    assert.doesNotMatch(line, /[\n\r]/);
    assert.equal(sanitiseText(safe), safe);
    assert.equal(sanitiseLine(line), line);
    const json = jsonLine({ text });
    assert.doesNotMatch(json, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    assert.deepEqual(JSON.parse(json), { text });
  },
};

/** Rows: none is wider than the window, unless it has one cluster alone, and no text is lost. */
export const rows: Target = {
  name: "wrap",
  run(material) {
    const text = sanitiseText(material.text(400)).replaceAll("\n", " ");
    const indent = material.below(8);
    const columns = indent + 8 + material.below(80);
    const cut = wrap(text, { columns, indent, first: material.below(8) });
    const lines = cut.split("\n");
    for (const line of lines.slice(1)) assert.ok(line.startsWith(" ".repeat(indent)));
    assert.equal(cut.replaceAll(/[ \n]/g, ""), text.replaceAll(" ", ""));
    for (const line of lines) {
      const isOneCluster = [...new Intl.Segmenter().segment(line.trim())].length <= 1;
      assert.ok(isOneCluster || stringWidth(line) <= columns, `${JSON.stringify(line)} ${columns}`);
    }
  },
};

/** Nicknames: what is one is shown as it is, and one that looks like another is not given away twice. */
export const nicks: Target = {
  name: "nicks",
  run(material) {
    const registry = new NickRegistry();
    const claimed: string[] = [];
    for (let count = material.below(6); count >= 0; count--) {
      const text = material.chance(0.5)
        ? material.mutateText(material.one(["alice", "аlice", "ﬁona", "walter", "o0O", "guest"]))
        : material.text(40);
      looksLike(text, text);
      if (!isNick(text)) continue;
      assert.equal(sanitiseLine(text), text);
      assert.doesNotMatch(text, /^\s|\s$|[\p{Cc}\p{Cs}]/u);
      claimed.push(registry.claim(text));
    }
    assert.equal(new Set(claimed).size, claimed.length);
    for (const [index, nick] of claimed.entries()) {
      const others = claimed.slice(index + 1);
      assert.ok(!others.some((other) => looksLike(nick, other)), `${claimed}`);
    }
    for (const nick of claimed) {
      assert.ok(isNick(nick));
      registry.release(nick);
    }
  },
};

/** Words that are looked for in a text. */
export const words: Target = {
  name: "words",
  run(material) {
    const text = material.text(1_000);
    const word = material.chance(0.5) ? material.text(20) : text.slice(0, material.below(20));
    for (const [start, end] of [...mentions(text, word), ...occurrences(text, word)]) {
      assert.ok(start >= 0 && start <= end && end <= text.length);
    }
  },
};

const OBJECTS = [
  '{"command":"say","text":"hello","id":"00112233445566778899aabbccddeeff"}',
  '{"command":"msg","to":"bob","text":"\\u202e"}',
  '{"command":"slow","whom":"bob","seconds":10}',
];

/** Lines of input, and those that are meant as JSON. */
export const input: Target = {
  name: "input-lines",
  async run(material) {
    const line = material.mutateText(material.one(OBJECTS));
    const read = attempt(() => parseCommandObject(line));
    if (read !== undefined) {
      assert.equal(typeof read.command, "string");
      for (const value of Object.values(read.given)) assert.equal(typeof value, "string");
    }
    const bytes = joined(new TextEncoder().encode(line), material.bytes(material.size(500)));
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length;) {
          const size = 1 + material.size(100);
          controller.enqueue(bytes.slice(at, at + size));
          at += size;
        }
        controller.close();
      },
    });
    for await (const line of readLines(stream)) assert.doesNotMatch(line, /\n/);
  },
};
