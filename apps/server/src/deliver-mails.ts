import { isIP } from 'node:net'
import { selectDueMails } from './db/queries/mails.ts'
import { createMailLinks } from './mail-links.ts'
import { linkOf } from './mail/mail-link.ts'
import { sendMails } from './mail/send-mails.ts'
import { createMailTransport } from './mail/transport.ts'
import type { Parts } from './parts.ts'

/** One turn of a worker: sends what is due, over connections of its own. Without a mail server everything waits. */
export async function deliverMails(parts: Parts, signal: AbortSignal): Promise<void> {
  const { config, database, clock, logger } = parts
  // Asked first, so that a certificate that cannot be read is complained of when somebody waits for a mail.
  if (config.smtp === undefined || (await selectDueMails(database, clock())).count === 0) return
  const { href } = parts.publicUrl()
  const host = toMailHost(new URL(href).hostname)
  const links = createMailLinks(parts)
  const transport = createMailTransport({ ...config.smtp, caFile: config.smtpCa })
  try {
    await sendMails(
      {
        database,
        clock,
        logger,
        transport,
        host,
        from: config.mailFrom ?? `rollcall@${host}`,
        toLink: async (mail) => {
          const link = linkOf(mail)
          return link === undefined ? undefined : href + (await links.toPath(link))
        },
      },
      signal,
    )
  } finally {
    transport.close()
  }
}

/** What may stand behind the @: an address of a machine may not. */
function toMailHost(hostname: string): string {
  return isIP(hostname.replace(/^\[(.*)\]$/, '$1')) === 0 ? hostname : 'localhost'
}
