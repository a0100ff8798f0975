import { foldCase } from '@rollcall/scim'
import { passwordCharactersMax } from '../directory/password-hash.ts'
import { worstPasswords } from './worst-passwords.ts'

export const passwordCharactersMin = 12
/** A password of fewer different characters is a pattern. */
const differentCharactersMin = 5

/** Why a password is none that somebody may choose (NIST SP 800-63B §3.1.1.2); the pages have a text for each. */
export type PasswordFlaw = 'tooShort' | 'tooLong' | 'tooCommon' | 'isName'

/** Says whether a password is known to thieves, such as from a list of breaches. */
export type BreachList = { has(password: string): Promise<boolean> }

/** Only what a person chooses is held against this: what an identity provider syncs follows its own rules. */
export async function findPasswordFlaw(
  password: string,
  { names, breaches }: { readonly names: readonly string[]; readonly breaches: BreachList | undefined },
): Promise<PasswordFlaw | undefined> {
  const text = password.normalize('NFC')
  if ([...text].length < passwordCharactersMin) return 'tooShort'
  if (text.length > passwordCharactersMax) return 'tooLong'
  const folded = foldCase(text)
  // A long name is no secret; a short one inside a long password does no harm.
  if (names.some((name) => name !== '' && folded.replaceAll(foldCase(name), '').length < passwordCharactersMin / 2))
    return 'isName'
  if (isWorn(folded)) return 'tooCommon'
  return (await breaches?.has(text)) === true ? 'tooCommon' : undefined
}

function isWorn(folded: string): boolean {
  if (new Set(folded).size < differentCharactersMin) return true
  // What people add to a bad password when a longer one is asked for.
  const core = folded.replace(/[\d\W_]+$/u, '').replace(/^[\d\W_]+/u, '')
  return worstPasswords.has(folded) || worstPasswords.has(core) || isRow(folded)
}

/** 123456789012, abcdefghijkl, and the same backwards. */
function isRow(text: string): boolean {
  const steps = [...text].slice(1).map((character, at) => (character.codePointAt(0) ?? 0) - (text.codePointAt(at) ?? 0))
  const rising = steps.filter((step) => step === 1 || step === -9).length
  const falling = steps.filter((step) => step === -1 || step === 9).length
  return Math.max(rising, falling) >= steps.length - 1
}
