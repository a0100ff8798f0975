import type { ProvisioningRules, RuleFinding, TargetSettings } from '@rollcall/admin-api'
import { createRegistry } from '@rollcall/scim'
import { loadRegistry } from '../../access/custom-types.ts'
import { refuseErrors } from '../../access/refuse-rules.ts'
import type { Queryable } from '../../db/pool.ts'
import { streamPeople, streamTeams } from '../source/read-source.ts'
import type { SourceObject } from '../source/source-object.ts'
import { checkRules } from './check-rules.ts'
import type { RuleSchemas } from './compile-rules.ts'
import { ldapRegistry } from './ldap-schemas.ts'

/** People and teams whom a check looks at, each. */
const sampledMax = 2_000

export type TargetKind = TargetSettings['kind']

/** The attributes of an organization's people, with those that it registered itself, and those of a standard target. */
export async function loadSchemas(
  db: Queryable,
  organizationId: string,
  kind: TargetKind = 'scim',
): Promise<RuleSchemas> {
  const target = kind === 'ldap' ? ldapRegistry : createRegistry()
  return { source: await loadRegistry(db, organizationId, undefined), target }
}

/** Everything that can be said about rules, with the people whom it concerns. */
export async function checkAppRules(
  db: Queryable,
  request: {
    readonly organizationId: string
    readonly appId: string
    readonly kind: TargetKind
    readonly document: ProvisioningRules
    readonly now: Date
  },
): Promise<readonly RuleFinding[]> {
  const { organizationId, appId, kind, document, now } = request
  const schemas = await loadSchemas(db, organizationId, kind)
  const reads = { assignment: 'none', manager: 'whole', teams: true } as const
  const range = { organizationId, appId, reads, batchMax: sampledMax }
  const objects = [...(await readFirst(streamPeople(db, range))), ...(await readFirst(streamTeams(db, range)))]
  return checkRules(document, { schemas, objects, now })
}

async function readFirst(batches: AsyncGenerator<readonly SourceObject[]>): Promise<readonly SourceObject[]> {
  for await (const batch of batches) return batch
  return []
}

/** Throws `invalidRules` for rules that cannot work, with place and position of what is first to be mended. */
export async function requireSoundRules(
  db: Queryable,
  { organizationId, kind }: { readonly organizationId: string; readonly kind: TargetKind },
  document: ProvisioningRules,
): Promise<void> {
  refuseErrors(checkRules(document, { schemas: await loadSchemas(db, organizationId, kind) }))
}
