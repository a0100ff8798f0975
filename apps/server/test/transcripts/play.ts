import { randomUUID } from 'node:crypto'
import { type PlayedAnswer, checkExpectation, readPath } from './check-expectation.ts'
import type { Sequence, Step } from './transcript.ts'

/** Something that speaks SCIM: a base URL without a slash at its end, a token, and a way to send requests. */
export type Target = AsyncDisposable & {
  readonly baseUrl: string
  readonly token: string
  fetch(request: Request): Promise<Response>
}

/** Opens targets, each with an organization of its own, in the given style and the default profile. */
export type TargetFactory = AsyncDisposable & { open(style: string): Promise<Target> }

/** `query` is put on every URL, as a tenant URL that ends in `?aadOptscim062020` does. */
export type PlayOptions = { readonly query?: string }

type Variables = Map<string, unknown>

/** Plays a sequence and gives what was not as expected, with the number and name of the step. */
export async function playSequence(
  sequence: Sequence,
  target: Target,
  options: PlayOptions = {},
): Promise<readonly string[]> {
  const variables = createVariables()
  const problems: string[] = []
  for (const [index, step] of sequence.steps.entries()) {
    const where = `#${index + 1} ${step.name ?? ''}: ${step.method} ${fillText(step.path, variables).slice(0, 120)}`
    const answer = await send(step, { sequence, target, variables, options })
    for (const [name, path] of Object.entries(step.capture ?? {})) variables.set(name, readPath(answer.body, path))
    const wanted = [step.expected_status ?? []].flat()
    if (wanted.length > 0 && !wanted.includes(answer.status))
      problems.push(`${where}: ${answer.status}, expected ${wanted.join(' or ')}: ${answer.text.slice(0, 300)}`)
    for (const expectation of step.expect ?? []) {
      const problem = checkExpectation(fill(expectation, variables), answer)
      if (problem !== undefined) problems.push(`${where}: ${problem}`)
    }
  }
  return problems
}

type Stage = {
  readonly sequence: Sequence
  readonly target: Target
  readonly variables: Variables
  readonly options: PlayOptions
}

async function send(step: Step, { sequence, target, variables, options }: Stage): Promise<PlayedAnswer> {
  const headers = new Headers({ Authorization: `Bearer ${target.token}`, ...sequence.headers })
  for (const [name, value] of Object.entries(step.headers ?? {}))
    if (!value.includes('{{token}}')) headers.set(name, fillText(value, variables))
  const body = toBody(step, variables)
  if (body !== undefined && !headers.has('content-type')) headers.set('Content-Type', 'application/scim+json')
  const path = fillText(step.path, variables)
  const suffix = options.query === undefined ? '' : `${path.includes('?') ? '&' : '?'}${options.query}`
  // Quotes and blanks are percent-encoded as a client's HTTP library does; the rest of the URL is sent as written.
  const url = `${target.baseUrl}${path}${suffix}`.replaceAll('"', '%22').replaceAll(' ', '%20').replaceAll('\\', '%5C')
  const init = body === undefined ? { method: step.method, headers } : { method: step.method, headers, body }
  const response = await target.fetch(new Request(url, init))
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parse(text) }
}

function toBody(step: Step, variables: Variables): string | undefined {
  if (step.raw_body !== undefined) return fillText(step.raw_body, variables)
  return step.body === undefined || step.body === null ? undefined : JSON.stringify(fill(step.body, variables))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The generated values that our own sequences, the identity providers' transcripts and Okta's suite name. */
function createVariables(): Variables {
  const random = (): string => Math.random().toString(36).slice(2, 10)
  const email = `r${random()}@atko.com`
  return new Map<string, unknown>([
    ['rand', random()],
    ['guid', randomUUID()],
    ['uid', random()],
    ['groupPk', randomUUID()],
    ['randomGivenName', `G${random()}`],
    ['randomFamilyName', `F${random()}`],
    ['randomEmail', email],
    ['randomUsername', email],
    ['randomUsernameCaps', email.toUpperCase()],
    ['InvalidUserEmail', 'abcdefgh@atko.com'],
    ['UserIdThatDoesNotExist', '010101001010101011001010101011'],
  ])
}

function fillText(text: string, variables: Variables): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) =>
    variables.has(name) ? String(variables.get(name)) : whole,
  )
}

/** Fills in every text of a value; a text that is nothing but one name becomes what was captured, of whatever type. */
function fill<Value>(value: Value, variables: Variables): Value {
  // A copy with the same shape: only texts are exchanged.
  return fillUnknown(value, variables) as Value
}

function fillUnknown(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    const name = /^\{\{(\w+)\}\}$/.exec(value)?.[1]
    return name !== undefined && variables.has(name) ? variables.get(name) : fillText(value, variables)
  }
  if (Array.isArray(value)) return value.map((element) => fillUnknown(element, variables))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, fillUnknown(part, variables)]))
}
