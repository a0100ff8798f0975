import { createRequire } from 'node:module'

/** What is read of an element: enough to look at messages, and nothing that can be changed. */
export type XmlElement = {
  readonly name: string
  readonly namespace: string
  /** By local name; declarations of namespaces are none. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** Text directly inside, pieces joined. */
  readonly text: string
  /** Comments, processing instructions or CDATA are among the children. */
  readonly hasOther: boolean
}

/** The text is no XML that we read. */
export class XmlError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'XmlError'
  }
}

export const namespaces = {
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  encryption: 'http://www.w3.org/2001/04/xmlenc#',
} as const

const depthMax = 100
const elementsMax = 20_000

/** The part of the DOM that we walk. */
type Node = {
  readonly nodeType: number
  readonly localName: string | null
  readonly namespaceURI: string | null
  readonly nodeValue: string | null
  readonly firstChild: Node | null
  readonly nextSibling: Node | null
  readonly attributes: { readonly length: number; item(index: number): Node & { readonly prefix: string | null } }
}
type ParserOptions = { readonly locator: object; readonly errorHandler: (level: string, message: string) => void }
type Parser = new (options: ParserOptions) => {
  parseFromString(text: string, type: string): { readonly documentElement?: Node; readonly firstChild: Node | null }
}

// The types of the package would bring those of the browser into all of our code.
const { DOMParser } = createRequire(import.meta.url)('@xmldom/xmldom') as { readonly DOMParser: Parser }

/**
 * Reads a document with the parser that signatures are verified by, so that both see the same. Refuses a document type:
 * it could declare entities. Throws `XmlError`.
 */
export function readXml(text: string): XmlElement {
  if (/<!(?!--|\[CDATA\[)/.test(text)) throw new XmlError('The document declares a document type')
  let root: Node | undefined
  try {
    const document = new DOMParser({
      locator: {},
      errorHandler: (_level, message) => {
        throw new XmlError(message.split('\n', 1)[0]?.slice(0, 200) ?? '')
      },
    }).parseFromString(text, 'text/xml')
    root = document.documentElement
  } catch (error) {
    if (error instanceof XmlError) throw error
    throw new XmlError(error instanceof Error ? error.message.slice(0, 200) : 'The document cannot be read')
  }
  if (root === undefined) throw new XmlError('The document has no element')
  return toElement(root, { depth: 0, count: { elements: 0 } })
}

type Place = { readonly depth: number; readonly count: { elements: number } }

function toElement(node: Node, { depth, count }: Place): XmlElement {
  count.elements += 1
  if (depth > depthMax || count.elements > elementsMax) throw new XmlError('The document is too deep or too large')
  const children: XmlElement[] = []
  const texts: string[] = []
  let hasOther = false
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.nodeType === elementNode) children.push(toElement(child, { depth: depth + 1, count }))
    else if (child.nodeType === textNode) texts.push(toText(child))
    else hasOther = true
  }
  return {
    name: node.localName ?? '',
    namespace: node.namespaceURI ?? '',
    attributes: readAttributes(node),
    children,
    text: texts.join(''),
    hasOther,
  }
}

const elementNode = 1
const textNode = 3

function readAttributes({ attributes }: Node): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (let index = 0; index < attributes.length; index++) {
    const attribute = attributes.item(index)
    if (attribute.prefix === 'xmlns' || (attribute.prefix === null && attribute.localName === 'xmlns')) continue
    const name = attribute.localName ?? ''
    found.set(name, toText(attribute))
  }
  return found
}

/** The parser makes characters that XML has not of references such as `&#0;` (XML 1.0 §4.1). */
function toText({ nodeValue }: Node): string {
  const text = nodeValue ?? ''
  if (text.includes('\0') || !text.isWellFormed()) throw new XmlError('The document refers to a character that is none')
  return text
}

/** Direct children of that name. */
export function childrenOf(element: XmlElement | undefined, namespace: string, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name && child.namespace === namespace) ?? []
}

/** The element and everything in it. */
export function* walk(element: XmlElement): Generator<XmlElement> {
  yield element
  for (const child of element.children) yield* walk(child)
}
