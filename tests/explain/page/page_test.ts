import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { hex } from "../../../lib/crypto/mod.ts";
import type { Explanation, Field, FieldRole } from "../../../lib/explain/explanation.ts";
import { Page, type PageOptions } from "../../../lib/explain/page/page.ts";
import { ROLES } from "../../../lib/explain/page/roles.ts";
import {
  around,
  attribute,
  type Element,
  elements,
  hasClass,
  only,
  shape,
  text,
} from "./page_dom.ts";
import { sampleExplanations } from "./page_sample.ts";

const OPTIONS: PageOptions = {
  program: "client",
  version: "0.1.0",
  secrets: false,
  started: new Date(Date.UTC(2026, 0, 2, 3, 4, 5)),
};

const ALL_ROLES = Object.keys(ROLES) as FieldRole[];

/** The pieces of a page: the first, one for each explanation, and the last. */
function pieces(
  explanations: readonly Explanation[],
  options: Partial<PageOptions> = {},
): string[] {
  const page = new Page({ ...OPTIONS, ...options });
  return [page.start(), ...explanations.map((explanation) => page.add(explanation)), page.end()];
}

function whole(explanations: readonly Explanation[], options: Partial<PageOptions> = {}): string {
  return pieces(explanations, options).join("");
}

function explanationOf(fields: readonly Field[]): Explanation {
  return {
    connection: 1,
    kind: "record",
    title: "A record",
    text: [],
    steps: [{ name: "record", text: "", wire: fields, inside: [], state: [] }],
  };
}

function fieldOf(role: FieldRole, size: number): Field {
  const bytes = Uint8Array.from({ length: size }, (_, index) => 255 - index % 251);
  return { label: "some bytes", role, size, hex: hex(bytes) };
}

/** What a page says about each field, read back from its attributes. */
function readFields(page: string) {
  return elements(page).filter((element) => attribute(element, "data-label") !== undefined).map(
    (element) => ({
      step: attribute(around(element, isStep) ?? element, "data-step"),
      label: attribute(element, "data-label"),
      role: attribute(element, "data-role"),
      size: Number(attribute(element, "data-size")),
      hex: attribute(element, "data-masked") === undefined
        ? text(element).replaceAll(" ", "")
        : undefined,
    }),
  );
}

function isStep(element: Element): boolean {
  return attribute(element, "data-step") !== undefined;
}

/** What a page should say about each field. */
function expectedFields(explanations: readonly Explanation[]) {
  return explanations.flatMap(({ steps }) =>
    steps.flatMap(({ name, wire, inside, state }) =>
      [...wire, ...inside, ...state].map(({ label, role, size, hex }) => ({
        step: name,
        label,
        role,
        size,
        hex: hex ?? undefined,
      }))
    )
  );
}

for (const secrets of [true, false]) {
  Deno.test(`page: every value of a connection can be read back (secrets: ${secrets})`, async () => {
    const explanations = await sampleExplanations(secrets);
    const expected = expectedFields(explanations);
    assert.ok(expected.length > 50);
    assert.equal(expected.some((field) => field.hex === undefined), !secrets);
    assert.deepEqual(readFields(whole(explanations, { secrets })), expected);
  });
}

Deno.test("page: a masked secret is named with its size, and its bytes are nowhere", async () => {
  const masked = whole(await sampleExplanations(false)).replace(/\s/g, "");
  const secrets = expectedFields(await sampleExplanations(true))
    .filter(({ role }) => role === "secret");
  assert.ok(secrets.length > 10);
  for (const { hex } of secrets) assert.ok(hex !== undefined && !masked.includes(hex));

  const field: Field = { label: "ck", role: "secret", size: 32, hex: null };
  const page = whole([explanationOf([field])]);
  assert.equal(text(only(elements(page).find(isStep) ?? page, "masked")), "32 bytes, not shown");
});

Deno.test("page: bytes of any size come back as they were", () => {
  fc.assert(fc.property(
    fc.array(
      fc.record({ role: fc.constantFrom(...ALL_ROLES), bytes: fc.uint8Array({ maxLength: 200 }) }),
      { maxLength: 8 },
    ),
    (samples) => {
      const fields = samples.map(({ role, bytes }) => ({
        label: role,
        role,
        size: bytes.length,
        hex: hex(bytes),
      }));
      const explanation = explanationOf(fields);
      assert.deepEqual(readFields(whole([explanation])), expectedFields([explanation]));
    },
  ));
});

Deno.test("page: a long field shows its first row and its size, and holds all bytes folded up", () => {
  for (const size of [65, 1184, 65_520]) {
    const explanation = explanationOf([fieldOf("ciphertext", size)]);
    const page = whole([explanation]);
    assert.deepEqual(readFields(page), expectedFields([explanation]));
    const [summary] = elements(page).filter(({ tagName }) => tagName === "summary");
    assert.ok(summary);
    const shown = size.toLocaleString("en-GB");
    assert.equal(
      text(summary),
      `ff fe fd fc fb fa f9 f8 f7 f6 f5 f4 f3 f2 f1 f0 all ${shown} bytes`,
    );
    const hexElement = only(page, "hex");
    const details = around(hexElement, ({ tagName }) => tagName === "details");
    assert.ok(details !== undefined && attribute(details, "open") === undefined);
  }
  const short = elements(whole([explanationOf([fieldOf("ciphertext", 64)])]));
  assert.ok(!short.some(({ tagName }) => tagName === "details"));
});

Deno.test("page: texts and numbers can be read without knowing hex", () => {
  const reading = (role: FieldRole, bytes: readonly number[] | Uint8Array) => {
    const field = { label: "it", role, size: bytes.length, hex: hex(Uint8Array.from(bytes)) };
    const [found] = elements(whole([explanationOf([field])])).filter((element) =>
      hasClass(element, "reading")
    );
    return found && text(found);
  };
  assert.equal(reading("length", [0, 0, 5, 0x40]), "as a number 1,344");
  assert.equal(reading("number", [0, 0, 0, 0, 0, 0, 0, 7]), "as a number 7");
  assert.equal(reading("number", [1, 0, 0, 0, 0, 0, 0, 1]), "as a number 72,057,594,037,927,937");
  assert.equal(reading("number", new Uint8Array(12)), undefined);
  assert.equal(
    reading("plaintext", new TextEncoder().encode("\x01\xa0\0<b>grüß dich\u202e\n")),
    "as text · ·<b>grüß dich··",
  );
  assert.equal(reading("plaintext", [0xa3, 0x64, 0x6e, 0xff]), "as text ·dn·");
  assert.equal(reading("plaintext", []), undefined);
  assert.equal(reading("plaintext", [1, 0x2e]), undefined, "no letter");
  assert.equal(reading("ciphertext", [0x61, 0x62]), undefined);
});

Deno.test("page: nothing in it loads, runs, or leads elsewhere", async () => {
  const page = whole(await sampleExplanations(true), { secrets: true });
  const all = elements(page);
  const allowed = "html head meta title style body div header main footer article section " +
    "figure figcaption h1 h2 h3 h4 p b code span time bdi a dl dt dd ul ol li details summary";
  const names = new Set(all.map(({ tagName }) => tagName));
  assert.deepEqual([...names].filter((name) => !allowed.split(" ").includes(name)), []);
  for (const element of all) {
    for (const { name, value } of element.attrs) {
      assert.doesNotMatch(name, /^on|src|action|data$|background|ping/, name);
      if (name === "href") assert.match(value, /^#[\w-]+$/);
      if (name === "style") assert.match(value, /^flex-grow:\d+\.\d$/);
    }
  }
  const [style] = all.filter(({ tagName }) => tagName === "style");
  assert.doesNotMatch(text(style), /url\(|@import|@font-face|image-set|:\/\//);
  const policy = all.find((element) =>
    attribute(element, "http-equiv") === "Content-Security-Policy"
  );
  assert.ok(policy);
  assert.equal(attribute(policy, "content"), "default-src 'none'; style-src 'unsafe-inline'");
});

/** An explanation in which every string is one and the same. */
function everywhere(string: string): Explanation {
  const bytes = new TextEncoder().encode(string);
  const field = (role: FieldRole): Field => ({
    // Never the role's own word, which would not be written twice.
    label: `-${string}`,
    role,
    size: 80,
    // Always as many and always with a letter, so that only what they say differs.
    hex: hex(Uint8Array.from(
      { length: 80 },
      (_, index) => index === 0 ? 0x61 : bytes[(index - 1) % bytes.length] ?? 0x61,
    )),
    note: string,
  });
  const masked: Field = {
    label: `-${string}`,
    role: "secret",
    size: 32,
    hex: null,
    note: string,
  };
  const step = {
    name: string,
    text: `-${string}`,
    wire: [field("plaintext"), field("name")],
    inside: [field("length")],
    state: [masked],
  };
  return {
    connection: 1,
    kind: "close",
    title: string,
    direction: "in",
    text: [string, string],
    steps: [step, step],
    knows: { client: string, server: string, eve: string },
  };
}

const HOSTILE = [
  "</style><script>alert(1)</script>",
  "</title></main></body></html><img src=x onerror=alert(1)>",
  `" onmouseover="alert(1)`,
  `' autofocus onfocus='alert(1)`,
  '"><svg/onload=alert(1)>',
  "<!--",
  "]]><![CDATA[",
  "&lt;script&gt; &amp; &#x3c;b&#x3e; &copy",
  "`${alert(1)}`",
  "\u202e\u2066\u200f\u200b\ufeff\u00ad",
  "\0\x01\x08\t\n\r\x1b[2J\x7f\x9b",
  "\ud800 \udc00 x\ud83d",
  "\u2028\u2029\u{e0041}\ue000\uffff",
  `a${"\u0301".repeat(40)}`,
];

Deno.test("page: no element and no attribute comes out of any text", () => {
  const expected = shape(whole([everywhere("label")], { version: "label" }));
  for (const string of HOSTILE) {
    assert.deepEqual(shape(whole([everywhere(string)], { version: string })), expected, string);
  }
  const anything = fc.oneof(
    fc.string({ unit: "binary", minLength: 1 }),
    fc.string({ unit: fc.constantFrom(..."<>\"'&/=!-; abpscriptstyle\n\ud800"), minLength: 1 }),
  );
  fc.assert(fc.property(anything, (string) => {
    assert.deepEqual(shape(whole([everywhere(string)], { version: string })), expected);
  }));
});

Deno.test("page: what is hidden in a text is shown, and the rest stays as it is", () => {
  for (const string of HOSTILE) {
    const source = whole([everywhere(string)]);
    assert.doesNotMatch(
      source,
      /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\p{Cs}\p{Co}\p{Cn}]/u,
    );
  }
  const title = (string: string) => {
    const [, heading] = elements(whole([everywhere(string)])).filter(({ tagName }) =>
      tagName === "article"
    ).flatMap((article) => [article, ...elements(article)]).filter(({ tagName }) =>
      tagName === "article" || tagName === "h2"
    );
    return heading && text(heading);
  };
  for (const string of HOSTILE.slice(0, 9)) assert.equal(title(string), string);
  assert.equal(title("a\u202eb\ud800c\x1b\n"), "a<U+202E>b<U+D800>c␛␊");
});

Deno.test("page: cut off after any piece, it shows all that was there by then", async () => {
  const explanations = await sampleExplanations(true);
  const all = pieces(explanations);
  for (let count = 0; count <= explanations.length; count++) {
    const cut = all.slice(0, 1 + count).join("");
    const written = explanations.slice(0, count);
    assert.deepEqual(readFields(cut), expectedFields(written));
    const articles = elements(cut).filter(({ tagName }) => tagName === "article");
    assert.equal(articles.length, count);
    articles.forEach((article, index) => {
      const { title, text: paragraphs = [], steps = [], knows } = written[index] ?? {};
      const notes = steps.flatMap(({ wire, inside, state }) =>
        [...wire, ...inside, ...state].flatMap(({ note }) => note === undefined ? [] : [note])
      );
      const sentences = [
        ...paragraphs,
        ...steps.map(({ text }) => text),
        ...notes,
        ...Object.values(knows ?? {}),
      ];
      const shown = text(article);
      assert.ok(title !== undefined && shown.includes(title));
      for (const sentence of sentences) assert.ok(shown.includes(sentence), sentence);
      assert.equal(around(article, ({ tagName }) => tagName === "article"), undefined);
    });
  }
  const footers = (page: string) =>
    elements(page).filter(({ tagName }) => tagName === "footer").length;
  assert.equal(footers(all.slice(0, -1).join("")), 0);
  assert.equal(footers(all.join("")), 1);
});

Deno.test("page: a card stands on the side of its sender, and its arrow is a sentence as well", () => {
  const side = (program: PageOptions["program"], direction: Explanation["direction"]) => {
    const explanation = { ...explanationOf([]), ...(direction && { direction }) };
    const page = whole([explanation], { program });
    const article = only(page, "card");
    const [lane] = elements(article).filter((element) => hasClass(element, "lane"));
    return [
      /from-\w+/.exec(attribute(article, "class") ?? "")?.[0],
      lane && attribute(lane, "aria-label"),
    ];
  };
  const fromClient = ["from-client", "From the client to the server"];
  const fromServer = ["from-server", "From the server to the client"];
  assert.deepEqual(side("client", "out"), fromClient);
  assert.deepEqual(side("client", "in"), fromServer);
  assert.deepEqual(side("server", "out"), fromServer);
  assert.deepEqual(side("server", "in"), fromClient);
  assert.deepEqual(side("server", undefined), ["from-nobody", undefined]);
});

Deno.test("page: each card has a number of its own and says which connection it belongs to", () => {
  const explanations = [1, 2, 1, 12].map((connection) => ({ ...explanationOf([]), connection }));
  const cards = elements(whole(explanations)).filter((element) => hasClass(element, "card"));
  assert.deepEqual(
    cards.map((card) => [
      attribute(card, "id"),
      attribute(card, "data-connection"),
      text(only(card, "meta")),
    ]),
    [
      ["card-1", "1", "1 record connection 1"],
      ["card-2", "2", "2 record connection 2"],
      ["card-3", "1", "3 record connection 1"],
      ["card-4", "12", "4 record connection 12"],
    ],
  );
});

Deno.test("page: it says who wrote it, since when, and what it gives away", () => {
  const masked = whole([], { program: "server", version: "1.2.3" });
  assert.equal(text(only(masked, "eyebrow")), "X25519-TCP-Chat 1.2.3");
  assert.match(
    text(only(masked, "origin")),
    /^The server wrote this page .* 2026-01-02, 03:04:05 UTC/,
  );
  assert.match(text(only(masked, "said")), /^This page contains the conversation\./);
  assert.match(text(only(masked, "calm")), /^Keys and other secrets are not shown\./);
  assert.ok(!elements(masked).some((element) => hasClass(element, "danger")));
  assert.match(
    text(elements(masked).find(({ tagName }) => tagName === "footer") ?? only(masked, "none")),
    /the server ended/,
  );

  const main = (page: string) =>
    text(elements(page).find(({ tagName }) => tagName === "main") ?? only(page, "main"));
  assert.equal(main(masked), "No connection was made.");
  assert.equal(main(pieces([]).slice(0, -1).join("")), "", "there may still be one");

  const shown = whole([], { secrets: true });
  assert.match(text(only(shown, "danger")), /^This page shows secrets\..*decrypt everything/);
  assert.ok(!elements(shown).some((element) => hasClass(element, "calm")));
});

Deno.test("page: a role is a word as well as a colour, and the legend explains each", () => {
  const page = whole([explanationOf(ALL_ROLES.map((role) => fieldOf(role, 4)))]);
  const items = elements(page).filter((element) => hasClass(element, "field"));
  const terms = elements(only(page, "legend")).filter(({ tagName }) => tagName === "dt");
  assert.equal(ALL_ROLES.length, 12);
  assert.deepEqual(terms.map(text), ALL_ROLES.map((role) => ROLES[role].word));
  ALL_ROLES.forEach((role, index) => {
    const item = items[index];
    assert.ok(item !== undefined && text(item).includes(`some bytes ${ROLES[role].word} 4 bytes`));
    const term = attribute(terms[index] ?? item, "class");
    assert.ok(term !== undefined && hasClass(item, term), "legend and field have one colour");
  });
});

Deno.test("page: headings leave out no level, names are unique, and links have targets", async () => {
  const all = elements(whole(await sampleExplanations(false)));
  const levels = all.flatMap(({ tagName }) => /^h([1-6])$/.exec(tagName)?.[1] ?? []).map(Number);
  assert.equal(levels.filter((level) => level === 1).length, 1);
  levels.forEach((level, index) => assert.ok(level <= (levels[index - 1] ?? 0) + 1));

  const ids = all.flatMap((element) => attribute(element, "id") ?? []);
  assert.equal(new Set(ids).size, ids.length);
  const targets = all.flatMap((element) => [
    ...(attribute(element, "href") ?? "").split("#").slice(1),
    ...(attribute(element, "aria-labelledby")?.split(" ") ?? []),
  ]);
  assert.ok(targets.length > 20);
  for (const target of targets) assert.ok(ids.includes(target), target);
  assert.ok(all.some((element) => attribute(element, "lang") === "en"));
});
