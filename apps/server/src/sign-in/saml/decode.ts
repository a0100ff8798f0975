import { readXml, walk, XmlError, type XmlElement } from './xml.ts'
import { SamlError } from './saml-error.ts'

/** Of the XML, before anything of it is looked at. */
export const messageBytesMax = 256 * 1024

const utf8 = new TextDecoder('utf-8', { fatal: true })
const base64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/
// What an assertion says must be what was signed, to every parser: nothing that one drops and another keeps.
const markup = /<!|<\?|&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)/
// A declaration at the very beginning is all right.
const declaration = /^<\?xml[^?>]*\?>\s*/

/** The text of a message of the POST binding. */
export function decodeMessage(text: string): string {
  if (text.length > (messageBytesMax * 4) / 3 + 1024)
    throw new SamlError('tooLarge', `The message has more than ${messageBytesMax} bytes`)
  if (!base64.test(text)) throw new SamlError('malformed', 'The message is no base64')
  return decodeBytes(Buffer.from(text, 'base64'))
}

export function decodeBytes(bytes: Uint8Array): string {
  if (bytes.byteLength > messageBytesMax)
    throw new SamlError('tooLarge', `The message has more than ${messageBytesMax} bytes`)
  try {
    return utf8.decode(bytes)
  } catch {
    throw new SamlError('malformed', 'The message is no UTF-8')
  }
}

/** Reads a message, or an assertion by itself, and refuses what could mean different things to different readers. */
export function readMessage(xml: string): XmlElement {
  const found = markup.exec(xml.replace(declaration, ''))
  if (found !== null) throw new SamlError('forbiddenMarkup', `The message holds "${found[0]}"`)
  const root = read(xml)
  for (const { hasOther } of walk(root))
    if (hasOther) throw new SamlError('forbiddenMarkup', 'The message holds something besides elements and text')
  requireUniqueIds(root)
  return root
}

/** What a signature refers to must be one element. Throws `SamlError`. */
export function requireUniqueIds(root: XmlElement): void {
  const ids = new Set<string>()
  for (const { attributes } of walk(root)) {
    for (const name of ['ID', 'Id', 'id']) {
      const id = attributes.get(name)
      if (id !== undefined && ids.has(id)) throw new SamlError('duplicateId', 'Two elements have the same ID')
      if (id !== undefined) ids.add(id)
    }
  }
}

function read(xml: string): XmlElement {
  try {
    return readXml(xml)
  } catch (error) {
    if (error instanceof XmlError) throw new SamlError('malformed', error.message, { cause: error })
    throw error
  }
}
