import type { RuleFinding, SourceWriteBackSettings } from '@rollcall/admin-api'
import { suggestAttribute } from '@rollcall/expressions'
import { createRegistry, findResourceType, type ResourceType } from '@rollcall/scim'
import { loadRegistry } from '../../access/custom-types.ts'
import { refuseErrors } from '../../access/refuse-rules.ts'
import type { Queryable } from '../../db/pool.ts'
import { createRuleFinding } from '../../mapping/rule-findings.ts'
import { toTargetSchema } from '../../mapping/target-schema.ts'
import { compilePlace } from '../rules/place.ts'

/** Throws `invalidRules` where a source is to be told of something that people do not have. */
export async function requireSoundWriteBack(
  db: Queryable,
  organizationId: string,
  writeBack: SourceWriteBackSettings | undefined,
): Promise<void> {
  if (writeBack === undefined) return
  const registry = (await loadRegistry(db, organizationId, undefined)) ?? createRegistry()
  const type = findResourceType(registry, 'User')
  if (type === undefined) throw new Error('The registry has no resource type User')
  refuseErrors(checkWriteBack(writeBack, type), 'settings')
}

/** Everything that cannot be told, with its place and what may be meant. */
function checkWriteBack({ fields, requires }: SourceWriteBackSettings, type: ResourceType): readonly RuleFinding[] {
  return [
    ...Object.entries(fields).flatMap(([field, path]) => checkPath(path, `writeBack.fields.${field}`, type)),
    ...requires.flatMap((path, index) => checkPath(path, `writeBack.requires[${index}]`, type)),
  ]
}

function checkPath(path: string, field: string, type: ResourceType): readonly RuleFinding[] {
  const place = compilePlace(path, type)
  const isKept = typeof place !== 'string' && place.attribute.returned === 'never'
  if (typeof place !== 'string' && !isKept) return []
  const message = typeof place === 'string' ? place : `${path} is shown to nobody`
  const suggestion = isKept
    ? undefined
    : suggestAttribute(
        toTargetSchema(type, [], () => false),
        path,
      )
  return [createRuleFinding('E-TARGET', { field, attribute: path, message, suggestion })]
}
