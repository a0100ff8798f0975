import { ScimClientError } from '@rollcall/scim/client'
import type { ObjectKind } from '../../object.ts'
import type { Outcome, TargetPage } from '../target.ts'
import { type AttributePlace, printAttribute } from './attribute-place.ts'
import { valuesAt } from './draft-resource.ts'

/** Lists of which only a few attributes are needed (RFC 7644 §3.9). */
export type Narrowing = {
  /** `names` undefined: all of each account. */
  read(
    list: {
      readonly kind: ObjectKind
      readonly page: string | undefined
      /** Empty: all that there is. */
      readonly places: readonly AttributePlace[]
    },
    readPage: (names: readonly string[] | undefined) => Promise<Outcome<TargetPage>>,
  ): Promise<Outcome<TargetPage>>
}

/**
 * The first page is read both ways: an app that refuses to be asked for attributes, or leaves out what it was asked for, is
 * read whole.
 */
export function createNarrowing(): Narrowing {
  const isNarrow = new Map<ObjectKind, boolean>()
  return {
    read: async ({ kind, page, places }, readPage) => {
      if (places.length === 0) return readPage(undefined)
      const names = [...new Set(places.map(printAttribute))]
      if (page !== undefined) return readPage(isNarrow.get(kind) === true ? names : undefined)
      const whole = await readPage(undefined)
      if (whole.kind !== 'done' || whole.value.next === undefined) return whole
      isNarrow.set(kind, await isShown(whole.value, places, () => readPage(names)))
      return whole
    },
  }
}

async function isShown(
  whole: TargetPage,
  places: readonly AttributePlace[],
  readNarrow: () => Promise<Outcome<TargetPage>>,
): Promise<boolean> {
  try {
    const narrow = await readNarrow()
    return narrow.kind === 'done' && showsSame(whole, narrow.value, places)
  } catch (error) {
    if (error instanceof ScimClientError) return false
    throw error
  }
}

function showsSame(whole: TargetPage, narrow: TargetPage, places: readonly AttributePlace[]): boolean {
  const shown = new Map(narrow.objects.map(({ key, resource }) => [key, resource]))
  return whole.objects.every(({ key, resource }) => {
    const other = shown.get(key)
    if (other === undefined) return false
    return places.every((place) => JSON.stringify(valuesAt(resource, place)) === JSON.stringify(valuesAt(other, place)))
  })
}
