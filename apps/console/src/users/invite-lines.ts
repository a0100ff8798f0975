/** One line of what somebody pasted: an address, also with a name before it. */
export type InviteLine =
  | { readonly kind: 'address'; readonly text: string; readonly address: string; readonly name: string }
  | { readonly kind: 'wrong' | 'twice'; readonly text: string }

/** So many at once; more come by a file of a source. */
export const invitesMax = 200

const named = /^"?([^"<]*?)"?\s*<([^<>]+)>$/
// What a mail server could take: the server says the rest.
const looksLikeAddress = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>".]+$/

/** Lines, or what mail programs put between commas and semicolons: `Ada Lovelace <ada@acme.example>; bea@acme.example`. */
export function readInviteLines(text: string): readonly InviteLine[] {
  const seen = new Set<string>()
  // A comma between quotes belongs to the name.
  return (text.match(/(?:"[^"\n]*"|[^\n;,])+/g) ?? [])
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line): InviteLine => {
      const [, name = '', bracketed] = named.exec(line) ?? []
      const address = (bracketed ?? line).trim()
      if (!looksLikeAddress.test(address)) return { kind: 'wrong', text: line }
      const key = address.toLowerCase()
      if (seen.has(key)) return { kind: 'twice', text: line }
      seen.add(key)
      return { kind: 'address', text: line, address, name: name.trim() }
    })
}
