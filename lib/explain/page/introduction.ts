import type { FieldRole } from "../explanation.ts";
import { READING, WORDS } from "./guide.ts";
import { type Html, markup } from "./html.ts";
import type { PageOptions } from "./options.ts";
import { roleClass, ROLES } from "./roles.ts";

/** The top of the page: where it comes from, what it holds, and how to read it. */
export function introduction(origin: PageOptions): Html {
  return markup`<header class="top">
<p class="eyebrow">X25519-TCP-Chat ${origin.version}</p>
<h1>A conversation, byte by byte</h1>
<p class="lead">An encrypted chat as it really happened: the bytes that crossed the wire, what each of them is for, and what
the programs computed along with them.</p>
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
<time datetime="${iso}">${time}</time> on, from what it sent, received and computed itself. The page grows while the
program runs: reload it to see more. A line at its end says that it is complete.</p>`;
}

const SECRETS_SHOWN = markup`<div class="notice danger" data-secrets="shown">
<p><b>This page shows secrets.</b> It holds the shared secrets and the keys of its connections.
Anyone who has them can decrypt everything that these connections carried, if it was recorded, and can alter
it unnoticed on its way while a connection is open. If an invitation was used, its pre-shared key is here
as well, and may admit others to the room. The programs' long-term private keys are not here. Make such a page only of conversations that may become public.</p>
</div>`;

const SECRETS_MASKED = markup`<div class="notice calm" data-secrets="masked">
<p><b>Keys and other secrets are not shown.</b> Instead of each, its size is given:
<span class="masked">32 bytes, not shown</span>. With <code>--explain=secrets</code> the program
shows them.</p>
</div>`;

const WHAT_WAS_SAID = markup`<div class="notice said">
<p><b>This page contains the conversation.</b> Its messages are here in decrypted form. Share the page
only with people who may read them.</p>
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
