import { type Command, Option } from 'commander'
import { parseInstant } from '../duration.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { parseJsonObject } from '../json-option.ts'
import type { Session } from '../session.ts'

/** Where an app is and how it is spoken to, as options say it. */
export type TargetOptions = {
  readonly url?: string
  readonly preset?: string
  readonly profile?: string
  readonly caFile?: string
  readonly tokenFile?: string
  readonly credentialsFile?: string
  readonly credentialsExpire?: string
  readonly settings?: string
  readonly flavour?: string
  readonly baseDn?: string
  readonly usersDn?: string
  readonly groupsDn?: string
  readonly startTls?: boolean
  readonly bindDn?: string
  readonly passwordFile?: string
}

export function withTargetOptions(command: Command): Command {
  return command
    .option('--profile <json>', 'what it does in its own way, as JSON; see docs/guides/connect-apps.md')
    .option('--ca-file <path>', 'certificates of its own authority, PEM')
    .option('--token-file <path>', 'a file with its bearer token; - is standard input')
    .option('--credentials-expire <when>', 'when the token ends: a time or a duration such as 90d; you are told before')
    .option('--credentials-file <path>', 'a file with other credentials as JSON: basic or oauth')
    .option('--settings <json>', 'numbers and who is told, as JSON')
    .addOption(
      new Option('--flavour <name>', 'of a directory; a preset says it too').choices(['openldap', 'activeDirectory']),
    )
    .option('--base-dn <dn>', 'of a directory: nothing outside of it is read or written')
    .option('--users-dn <dn>', 'where new people go whom no mapping sends elsewhere')
    .option('--groups-dn <dn>', 'where new groups go')
    .option('--start-tls', 'of ldap://: ask for TLS before anything else is said')
    .option('--bind-dn <name>', 'who we are to a directory')
    .option('--password-file <path>', 'a file with the password to bind with; - is standard input')
}

const flavours: Readonly<Record<string, string>> = { openldap: 'openldap', 'active-directory': 'activeDirectory' }

/** A new target: what kind it is says its address. */
export function toTarget(options: TargetOptions & { readonly url: string }): object {
  const { url, preset = '', flavour = flavours[preset] } = options
  if (!/^ldaps?:/i.test(url)) return { kind: 'scim', baseUrl: url, ...targetOf(options) }
  if (flavour === undefined)
    throw usageFailure('Say what kind of directory it is: --preset openldap, --preset active-directory, or --flavour')
  if (options.baseDn === undefined) throw usageFailure('A directory needs --base-dn')
  return { kind: 'ldap', flavour, baseUrl: url, ...targetOf(options) }
}

/** What the options say of it. */
export function targetOf(options: TargetOptions): object {
  const { profile, caFile, baseDn, usersDn, groupsDn, startTls } = options
  return {
    ...(profile !== undefined && {
      profile: parseJsonObject(profile, { name: '--profile', example: '{"writes":"put"}' }),
    }),
    ...(caFile !== undefined && { ca: readFileOption('--ca-file', caFile) }),
    ...(baseDn !== undefined && { baseDn }),
    ...(usersDn !== undefined && { usersDn }),
    ...(groupsDn !== undefined && { groupsDn }),
    ...(startTls !== undefined && { startTls }),
  }
}

export function credentialsOf(
  { now }: Pick<Session, 'now'>,
  options: TargetOptions & { readonly credentials?: boolean },
): { readonly credentials?: object | null } {
  const { tokenFile, credentialsFile, bindDn, passwordFile, credentialsExpire } = options
  if ([tokenFile, credentialsFile, passwordFile].filter((file) => file !== undefined).length > 1)
    throw usageFailure('--token-file, --credentials-file and --password-file say different things')
  if ((bindDn === undefined) !== (passwordFile === undefined))
    throw usageFailure('--bind-dn and --password-file belong together')
  if (credentialsExpire !== undefined && tokenFile === undefined)
    throw usageFailure(
      '--credentials-expire is about the token of --token-file; other credentials have `expiresAt` in their file',
    )
  if (options.credentials === false) return { credentials: null }
  if (tokenFile !== undefined)
    return {
      credentials: {
        kind: 'bearer',
        token: readFileOption('--token-file', tokenFile).trim(),
        ...(credentialsExpire !== undefined && {
          expiresAt: parseInstant(credentialsExpire, { option: '--credentials-expire', now, direction: 'future' }),
        }),
      },
    }
  if (passwordFile !== undefined) {
    // A line end is the editor's; blanks may be the password's.
    const password = readFileOption('--password-file', passwordFile).replace(/\r?\n$/, '')
    return { credentials: { kind: 'ldap', dn: bindDn, password } }
  }
  if (credentialsFile === undefined) return {}
  const text = readFileOption('--credentials-file', credentialsFile)
  const example = '{"kind":"basic","user":"…","password":"…"}'
  return { credentials: parseJsonObject(text, { name: '--credentials-file', example }) }
}
