import { BlockList, isIP } from 'node:net'
import {
  choice,
  hops,
  integer,
  list,
  optional,
  optionalChoice,
  optionalInteger,
  text,
  type Setting,
} from './setting.ts'
import { parseSmtpUrl, smtpTlsModes } from './smtp.ts'

const mebibyte = 1024 * 1024
const dayMs = 86_400_000

/** Every setting there is, declared once: the key in the file and of the flag, the variable, the shape, the default. */
export const settings = {
  port: integer({
    env: 'PORT',
    description: 'Port to listen on; 0 takes a free one',
    default: 8080,
    min: 0,
    max: 65_535,
  }),
  host: text({ env: 'HOST', description: 'Address to listen on; only this machine by default', default: '127.0.0.1' }),
  databaseUrl: optional({
    env: 'DATABASE_URL',
    description: 'PostgreSQL 15 or newer; without it the embedded PostgreSQL is started',
    wanted: 'postgres://user:password@host:port/database',
    isValid: (value) => /^postgres(ql)?:\/\/./.test(value) && URL.canParse(value),
    isSecret: true,
  }),
  databasePoolMax: integer({
    env: 'ROLLCALL_DATABASE_POOL_MAX',
    description: 'Connections to PostgreSQL a process opens at most',
    default: 10,
    min: 1,
    max: 500,
  }),
  databaseStatementTimeoutMs: integer({
    env: 'ROLLCALL_DATABASE_STATEMENT_TIMEOUT_MS',
    description: 'A statement that runs longer is cancelled and answered with 503',
    default: 30_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
  }),
  migrate: choice({
    env: 'ROLLCALL_MIGRATE',
    description: 'Pending migrations at the start: apply them, refuse to start, or do not look',
    default: 'auto',
    of: ['auto', 'check', 'off'],
  }),
  dataDir: text({
    env: 'ROLLCALL_DATA_DIR',
    description: 'Folder for the embedded database, generated keys and rollcall.json',
    default: './data',
  }),
  publicUrl: optional({
    env: 'ROLLCALL_PUBLIC_URL',
    description: 'The address under which clients reach Rollcall, a path included if there is one',
    wanted: 'an http or https address without query, such as https://id.example.com/rollcall',
    isValid: isPublicUrl,
  }),
  trustProxy: hops({
    env: 'ROLLCALL_TRUST_PROXY',
    description: 'Believe Forwarded and X-Forwarded-* of that many proxies in front',
  }),
  tlsCert: optional({
    env: 'ROLLCALL_TLS_CERT',
    description: 'Certificate chain (PEM file); read again on SIGHUP',
    wanted: 'the path of a PEM file',
  }),
  tlsKey: optional({
    env: 'ROLLCALL_TLS_KEY',
    description: 'Private key of the certificate (PEM file)',
    wanted: 'the path of a PEM file',
  }),
  encryptionKeys: list({
    env: 'ROLLCALL_ENCRYPTION_KEYS',
    description: 'Keys for secrets at rest: the first encrypts, all decrypt; made in the data folder when unset',
    wanted: 'base64 keys of 32 bytes, separated by commas',
    isValid: isKey,
    isSecret: true,
  }),
  backupPassphrase: optional({
    env: 'ROLLCALL_BACKUP_PASSPHRASE',
    description: 'Seals and opens backups; without it the encryption keys do',
    wanted: 'at least 12 characters',
    isValid: (value) => value.length >= 12,
    isSecret: true,
  }),
  outboundAllow: list({
    env: 'ROLLCALL_OUTBOUND_ALLOW',
    description: 'Address ranges that requests of ours may reach besides public addresses',
    wanted: 'CIDR ranges such as 10.0.0.0/8, separated by commas',
    isValid: isCidr,
  }),
  sourceFolders: optional({
    env: 'ROLLCALL_SOURCE_FOLDERS',
    description: 'Folder with one folder an organization, named by its id, whose files its sources may read',
    wanted: 'the path of a folder',
  }),
  smtpUrl: optional({
    env: 'SMTP_URL',
    description: 'Mail server; without any, mails stand in the outbox that administrators read',
    wanted: 'smtps://user:password@host:465, or smtp://… which demands STARTTLS unless ?tls=optional or ?tls=none',
    isValid: (value) => parseSmtpUrl(value) !== undefined,
    isSecret: true,
  }),
  smtpHost: optional({
    env: 'SMTP_HOST',
    description: 'Mail server, in the place of SMTP_URL',
    wanted: 'a host name or an address',
    isValid: (value) => /^[^\s/@]+$/.test(value),
  }),
  smtpPort: optionalInteger({
    env: 'SMTP_PORT',
    description: 'Port of SMTP_HOST; 465 with implicit TLS, else 587',
    min: 1,
    max: 65_535,
  }),
  smtpUser: optional({ env: 'SMTP_USER', description: 'Account at SMTP_HOST', wanted: 'a text' }),
  smtpPassword: optional({
    env: 'SMTP_PASSWORD',
    description: 'Password of SMTP_USER',
    wanted: 'a text',
    isSecret: true,
  }),
  smtpTls: optionalChoice({
    env: 'SMTP_TLS',
    description: 'How the connection to SMTP_HOST is protected; required is STARTTLS, the default but on this machine',
    of: smtpTlsModes,
  }),
  smtpCa: optional({
    env: 'SMTP_CA',
    description: 'Certificates that the mail server’s one may descend from, in the place of the usual ones (PEM file)',
    wanted: 'the path of a PEM file',
  }),
  breachedPasswords: optional({
    env: 'ROLLCALL_BREACHED_PASSWORDS',
    description:
      'SHA-1 hashes of passwords that thieves know, in order, one a line (as Have I Been Pwned has them): nobody may choose one',
    wanted: 'the path of a text file',
  }),
  mailFrom: optional({
    env: 'MAIL_FROM',
    description: 'Sender of mails; rollcall@ the host of ROLLCALL_PUBLIC_URL when unset',
    wanted: 'one mail address',
    isValid: (value) => /^[^\s@<>,]+@[^\s@<>,]+$/.test(value),
  }),
  securityContact: list({
    env: 'ROLLCALL_SECURITY_CONTACT',
    description: 'Whom to tell of a weakness, the best way first: served at /.well-known/security.txt (RFC 9116)',
    wanted: 'addresses such as mailto:security@example.com or https://example.com/report, separated by commas',
    isValid: isContact,
  }),
  securityLanguages: list({
    env: 'ROLLCALL_SECURITY_LANGUAGES',
    description: 'Languages that whoever is told understands, for the same file',
    wanted: 'language tags such as en or pt-BR, separated by commas',
    isValid: isLanguageTag,
  }),
  bodyBytesMax: integer({
    env: 'ROLLCALL_BODY_BYTES_MAX',
    description: 'Largest request body',
    default: mebibyte,
    min: 1024,
    max: 64 * mebibyte,
    unit: 'bytes',
  }),
  bulkBodyBytesMax: integer({
    env: 'ROLLCALL_BULK_BODY_BYTES_MAX',
    description: 'Largest request body of /Bulk and /Groups',
    default: 16 * mebibyte,
    min: 1024,
    max: 256 * mebibyte,
    unit: 'bytes',
  }),
  scimRequestsPerMinute: integer({
    env: 'ROLLCALL_SCIM_REQUESTS_PER_MINUTE',
    description: 'SCIM requests that one key may send to one process within a minute; more get 429',
    default: 600_000,
    min: 60,
    max: 100_000_000,
  }),
  scimOrganizationRequestsPerMinute: integer({
    env: 'ROLLCALL_SCIM_ORGANIZATION_REQUESTS_PER_MINUTE',
    description: 'The same for all keys of one organization together',
    default: 1_200_000,
    min: 60,
    max: 100_000_000,
  }),
  headersTimeoutMs: integer({
    env: 'ROLLCALL_HEADERS_TIMEOUT_MS',
    description: 'A client that has not sent its headers by then gets 408',
    default: 15_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
  }),
  requestTimeoutMs: integer({
    env: 'ROLLCALL_REQUEST_TIMEOUT_MS',
    description: 'A client that has not sent its whole request by then gets 408',
    default: 60_000,
    min: 100,
    max: 3_600_000,
    unit: 'ms',
  }),
  shutdownTimeoutMs: integer({
    env: 'ROLLCALL_SHUTDOWN_TIMEOUT_MS',
    description: 'Requests in flight may take this long after SIGTERM',
    default: 25_000,
    min: 0,
    max: 600_000,
    unit: 'ms',
  }),
  requestLogDays: integer({
    env: 'ROLLCALL_REQUEST_LOG_DAYS',
    description: 'Entries of the SCIM request log are kept this long',
    default: 30,
    min: 1,
    max: Math.floor(Number.MAX_SAFE_INTEGER / dayMs / 1e6),
    unit: 'days',
  }),
  requestLogBytesMax: integer({
    env: 'ROLLCALL_REQUEST_LOG_BYTES_MAX',
    description: 'The SCIM request log drops its oldest entries above this size',
    default: 1024 * mebibyte,
    min: mebibyte,
    max: Number.MAX_SAFE_INTEGER,
    unit: 'bytes',
  }),
  logLevel: choice({
    env: 'LOG_LEVEL',
    description: 'Least severe log line that is written; a change in the configuration file counts from SIGHUP on',
    default: 'info',
    of: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
  }),
  nodeEnv: text({
    env: 'NODE_ENV',
    description: 'With production, logs are JSON on a terminal too',
    default: 'development',
  }),
  noColor: optional({ env: 'NO_COLOR', description: 'Set to anything: no colours on a terminal', wanted: 'any text' }),
} as const satisfies Readonly<Record<string, Setting<never> | Setting<unknown>>>

export type SettingKey = keyof typeof settings

export type SettingValues = {
  readonly [K in SettingKey]: (typeof settings)[K] extends Setting<infer T> ? T : never
}

/** Variables with our prefix that other parts read: the launcher and the command line client. */
export const otherVariables = [
  'ROLLCALL_CONFIG',
  'ROLLCALL_NODE',
  'ROLLCALL_URL',
  'ROLLCALL_KEY',
  'ROLLCALL_KEY_FILE',
  'ROLLCALL_ORGANIZATION',
  'ROLLCALL_PROFILE_FILE',
] as const

export const settingKeys = Object.keys(settings).filter(isSettingKey)

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settings, key)
}

function isPublicUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, search, hash, username } = new URL(value)
  return /^https?:$/.test(protocol) && search === '' && hash === '' && username === ''
}

/** RFC 9116 §2.5.3: a URI, and https where it is one of the web. */
function isContact(value: string): boolean {
  return /^(?:mailto:[^\s@]+@[^\s@]+|tel:\+?[\d-]+|https:\/\/[^\s]+)$/.test(value) && URL.canParse(value)
}

function isLanguageTag(value: string): boolean {
  return /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(value)
}

function isKey(value: string): boolean {
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(value)
}

function isCidr(value: string): boolean {
  const [address = '', prefix = '', ...rest] = value.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return false
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 6 ? 'ipv6' : 'ipv4')
    return true
  } catch {
    return false
  }
}
