import type { JsonObject } from '@rollcall/scim'
import { parseMapped, type Mapped } from '../map/mapped.ts'
import type { RecordVault, SealedPart } from './record-vault.ts'

type Name = { readonly organizationId: string; readonly sourceId: string }
export type SealingSite = { readonly name: Name; readonly vault: RecordVault }

// As long as those of records without secrets.
const hashCharacters = 22

type GivenRaw = {
  readonly anchor: string
  readonly hash: string
  readonly raw: string
  readonly attributes: JsonObject
}

/** What a source said of somebody, as it is staged: whole and sealed where any of it is secret. */
export function sealRaw<Given extends GivenRaw>(
  given: Given,
  { name, vault, secret }: SealingSite & { readonly secret: ReadonlySet<string> },
): Given {
  const { raw, anchor, attributes } = given
  if (!hasSecret(attributes, secret)) return given
  const of: SealedPart = { ...nameOnly(name), part: 'raw', anchor }
  // A plain hash of few possible values would be the value.
  return { ...given, raw: vault.seal(raw, of), hash: vault.digest(raw).slice(0, hashCharacters) }
}

export function hasSecret(attributes: JsonObject, secret: ReadonlySet<string>): boolean {
  for (const name of secret) {
    const value = attributes[name]
    if (value !== undefined && value !== null && value !== '') return true
  }
  return false
}

type StoredRecord = { readonly anchor: string; readonly raw: string; readonly mapped: string | null }

/** A record as it was before it was sealed. */
export function openRecord<Stored extends StoredRecord>(stored: Stored, { name, vault }: SealingSite): Stored {
  return { ...stored, raw: openRaw(stored, { name, vault }), mapped: openMapped(stored, { name, vault }) }
}

export function openRaw(
  { anchor, raw }: { readonly anchor: string; readonly raw: string },
  { name, vault }: SealingSite,
): string {
  return vault.open(raw, { ...nameOnly(name), part: 'raw', anchor })
}

export function openMapped(
  { anchor, mapped }: { readonly anchor: string; readonly mapped: string | null },
  { name, vault }: SealingSite,
): string | null {
  return mapped === null ? null : vault.open(mapped, { ...nameOnly(name), part: 'mapped', anchor })
}

/** What the rules made of a record; sealed where any of it comes of what is secret. */
export function sealMapped(
  { anchor, mapped }: { readonly anchor: string; readonly mapped: string | null },
  { name, vault }: SealingSite,
  parsed: Mapped | undefined = parseMapped(mapped),
): string | null {
  if (mapped === null || (parsed?.secret ?? []).length === 0) return mapped
  return vault.seal(mapped, { ...nameOnly(name), part: 'mapped', anchor })
}

type Written = {
  readonly anchor: string
  readonly attributes: string | null
  readonly differences: string | null
}

/** What is planned of somebody. */
export function sealOperation<Planned extends Written>(planned: Planned, { name, vault }: SealingSite): Planned {
  return convert(planned, (text, part) => vault.seal(text, { ...nameOnly(name), part, anchor: planned.anchor }))
}

export function openOperation<Planned extends Written>(planned: Planned, { name, vault }: SealingSite): Planned {
  return convert(planned, (text, part) => vault.open(text, { ...nameOnly(name), part, anchor: planned.anchor }))
}

function convert<Planned extends Written>(
  planned: Planned,
  change: (text: string, part: 'attributes' | 'differences') => string,
): Planned {
  const { attributes, differences } = planned
  return {
    ...planned,
    attributes: attributes === null ? null : change(attributes, 'attributes'),
    differences: differences === null ? null : change(differences, 'differences'),
  }
}

function nameOnly({ organizationId, sourceId }: Name): Name {
  return { organizationId, sourceId }
}
