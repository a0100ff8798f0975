import { setTimeout as sleep } from 'node:timers/promises'
import type { RouteAnswer } from '@rollcall/admin-api'
import { localeNames } from '@rollcall/admin-api/names'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { Failure } from '../failure.ts'
import { formatFields } from '../formats.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'
import { printable } from '../text.ts'

const columns = ['createdAt', 'state', 'template', 'to', 'subject', 'id']
/** How long `mail test` waits for what becomes of its mail. */
const waitMsMax = 20_000
const pollMs = 500

type Mail = RouteAnswer<'getMail'>

export function addMailCommands(program: Command): void {
  const noun = addNoun(program, 'mail', 'mails that were sent or wait in the outbox')
  addCommand<ListOptions & { state?: string }>(noun, {
    usage: 'list',
    summary: 'list mails, newest first',
    examples: ['mail list --organization acme', 'mail list --organization acme --state failed --json'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command.addOption(
          new Option('--state <state>', 'only these').choices(['waiting', 'sent', 'failed', 'canceled']),
        ),
      ),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), state: options.state }
      session.printList(toListing(await session.client.call('listMails', { params: { organization }, query })), columns)
    },
  })
  addCommand<{ html?: boolean }>(noun, {
    usage: 'show <id>',
    summary: 'show one mail as it is sent',
    examples: [
      'mail show mail_01h4zpwq00e008000000000000',
      'mail show mail_01h4zpwq00e008000000000000 --html > mail.html',
    ],
    isInOrganization: true,
    options: (command) => command.option('--html', 'print its HTML part only'),
    run: async (session, { html }, mail) => {
      const item = await callMail(session, 'getMail', mail)
      if (html === true) session.print(item.html)
      else printMail(session, item)
    },
  })
  addCommand(noun, {
    usage: 'retry <id>',
    summary: 'try a mail again that was given up',
    examples: ['mail retry mail_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, mail) => printMail(session, await callMail(session, 'retryMail', mail)),
  })
  addTestCommand(noun)
}

function addTestCommand(noun: Command): void {
  addCommand<{ locale?: (typeof localeNames)[number] }>(noun, {
    usage: 'test <address>',
    summary: 'send a test mail, and wait for what becomes of it',
    examples: ['mail test ada@example.com --organization acme', 'mail test ada@example.com --locale ja'],
    isInOrganization: true,
    options: (command) =>
      command.addOption(new Option('--locale <locale>', 'its language; else the organization’s').choices(localeNames)),
    run: async (session, { locale }, to) => {
      const organization = await requireOrganization(session)
      const body = { to, ...(locale !== undefined && { locale }) }
      const { delivery, ...queued } = await session.client.call('sendTestMail', { params: { organization }, body })
      const mail = delivery === 'smtp' ? await waitForOutcome(session, organization, queued) : queued
      if (mail.state === 'failed')
        throw new Failure(`The mail was refused: ${mail.lastError ?? ''}`, { code: 'mailFailed' })
      printMail(session, mail)
      const note = toNote(mail, delivery)
      if (note !== undefined) session.say(note)
    },
  })
}

function toNote(mail: Mail, delivery: 'smtp' | 'outbox'): string | undefined {
  if (delivery === 'outbox') return 'No mail server is configured (SMTP_URL): the mail stands in the outbox only.'
  if (mail.state !== 'waiting') return undefined
  return `Not sent yet${mail.lastError === null ? '' : `: ${mail.lastError}`}; it is tried again. See: rollcall mail show ${mail.id}`
}

/** Until it was sent, was given up, or has met its first trouble. */
async function waitForOutcome(session: Session, organization: string, queued: Mail): Promise<Mail> {
  const deadlineMs = performance.now() + waitMsMax
  let mail = queued
  while (mail.state === 'waiting' && mail.lastError === null && performance.now() < deadlineMs) {
    await sleep(pollMs)
    mail = await session.client.call('getMail', { params: { organization, mail: queued.id } })
  }
  return mail
}

function callMail(session: Session, route: 'getMail' | 'retryMail', mail: string): Promise<Mail> {
  return inOrganizationOf(session, (organization) => session.client.call(route, { params: { organization, mail } }))
}

function printMail(session: Session, mail: Mail): void {
  if (session.format !== 'table') return session.printItem(mail, columns)
  const { text, html: _, ...facts } = mail
  session.print(`${formatFields(facts)}\n${printable(text)}`)
}
