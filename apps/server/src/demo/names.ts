import type { SeededRandom } from './random.ts'

export type DemoName = {
  readonly givenName: string
  readonly familyName: string
  readonly displayName: string
  /** In Latin letters, for addresses. */
  readonly latin: string
  readonly locale: 'en-US' | 'ko-KR' | 'ja-JP' | 'fr-FR'
}

type Word = readonly [written: string, latin: string]
type Words = readonly [Word, ...(readonly Word[])]

const korean: { readonly family: Words; readonly given: Words } = {
  family: [
    ['김', 'kim'],
    ['이', 'lee'],
    ['박', 'park'],
    ['최', 'choi'],
    ['정', 'jung'],
    ['남궁', 'namgung'],
    ['선우', 'sunwoo'],
  ],
  given: [
    ['서연', 'seoyeon'],
    ['민준', 'minjun'],
    ['지우', 'jiwoo'],
    ['하은', 'haeun'],
    ['도윤', 'doyun'],
    ['솔', 'sol'],
    ['빛나리', 'bitnari'],
  ],
}

const japanese: { readonly family: Words; readonly given: Words } = {
  family: [
    ['佐藤', 'sato'],
    ['鈴木', 'suzuki'],
    ['高橋', 'takahashi'],
    ['髙橋', 'takahashi'],
    ['渡邉', 'watanabe'],
    ['齋藤', 'saito'],
    ['長谷川', 'hasegawa'],
  ],
  given: [
    ['陽葵', 'himari'],
    ['蓮', 'ren'],
    ['結衣', 'yui'],
    ['さくら', 'sakura'],
    ['ジョン', 'jon'],
    ['𠮷之助', 'kichinosuke'],
    ['大翔', 'hiroto'],
  ],
}

const french: { readonly family: Words; readonly given: Words } = {
  family: [
    ['Lefèvre', 'lefevre'],
    ['Müller-Dubois', 'mullerdubois'],
    ['d’Aubigné', 'daubigne'],
    ["L'Hôpital", 'lhopital'],
    ['Çelik', 'celik'],
    ['Garçon', 'garcon'],
    ['de La Rochefoucauld-Liancourt', 'rochefoucauld'],
  ],
  given: [
    ['Zoé', 'zoe'],
    ['Anaïs', 'anais'],
    ['François', 'francois'],
    ['Léonie', 'leonie'],
    ['Jean-Baptiste', 'jeanbaptiste'],
    ['Maël', 'mael'],
    ['Œuvrard', 'oeuvrard'],
  ],
}

const english: { readonly family: Words; readonly given: Words } = {
  family: [
    ["O'Brien", 'obrien'],
    ['Smith', 'smith'],
    ['Fitzgerald-Worthington', 'fitzgerald'],
    ['Null', 'null'],
    ['True', 'true'],
    ['St. John', 'stjohn'],
    ['Nguyễn', 'nguyen'],
  ],
  given: [
    ['Ada', 'ada'],
    ['Grace', 'grace'],
    ['Zoë', 'zoe'],
    ['Seán', 'sean'],
    ["D'Arcy", 'darcy'],
    ['Bartholomew Maximilian Alexander', 'bart'],
    ['Jo', 'jo'],
  ],
}

/** Family names come first where they do; a third of the people write in Latin letters without accents. */
export function pickName(random: SeededRandom): DemoName {
  switch (random.integer(5)) {
    case 0:
      return toName(random, korean, { locale: 'ko-KR', joined: (family, given) => family + given })
    case 1:
      return toName(random, japanese, { locale: 'ja-JP', joined: (family, given) => `${family} ${given}` })
    case 2:
      return toName(random, french, { locale: 'fr-FR', joined: (family, given) => `${given} ${family}` })
    default:
      return toName(random, english, { locale: 'en-US', joined: (family, given) => `${given} ${family}` })
  }
}

function toName(
  random: SeededRandom,
  words: { readonly family: Words; readonly given: Words },
  form: { readonly locale: DemoName['locale']; joined(family: string, given: string): string },
): DemoName {
  const [familyName, familyLatin] = random.pick(words.family)
  const [written, givenLatin] = random.pick(words.given)
  // What is composed of letter and accent is the same name to people, and must be to us: some are written so.
  const givenName = random.integer(7) === 0 ? written.normalize('NFD') : written
  const displayName = form.joined(familyName, givenName)
  return { givenName, familyName, displayName, latin: `${givenLatin}.${familyLatin}`, locale: form.locale }
}

const departments = [
  'Engineering',
  '개발팀',
  '営業部',
  'Ventes & Marketing',
  'People',
  '재무',
  '法務',
  'R&D "Nord"',
] as const

export function pickDepartment(random: SeededRandom): string {
  return random.pick(departments)
}

export const teamNames = [
  'Platform',
  '플랫폼',
  '基盤',
  'Équipe Sécurité',
  'Data',
  '고객지원',
  '品質保証',
  'Ops (24×7)',
  'O’Neill’s',
] as const
