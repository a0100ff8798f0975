/** One line of RFC 4180, its end included. What a spreadsheet would compute begins with an apostrophe; see the guide. */
export function toCsvLine(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => quote(guard(cell ?? ''))).join(',')}\r\n`
}

// OWASP's list for CSV injection; plain numbers compute to themselves. An apostrophe is doubled, so that taking one away
// from each cell that begins with one gives back what was there.
function guard(text: string): string {
  return /^['=+\-@\t\r\n]/.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text
}

function quote(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
