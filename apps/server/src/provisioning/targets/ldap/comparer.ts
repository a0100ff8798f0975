import type { JsonObject } from '@rollcall/scim'
import type { ObjectKind } from '../../object.ts'
import type { Compared, Comparer } from '../target.ts'
import { isId, searchedAs } from './find-entries.ts'
import { LdapRefusal } from './refusal.ts'
import type { LdapSettings } from './settings.ts'
import { ownAttributes, toLdapValues } from './values.ts'

/** Compared without regard to case (RFC 4519, RFC 4524, RFC 2798; MS-ADTS §2.2.1). */
const caseIgnored: ReadonlySet<string> = new Set([
  'uid',
  'cn',
  'sn',
  'givenname',
  'mail',
  'displayname',
  'employeenumber',
  'employeeid',
  'employeetype',
  'samaccountname',
  'userprincipalname',
  'mailnickname',
  'description',
  'title',
  'ou',
  'o',
])

const own: ReadonlySet<string> = new Set([...Object.values(ownAttributes), 'distinguishedname', 'dn'])

/**
 * Directories compare by rules of each attribute that are looser than any text: spaces, hyphens, accents, leading zeros. Keys
 * leave all of that out, and what differs in it only the directory decides.
 */
export function createLdapComparer(
  kind: ObjectKind,
  { settings, isHeld }: { readonly settings: LdapSettings; readonly isHeld: Comparer['isHeld'] },
): Comparer {
  const references = new Set(settings.profile.references.map((name) => name.toLowerCase()))
  return {
    compareAccount: (attribute, resource) =>
      textsAt(resource, searchedAs(kind, attribute, settings)).map((text) => toCompared(attribute, text)),
    compareValue: (attribute, value) => {
      const folded = attribute.toLowerCase()
      if (isId(attribute) || own.has(folded) || references.has(folded)) return undefined
      const [text, ...others] = toTexts(attribute, value)
      return text === undefined || others.length > 0 ? undefined : toCompared(attribute, text)
    },
    isHeld,
  }
}

function toTexts(attribute: string, value: Parameters<typeof toLdapValues>[1]): readonly string[] {
  try {
    return toLdapValues(attribute, value)
  } catch (error) {
    if (error instanceof LdapRefusal) return []
    throw error
  }
}

function textsAt(resource: JsonObject, attribute: string): readonly string[] {
  const wanted = attribute.toLowerCase()
  const found = Object.entries(resource).find(([name]) => name.toLowerCase() === wanted)?.[1]
  const values = Array.isArray(found) ? found : [found]
  return values.filter((value) => typeof value === 'string')
}

function toCompared(attribute: string, text: string): Compared {
  const isPlain = caseIgnored.has(attribute.toLowerCase()) && /^[ -~]*$/.test(text)
  return { key: toKey(text), written: isPlain ? `~${text.trim().replaceAll(/ +/g, ' ').toLowerCase()}` : text }
}

/** Letters that directories take for two others, and that Unicode does not take apart. */
const letters: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['ł', 'l'],
  ['þ', 'th'],
  ['ı', 'i'],
])

function toKey(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\p{M}\p{Z}\p{C}\p{Pd}]/gu, '')
    .replaceAll(/[ßæœøđðłþı]/g, (letter) => letters.get(letter) ?? letter)
  return /^\d+$/.test(plain) ? plain.replace(/^0+(?=\d)/, '') : plain
}
