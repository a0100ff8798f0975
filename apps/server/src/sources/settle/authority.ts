import type { JsonObject } from '@rollcall/scim'
import type { Mapped, MappedReference, MappedValues } from '../map/mapped.ts'

/** How much a source has to say. */
export type SourceRank = {
  readonly id: string
  /** The smaller number wins. */
  readonly precedence: number
  /** Attributes for which another number holds. */
  readonly overrides: ReadonlyMap<string, number>
}

/** What one source says of a person. */
export type Voice = { readonly sourceId: string; readonly mapped: Mapped }

type Part = 'values' | 'onCreate' | 'ifEmpty'

/** Whom a record names, and in which source he is called so. */
export type SourceReference = MappedReference & { readonly sourceId: string }

/** What holds of a person, whoever says it. */
export type Reconciled = Pick<Mapped, Part | 'secret'> & {
  readonly references: { readonly [target: string]: SourceReference }
}

/**
 * What holds of a person of whom several sources speak: for each attribute, what the source of the smallest number says. What a source
 * does not speak of falls through to the next one; null is an answer.
 */
export function reconcileVoices(voices: readonly Voice[], ranks: ReadonlyMap<string, SourceRank>): Reconciled {
  const [only] = voices
  if (voices.length === 1 && only !== undefined)
    return { ...only.mapped, references: withSource(only.mapped.references, only.sourceId) }
  const speakers = voices.filter(({ sourceId }) => ranks.has(sourceId))
  const rankOf = (sourceId: string, target: string): number => {
    const rank = ranks.get(sourceId)
    return rank === undefined ? Number.POSITIVE_INFINITY : (rank.overrides.get(target) ?? rank.precedence)
  }
  const winnerOf = (target: string): string | undefined => {
    const speaking = speakers.filter(({ mapped }) => speaksOf(mapped, target)).map(({ sourceId }) => sourceId)
    return speaking.toSorted((left, right) => rankOf(left, target) - rankOf(right, target))[0]
  }
  const targets = new Set(speakers.flatMap(({ mapped }) => listTargets(mapped)))
  const winners = new Map([...targets].map((target) => [target, winnerOf(target)]))
  const wins = (sourceId: string) => (target: string) => winners.get(target) === sourceId
  const join = (part: Part): MappedValues =>
    Object.fromEntries(
      speakers.flatMap(({ sourceId, mapped }) => Object.entries(pick(mapped[part] ?? {}, wins(sourceId)))),
    )
  return {
    values: join('values'),
    onCreate: join('onCreate'),
    ifEmpty: join('ifEmpty'),
    references: Object.fromEntries(
      speakers.flatMap(({ sourceId, mapped }) =>
        Object.entries(withSource(pick(mapped.references ?? {}, wins(sourceId)), sourceId)),
      ),
    ),
    secret: [...new Set(speakers.flatMap(({ mapped }) => mapped.secret ?? []))],
  }
}

function withSource(references: Mapped['references'], sourceId: string): Reconciled['references'] {
  const entries = Object.entries(references ?? {})
  return Object.fromEntries(entries.map(([target, reference]) => [target, { ...reference, sourceId }]))
}

function speaksOf({ values, ifEmpty, onCreate, references }: Mapped, target: string): boolean {
  return [values, ifEmpty, onCreate, references].some((part) => part !== undefined && Object.hasOwn(part, target))
}

function listTargets({ values, ifEmpty, onCreate, references }: Mapped): readonly string[] {
  return [values, ifEmpty, onCreate, references].flatMap((part) => Object.keys(part ?? {}))
}

function pick<Value>(
  values: { readonly [target: string]: Value },
  isWanted: (target: string) => boolean,
): { readonly [target: string]: Value } {
  return Object.fromEntries(Object.entries(values).filter(([target]) => isWanted(target)))
}

/** Reads what the settings of a source say of its authority. */
export function toRank(source: {
  readonly id: string
  readonly precedence: number
  readonly settings: JsonObject
}): SourceRank {
  const { authority } = source.settings
  const entries = typeof authority === 'object' && authority !== null ? Object.entries(authority) : []
  const numbers = entries.flatMap(([target, number]): (readonly [string, number])[] =>
    typeof number === 'number' ? [[target, number]] : [],
  )
  return { id: source.id, precedence: source.precedence, overrides: new Map(numbers) }
}
