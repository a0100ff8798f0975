import { createRegistry, findResourceType, foldCase, type JsonObject } from '@rollcall/scim'
import {
  deleteReservedValue,
  findReservation,
  reserveValue,
  selectReservedKeys,
} from '../../db/queries/reserved-values.ts'
import type { DesiredAttributes } from '../desired.ts'
import type { ObjectKind } from '../object.ts'
import { compilePath } from '../../mapping/paths.ts'
import type { Outcome, Target, TargetObject } from '../targets/target.ts'
import type { Exporter } from './context.ts'
import type { Turn } from './turn.ts'

/** Asks the app under a permit; undefined: it could not be asked, and that is written down. */
export type AskApp = <Value>(request: () => Promise<Outcome<Value>>) => Promise<Value | undefined>

/** Values that nobody else has, of the candidates that the rules give. */
export type Chosen =
  | { readonly kind: 'chosen'; readonly values: DesiredAttributes }
  /** All candidates of this attribute are taken. */
  | { readonly kind: 'none'; readonly attribute: string; readonly candidates: number }
  | { readonly kind: 'unasked' }

/**
 * For each attribute of a new account the first candidate that neither another object of ours has taken nor anybody in the
 * app has. The choice is written down before it is used, so that a second try takes the same.
 */
export async function chooseUnique(exporter: Exporter, turn: Turn, ask: AskApp): Promise<Chosen> {
  const values: Record<string, string> = {}
  for (const { attribute, candidates } of turn.evaluated.unique) {
    const chosen = await chooseOne(exporter, turn, { attribute, candidates, ask })
    if (chosen === undefined) return { kind: 'unasked' }
    if (chosen === null) return { kind: 'none', attribute, candidates: candidates.length }
    values[attribute] = chosen
  }
  return { kind: 'chosen', values }
}

type Choice = { readonly attribute: string; readonly candidates: readonly string[]; readonly ask: AskApp }

async function chooseOne(
  { app, database, isRehearsal = false }: Exporter,
  { item }: Turn,
  { attribute, candidates, ask }: Choice,
): Promise<string | null | undefined> {
  const { organizationId, appId } = app
  const { objectId, kind } = item
  const own = await selectReservedKeys(database, { organizationId, appId, attribute, objectId })
  const before = candidates.find((candidate) => own.has(foldCase(candidate)))
  if (before !== undefined) return before
  for (const candidate of candidates) {
    const value = { organizationId, appId, attribute, valueKey: foldCase(candidate), objectId }
    const reserve = isRehearsal ? findReservation : reserveValue
    if ((await reserve(database, value)) === 'taken') continue
    const found = await ask(() => findHolders(app.target, kind, { attribute, value: candidate }))
    if (found?.length === 0) return candidate
    if (!isRehearsal) await deleteReservedValue(database, value)
    if (found === undefined) return undefined
  }
  return null
}

function findHolders(
  target: Target,
  kind: ObjectKind,
  test: { readonly attribute: string; readonly value: string },
): Promise<Outcome<readonly TargetObject[]>> {
  return target.findHolders?.(test.attribute, test.value) ?? target.find(kind, [test])
}

/** Of what is given only where there is nothing, that which an account in the app lacks. */
export function listLacking(
  ifEmpty: DesiredAttributes,
  { resource }: TargetObject,
  kind: ObjectKind,
): DesiredAttributes {
  return Object.fromEntries(Object.entries(ifEmpty).filter(([path]) => isEmpty(readPath(resource, path, kind))))
}

const registry = createRegistry()

function readPath(resource: JsonObject, path: string, kind: ObjectKind): unknown {
  const type = findResourceType(registry, kind === 'user' ? 'User' : 'Group')
  const reader = type && compilePath(path, type)
  if (reader !== undefined) return reader.read(resource)
  const colon = path.lastIndexOf(':')
  // Of a directory, whose attributes are no SCIM schema's; names of attributes know no case.
  if (colon < 0) return Object.entries(resource).find(([name]) => name.toLowerCase() === path.toLowerCase())?.[1]
  const extension = resource[path.slice(0, Math.max(colon, 0))]
  return typeof extension === 'object' && extension !== null && !Array.isArray(extension)
    ? Object.entries(extension).find(([name]) => name === path.slice(colon + 1))?.[1]
    : undefined
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
