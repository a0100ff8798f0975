import type { Answer } from '@rollcall/scim/server'
import type { PlainRequest } from './plain-request.ts'
import type { RequestContext } from './request-context.ts'

/** A part of the web that answers everything below its prefix. */
export type Mount = {
  /** Segments that start with a colon match one segment each: `/o/:slug/scim/v2`. */
  readonly prefix: string
  fetch(request: Request, context: RequestContext): Response | Promise<Response>
  /** The same as plain data, for reads without a body: `Request` and `Response` cost as much as the read itself. */
  answer?(request: PlainRequest, context: RequestContext): Promise<Answer>
  /** Lets go of what the mount holds; called once, after the last request. */
  close?(): Promise<void>
}

export type MountMatch = {
  readonly mount: Mount
  /** The prefix as it was asked, parameters filled in. */
  readonly prefix: string
  /** What follows the prefix: '' or '/…'. */
  readonly rest: string
  readonly parameters: ReadonlyMap<string, string>
}

type Matcher = (path: string) => MountMatch | undefined

const noParameters: ReadonlyMap<string, string> = new Map()

/** The first mount whose prefix fits wins; longer prefixes come first. */
export function createMatcher(mounts: readonly Mount[]): Matcher {
  const matchers = mounts
    .toSorted((a, b) => b.prefix.length - a.prefix.length)
    .map((mount) => (mount.prefix.includes(':') ? patternMatcher(mount) : literalMatcher(mount)))
  return (path) => {
    for (const match of matchers) {
      const found = match(path)
      if (found !== undefined) return found
    }
    return undefined
  }
}

function literalMatcher(mount: Mount): Matcher {
  const { prefix } = mount
  return (path) => {
    if (!path.startsWith(prefix)) return undefined
    const rest = path.slice(prefix.length)
    if (rest !== '' && rest.charCodeAt(0) !== slash) return undefined
    return { mount, prefix, rest, parameters: noParameters }
  }
}

const slash = 0x2f

function patternMatcher(mount: Mount): Matcher {
  const names: string[] = []
  const source = mount.prefix.replace(/:([a-zA-Z]+)/g, (_, name: string) => {
    names.push(name)
    return '([^/]+)'
  })
  const pattern = new RegExp(`^${source}(?=/|$)`)
  const head = mount.prefix.slice(0, mount.prefix.indexOf(':'))
  return (path) => {
    const found = path.startsWith(head) ? pattern.exec(path) : null
    if (found === null) return undefined
    const [prefix, ...values] = found
    const parameters = new Map(names.map((name, index) => [name, decodeSegment(values[index] ?? '')]))
    return { mount, prefix, rest: path.slice(prefix.length), parameters }
  }
}

/** A segment with broken percent-encoding names nothing; it is passed on as it is and found nowhere. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
