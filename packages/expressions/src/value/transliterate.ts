/** Letters of a language in Latin letters without marks; by small letters, the case is kept. */
const german = toPairs('ä ae ö oe ü ue ß ss')
const nordic = toPairs('å aa ä ae æ ae ö oe ø oe ð d þ th')
const dutch = toPairs('ĳ ij')
const turkish = toPairs('ç c ğ g ı i ö o ş s ü u')

/** As machine-readable passports write it (ICAO Doc 9303, part 3). */
const cyrillic = [
  ...toPairs('а a б b в v г g д d е e ё e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch'),
  ...toPairs('ш sh щ shch ъ ie ы y э e ю iu я ia'),
  ['ь', ''],
] as const
const ukrainian = [...cyrillic, ...toPairs('г h ґ g є ie и y і i ї i ъ '), ['ʼ', ''], ["'", '']] as const
const bulgarian = [...cyrillic, ...toPairs('щ sht ъ a ю yu я ya х h'), ['ь', 'y']] as const
const serbian = [...cyrillic, ...toPairs('ђ dj ј j љ lj њ nj ћ c џ dz ж z ч c ш s ц c х h')] as const
/** ISO 843, the type that needs no marks. */
const greek = [
  ...toPairs('α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o'),
  ...toPairs('ά a έ e ή i ί i ό o ύ y ώ o ϊ i ϋ y ΐ i ΰ y'),
] as const

type Pairs = readonly (readonly [string, string])[]

const languages = {
  bg: bulgarian,
  da: nordic,
  de: german,
  el: greek,
  is: nordic,
  nb: nordic,
  nl: dutch,
  no: nordic,
  ru: cyrillic,
  sr: serbian,
  sv: nordic,
  tr: turkish,
  uk: ukrainian,
} as const satisfies Record<string, Pairs>

export type Language = keyof typeof languages

/** The languages by their codes in ISO 639-1. */
export const transliterated: readonly string[] = Object.keys(languages)

const tables = new Map<string, ReadonlyMap<string, string>>(
  Object.entries(languages).map(([language, pairs]: [string, Pairs]) => [language, new Map(pairs)]),
)

/** A text in Latin letters as the language writes itself; undefined for a language that is not known. */
export function transliterate(text: string, language: string): string | undefined {
  const table = tables.get(language)
  if (table === undefined) return undefined
  const letters = [...text.normalize('NFC')]
  return letters.map((letter, index) => toLatin(letter, letters[index + 1], table)).join('')
}

function toLatin(letter: string, next: string | undefined, table: ReadonlyMap<string, string>): string {
  const same = table.get(letter)
  if (same !== undefined) return same
  const small = letter === 'İ' ? 'i' : letter.toLowerCase()
  const latin = small === letter ? undefined : small === 'i' && letter === 'İ' ? 'i' : table.get(small)
  if (latin === undefined) return letter
  // ÄRGER becomes AERGER, Ärger Aerger.
  const isShouted = next !== undefined && next !== next.toLowerCase()
  return isShouted ? latin.toUpperCase() : latin.charAt(0).toUpperCase() + latin.slice(1)
}

function toPairs(list: string): Pairs {
  const words = list.split(' ')
  return words.flatMap((letter, index) => (index % 2 === 0 ? [[letter, words[index + 1] ?? ''] as const] : []))
}
