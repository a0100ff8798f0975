import type { Command } from 'commander'
import { addCommand } from '../command.ts'
import { removeProfile, writeProfile } from '../credentials.ts'
import { Failure, usageFailure } from '../failure.ts'
import { openClient, type Session } from '../session.ts'
import { ask, askSecret, readStdin } from '../terminal.ts'
import { cliVersion } from '../version.ts'

const columns = ['kind', 'id', 'organizationId', 'scopes', 'roles', 'permissions', 'mailDelivery']

export function addLoginCommands(program: Command): void {
  addCommand<{ url?: string }>(program, {
    usage: 'login',
    summary: 'keep the address of a server and a key to it in a profile file that only you can read',
    examples: ['login --url https://id.example.com', 'login --url https://id.example.com < key.txt'],
    options: (command) => command.option('--url <url>', 'address of the server; else ROLLCALL_URL'),
    run: async (session, options) => {
      const url = parseUrl(options.url ?? session.environment.url ?? (await askUrl(session)))
      const key = (session.environment.isInteractive ? await askSecret('Key: ') : await readStdin()).trim()
      if (!/^rc_[a-z]{3}_[0-9A-Za-z]{34}$/.test(key))
        throw new Failure('What came in is no key: one line that starts with rc_ is wanted', { code: 'noKey' })
      const client = await openClient({ url, key, version: cliVersion })
      const who = await client.call('whoami', {})
      writeProfile(session.environment, { url, key })
      session.printItem({ url, ...who }, ['url', ...columns])
      session.say(`Kept in ${session.environment.profileFile}`)
    },
  })
  addCommand(program, {
    usage: 'logout',
    summary: 'remove the profile file; the key itself goes on working until it is revoked',
    examples: ['logout'],
    run: async (session) => {
      removeProfile(session.environment)
      session.say(`Removed ${session.environment.profileFile}`)
    },
  })
  addCommand(program, {
    usage: 'whoami',
    summary: 'show who the key at hand is',
    examples: ['whoami --json'],
    run: async (session) => session.printItem(await session.client.call('whoami', {}), columns),
  })
}

async function askUrl(session: Session): Promise<string> {
  if (session.environment.isInteractive) return (await ask('Address of the server: ')).trim()
  throw usageFailure('Name the server: --url https://…')
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '')
  throw usageFailure(`"${text}" is no http or https address`)
}
