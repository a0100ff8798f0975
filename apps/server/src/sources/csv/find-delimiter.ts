import type { CsvFormat } from '@rollcall/admin-api'

const delimiters = [',', ';', '\t', '|'] as const
/** A header that is longer is looked at as far as this. */
const headerCharactersMax = 1024 * 1024

/** The delimiter of a text, and the text with what was looked at for it. */
export async function findDelimiter(
  text: AsyncGenerator<string>,
  setting: CsvFormat['delimiter'],
): Promise<{ readonly delimiter: string; readonly text: AsyncIterable<string> }> {
  if (setting !== 'auto') return { delimiter: setting, text }
  let start = ''
  while (!/[^\r\n][\r\n]/.test(start) && start.length < headerCharactersMax) {
    const next = await text.next()
    if (next.done === true) break
    start += next.value
  }
  return { delimiter: mostFrequent(start), text: joined(start, text) }
}

/** Which of the delimiters the first line has most of, outside of quotes. */
function mostFrequent(start: string): string {
  const line = start.replace(/"[^"]*"/g, '').trimStart()
  const header = line.slice(0, line.search(/[\r\n]|$/))
  const counts = delimiters.map((delimiter) => header.split(delimiter).length)
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ','
}

async function* joined(start: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield start
  yield* rest
}
