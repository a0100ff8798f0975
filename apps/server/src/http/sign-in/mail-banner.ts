import type { Permission } from '../../access/scopes.ts'
import { escapeHtml as escape } from '../../escape-html.ts'
import type { Language } from '../../language.ts'
import { readOwnPermissions } from '../../sign-in/account.ts'
import type { Session } from '../../sign-in/sessions.ts'
import { countMails } from '../../mail/outbox.ts'
import { mailBannerTexts } from './mail-banner-texts.ts'
import type { SignInParts, Visit } from './site.ts'
import { fillText } from './texts/catalog.ts'

/** Whoever may do one of these is told: they wait for what mails would bring. */
const concerned: readonly Permission[] = ['mail:read', 'people:invite', 'people:manage']

/** Says on an administrator's page that no mail server is configured, what that means, and what to do (CON-J2). */
export async function findMailBanner(
  { config, database }: SignInParts,
  { language }: Visit,
  session: Session,
): Promise<readonly string[]> {
  if (config.smtp !== undefined) return []
  const permissions = await readOwnPermissions(database, session)
  if (!concerned.some((name) => permissions.has(name))) return []
  const waiting = await countMails(database, session.organizationId, 'waiting')
  return render(language, { waiting, permissions, slug: session.organizationSlug })
}

type Shown = {
  readonly waiting: number
  readonly permissions: ReadonlySet<Permission>
  readonly slug: string
}

function render(language: Language, { waiting, permissions, slug }: Shown): readonly string[] {
  const texts = mailBannerTexts[language]
  const command = (text: string): string => `<pre><code>npm run -s rollcall -- ${escape(text)}</code></pre>`
  return [
    '<section class="alert" aria-labelledby="no-mail">',
    `<h2 id="no-mail">${escape(texts.title)}</h2>`,
    `<p>${escape(fillText(texts.explain, { waiting: waiting.toLocaleString(language) }))}</p>`,
    ...(permissions.has('mail:read')
      ? [`<p>${escape(texts.read)}</p>`, command(`mail list --organization ${slug} --state waiting`)]
      : []),
    ...(permissions.has('people:invite')
      ? [
          `<p>${escape(texts.copy)}</p>`,
          command(`invitation list --organization ${slug}`),
          command('invitation link <inv_…>'),
        ]
      : []),
    `<p>${escape(texts.configure)}</p>`,
    '<pre><code>SMTP_URL=smtps://user:password@smtp.example:465</code></pre>',
    '</section>',
  ]
}
