import type { Queryable } from '../db/pool.ts'
import { toEndpointSettings } from './connection-settings.ts'
import type { Connection } from './connections.ts'
import { parseKeyText } from './key-text.ts'
import { lookUpKey } from './look-up.ts'
import { explainMissing, getEntitlements } from './plans.ts'
import type { OrganizationPrincipal, RefusalReason } from './principal.ts'
import { describeLack, findScimLack } from './rights.ts'

/** Why a key would not provision over a connection; the codes are API. */
export type TestCode =
  | 'malformedKey'
  | 'unknownKey'
  | 'otherOrganization'
  | 'instanceKey'
  | 'revokedKey'
  | 'expiredKey'
  | 'ownerInactive'
  | 'clientSecret'
  | 'otherConnection'
  | 'missingScope'
  | 'connectionDisabled'
  | 'connectionPaused'
  | 'planRequired'
  | 'writesOff'
  | 'requestFailed'

export type TestCheck = {
  readonly name: 'key' | 'organization' | 'scope' | 'connection' | 'plan' | 'writes' | 'request'
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly detail: string
}

export type TestResult = {
  readonly authorized: boolean
  readonly code: TestCode | null
  readonly detail: string
  readonly checks: readonly TestCheck[]
}

const names = ['key', 'organization', 'scope', 'connection', 'plan', 'writes', 'request'] as const

type Finding = { readonly code: TestCode; readonly detail: string } | undefined
type Step = {
  readonly name: TestCheck['name']
  readonly passed: string
  readonly find: () => Promise<Finding> | Finding
}

const reasons: { readonly [reason in RefusalReason]?: TestCode } = {
  malformed: 'malformedKey',
  expired: 'expiredKey',
  revoked: 'revokedKey',
  ownerInactive: 'ownerInactive',
  clientSecret: 'clientSecret',
}

/**
 * What an identity provider's "Test connection" would be told, and why. Nothing is counted against whoever asks, since
 * an administrator who pastes the wrong key is no attacker. `ask` sends the first request of an identity provider.
 */
export async function testConnection(
  database: Queryable,
  connection: Connection,
  given: {
    readonly key: string
    readonly now: Date
    readonly ask: () => Promise<Finding>
  },
): Promise<TestResult> {
  let principal: OrganizationPrincipal | undefined
  const steps: readonly Step[] = [
    {
      name: 'key',
      passed: 'The key is known and live',
      find: async () => {
        const found = await findPrincipal(database, given.key, given.now)
        if ('code' in found) return found
        principal = found
        return undefined
      },
    },
    { name: 'organization', passed: 'The key is one of this organization', find: () => placeOf(principal, connection) },
    { name: 'scope', passed: 'The key may provision (scope "scim")', find: () => scopeOf(principal) },
    { name: 'connection', passed: 'The connection is active', find: () => stateOf(connection) },
    { name: 'plan', passed: 'The plan includes SCIM', find: () => planOf(database, connection) },
    { name: 'writes', passed: 'Writes are switched on', find: () => writesOf(connection) },
    { name: 'request', passed: 'GET /Users and GET /ServiceProviderConfig were answered with 200', find: given.ask },
  ]
  return runSteps(steps)
}

async function runSteps(steps: readonly Step[]): Promise<TestResult> {
  const checks: TestCheck[] = []
  for (const { name, passed, find } of steps) {
    const finding = await find()
    if (finding === undefined) {
      checks.push({ name, outcome: 'passed', detail: passed })
      continue
    }
    checks.push({ name, outcome: 'failed', detail: finding.detail })
    for (const rest of names.slice(checks.length))
      checks.push({ name: rest, outcome: 'skipped', detail: 'Not reached' })
    return { authorized: false, ...finding, checks }
  }
  return { authorized: true, code: null, detail: 'authorized: the key may provision over this connection', checks }
}

async function findPrincipal(
  database: Queryable,
  key: string,
  now: Date,
): Promise<OrganizationPrincipal | NonNullable<Finding>> {
  if (parseKeyText(key) === undefined)
    return {
      code: 'malformedKey',
      detail: 'This is no key of Rollcall: a key starts with "rc_", and a character of it may be missing or mistyped',
    }
  const { authentication } = await lookUpKey(database, key, now)
  if (authentication.kind === 'refused') {
    const code = reasons[authentication.reason] ?? 'unknownKey'
    const detail =
      code === 'unknownKey' ? 'The key is unknown: it was made elsewhere, or deleted' : authentication.detail
    return { code, detail }
  }
  const { principal } = authentication
  if (principal.kind === 'organization') return principal
  return {
    code: 'instanceKey',
    detail:
      'This is a key of the whole instance, which speaks no SCIM: make one with the scope "scim" in the organization',
  }
}

function placeOf(principal: OrganizationPrincipal | undefined, connection: Connection): Finding {
  if (principal?.organizationId !== connection.organizationId)
    return { code: 'otherOrganization', detail: 'The key belongs to another organization' }
  if (principal.connection?.id === connection.id) return undefined
  const other = principal.connection?.name ?? 'none'
  return {
    code: 'otherConnection',
    detail: `The key speaks for the connection "${other}": make one for "${connection.name}"`,
  }
}

function scopeOf(principal: OrganizationPrincipal | undefined): Finding {
  if (principal === undefined)
    return { code: 'missingScope', detail: 'The key lacks the scope "scim": make another key' }
  const lack = findScimLack(principal)
  return lack === undefined ? undefined : { code: 'missingScope', detail: describeLack(lack, principal) }
}

function stateOf({ state, name }: Connection): Finding {
  switch (state) {
    case 'active':
      return undefined
    case 'paused':
      return { code: 'connectionPaused', detail: `The connection "${name}" is paused: resume it` }
    case 'disabled':
      return { code: 'connectionDisabled', detail: `The connection "${name}" is disabled: enable it` }
    default:
      return state satisfies never
  }
}

async function planOf(database: Queryable, { organizationId }: Connection): Promise<Finding> {
  const entitlements = await getEntitlements(database, organizationId)
  return entitlements.features.has('scim')
    ? undefined
    : { code: 'planRequired', detail: explainMissing('scim', entitlements) }
}

function writesOf(connection: Connection): Finding {
  return toEndpointSettings(connection).writesEnabled
    ? undefined
    : {
        code: 'writesOff',
        detail: 'Reads are answered, but writes are switched off: switch SCIM on for this connection',
      }
}
