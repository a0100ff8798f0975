/** Latin letters that Unicode does not take apart. */
const letters: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['ẞ', 'SS'],
  ['æ', 'ae'],
  ['Æ', 'AE'],
  ['œ', 'oe'],
  ['Œ', 'OE'],
  ['ø', 'oe'],
  ['Ø', 'OE'],
  ['ł', 'l'],
  ['Ł', 'L'],
  ['đ', 'd'],
  ['Đ', 'D'],
  ['ı', 'i'],
])

// Only marks on Latin letters: elsewhere a mark makes another letter, such as й or が.
const accented = /(\p{Script=Latin})\p{Mn}+/gu

/** A text whose Latin letters have no accents; other scripts stay as they are. */
export function foldDiacritics(text: string): string {
  const plain = text.normalize('NFD').replaceAll(accented, '$1').normalize('NFC')
  return plain.replaceAll(/[ßẞæÆœŒøØłŁđĐı]/g, (letter) => letters.get(letter) ?? letter)
}
