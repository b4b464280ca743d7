import type { Explanation, Field, Knowledge, Step } from "../explanation.ts";
import { count } from "../fields.ts";
import { fieldList } from "./field_list.ts";
import { type Html, markup, NO_HTML } from "./html.ts";
import type { Program } from "./options.ts";
import { withCommas } from "./readable_text.ts";
import { roleClass } from "./roles.ts";

/** What kind of thing a card tells, in words. */
const KINDS: Readonly<Record<Explanation["kind"], string>> = {
  protocol: "protocol name",
  start: "start",
  message: "handshake message",
  "secret-id": "which secret",
  keys: "keys",
  record: "record",
  rekey: "new key",
  close: "direction closed",
  failure: "failure",
  omitted: "left out",
};

/**
 * One explanation as a card.
 *
 * @param number The card's number on the page, from 1.
 * @param program Which program wrote the page: directions are seen from its side.
 */
export function card(explanation: Explanation, number: number, program: Program): Html {
  const { connection, kind, title, text, steps, knows } = explanation;
  const sender = senderOf(explanation, program);
  const side = sender === undefined ? "from-nobody" : `from-${sender}`;
  return markup`
<article class="card ${side} kind-${kind}" id="card-${number}" aria-labelledby="title-${number}"
  data-kind="${kind}" data-connection="${connection}">
  <header>
    <p class="meta"><a href="#card-${number}">${number}</a> <span>${KINDS[kind]}</span>
      <span>connection ${connection}</span></p>
    ${sender === undefined ? NO_HTML : lane(sender)}
    <h2 id="title-${number}">${title}</h2>
  </header>
  ${text.map((paragraph) => markup`<p class="prose">${paragraph}</p>`)}
  ${frame(steps, number)}
  ${steps.map((step, index) => stepSection(step, stepId(number, index)))}
  ${knows === undefined ? NO_HTML : knowledge(knows)}
</article>
`;
}

function stepId(card: number, index: number): string {
  return `step-${card}-${index + 1}`;
}

function senderOf({ direction }: Explanation, program: Program): Program | undefined {
  if (direction === undefined) return undefined;
  if (direction === "out") return program;
  return program === "client" ? "server" : "client";
}

/** The client is always on the left, the server on the right, and the arrow between them. */
function lane(sender: Program): Html {
  const receiver = sender === "client" ? "server" : "client";
  return markup`<p class="lane" role="img" aria-label="From the ${sender} to the ${receiver}">
      <span class="end client">client</span><span class="arrow"></span><span
        class="end server">server</span></p>`;
}

/** The whole frame as a strip of colours, in the order of the wire. */
function frame(steps: readonly Step[], number: number): Html {
  const parts = steps.map((step, index) => ({
    name: step.name,
    wire: step.wire,
    target: stepId(number, index),
  })).filter(({ wire }) => wire.length > 0);
  const total = sizeOf(parts.flatMap(({ wire }) => wire));
  if (parts.length < 2) return NO_HTML;
  return markup`<figure class="frame">
    <figcaption>The whole frame, ${count(total, "byte")} (not to scale)</figcaption>
    <ol>${
    parts.map(({ name, wire, target }) =>
      markup`
      <li style="flex-grow:${weight(sizeOf(wire))}"><a href="#${target}">
        <span class="piece"><b>${name}</b> ${withCommas(sizeOf(wire))}</span>
        <span class="segments">${wire.map(segment)}</span></a></li>`
    )
  }</ol></figure>`;
}

function segment({ label, role, size }: Field): Html {
  return markup`<span class="segment ${roleClass(role)}" title="${label}: ${count(size, "byte")}"
            style="flex-grow:${weight(size)}"></span>`;
}

/** Widths follow the logarithm, so that 4 bytes can be seen beside 1,184. */
function weight(size: number): string {
  return Math.log2(size + 2).toFixed(1);
}

function sizeOf(fields: readonly Field[]): number {
  return fields.reduce((total, { size }) => total + size, 0);
}

function stepSection({ name, text, wire, inside, state }: Step, id: string): Html {
  return markup`
  <section class="step" id="${id}" data-step="${name}">
    <h3>${name}</h3>
    ${text === "" ? NO_HTML : markup`<p class="prose">${text}</p>`}
    ${part("wire", "On the wire", wire)}
    ${part("inside", "Decrypted", inside)}
    ${part("state", "Resulting state", state)}
  </section>`;
}

function part(name: string, heading: string, fields: readonly Field[]): Html {
  if (fields.length === 0) return NO_HTML;
  return markup`<div class="part ${name}"><h4>${heading}</h4>${fieldList(fields)}</div>`;
}

function knowledge({ client, server, eve }: Knowledge): Html {
  const who = (name: string, title: string, text: string) =>
    markup`
      <div class="who ${name}"><dt>${title}</dt><dd>${text}</dd></div>`;
  return markup`<section class="knows">
    <h3>Who knows what now</h3>
    <dl>${who("client", "The client", client)}${who("server", "The server", server)}${
    who("eve", "Eve, the eavesdropper", eve)
  }
    </dl></section>`;
}
