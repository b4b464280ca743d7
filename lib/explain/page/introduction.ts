import type { FieldRole } from "../explanation.ts";
import { type Html, markup } from "./html.ts";
import type { PageOptions } from "./options.ts";
import { roleClass, ROLES } from "./roles.ts";
import { READING, WORDS } from "./guide.ts";

/** The top of the page: where it comes from, what it holds, and how to read it. */
export function introduction(origin: PageOptions): Html {
  return markup`<header class="top">
<p class="eyebrow">X25519-TCP-Chat ${origin.version}</p>
<h1>A conversation, byte by byte</h1>
<p class="lead">An encrypted chat as it really happened: the bytes that crossed the wire, what each
of them is for, and what came of it.</p>
${provenance(origin)}
${origin.secrets ? SECRETS_SHOWN : SECRETS_MASKED}
${WHAT_WAS_SAID}
<p class="skip"><a href="#conversation">Go straight to the conversation</a></p>
</header>
${READING}
${legend()}
${WORDS}`;
}

function provenance({ program, started }: PageOptions): Html {
  const iso = started.toISOString();
  const time = `${iso.slice(0, 10)}, ${iso.slice(11, 19)} UTC`;
  return markup`<p class="origin">The <b>${program}</b> wrote this page while it ran, from
<time datetime="${iso}">${time}</time> on, out of what it sent, received and computed itself. As long as
the program runs, the page grows: load it again to see more. A line at its end says when it is whole.</p>`;
}

const SECRETS_SHOWN = markup`<div class="notice danger" data-secrets="shown">
<p><b>This page shows secrets.</b> It holds the shared secrets and the keys of its connections.
Whoever has them can decrypt everything that these connections carried, if it was recorded, and can
change it unnoticed on its way while a connection lasts. If somebody came with an invitation, its
pre-shared key is here as well, and may let others into the room. The long-term private keys of the
programs are not here. Make such a page only of conversations that may become public.</p>
</div>`;

const SECRETS_MASKED = markup`<div class="notice calm" data-secrets="masked">
<p><b>Keys and other secrets are not shown.</b> In the place of one stands its size:
<span class="masked">32 bytes, not shown</span>. With <code>--explain=secrets</code> the program
shows them.</p>
</div>`;

const WHAT_WAS_SAID = markup`<div class="notice said">
<p><b>This page holds what was said.</b> The messages of the conversation stand in it decrypted.
Give it only to those who may read them.</p>
</div>`;

function legend(): Html {
  const roles = Object.keys(ROLES) as FieldRole[];
  return markup`<section class="guide" aria-labelledby="colours">
<h2 id="colours">What the colours mean</h2>
<dl class="legend">${
    roles.map((role) =>
      markup`
<div><dt class="${roleClass(role)}">${ROLES[role].word}</dt><dd>${ROLES[role].meaning}</dd></div>`
    )
  }
</dl>
</section>`;
}
