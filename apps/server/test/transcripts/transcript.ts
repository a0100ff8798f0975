import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What must hold of an answer; see `checkExpectation`. The words are those of the shared transcripts and a few more. */
export type Expectation = {
  /** `a.b[0].c`, `a[*].b` for a list of values; behind a `|` a URN is one name. Left out: the whole body. */
  readonly path?: string
  readonly namespace?: string
  readonly header?: string
  readonly equals_path?: string
  readonly exists?: boolean
  readonly equals?: unknown
  readonly equals_string?: string
  readonly not_equals_string?: string
  readonly type?: string
  readonly length?: number
  readonly not_empty?: boolean
  readonly empty?: boolean
  readonly has_value?: unknown
  readonly lacks_value?: unknown
  readonly contains?: string
  readonly lacks_key?: string
  readonly lacks_text?: string
  readonly no_null?: boolean
  readonly no_body?: boolean
}

/** One request of a sequence and what must come back. `{{name}}` stands for a captured or a generated value. */
export type Step = {
  readonly name?: string
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly raw_body?: string
  readonly expected_status?: number | readonly number[] | null
  readonly expect?: readonly Expectation[]
  readonly capture?: Readonly<Record<string, string>>
}

/** Requests in an order that make sense together; each sequence is played on an organization of its own. */
export type Sequence = {
  readonly name: string
  readonly file: string
  readonly style: string
  readonly headers: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

/** A file of ours holds `tests`; a shared transcript `requests`, Okta's suite `steps`. */
type TranscriptFile = {
  readonly idp?: string
  readonly suite?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly tests?: readonly { readonly name: string; readonly style?: string; readonly steps: readonly Step[] }[]
  readonly requests?: readonly Step[]
  readonly steps?: readonly Step[]
}

/** Reads the sequences of one file. */
export function readSequences(folder: string, file: string): readonly Sequence[] {
  // Our own files and data of this project: a wrong shape shows as a failing sequence.
  const content = JSON.parse(readFileSync(join(folder, file), 'utf8')) as TranscriptFile
  const headers = content.headers ?? {}
  const whole = content.requests ?? content.steps
  if (whole !== undefined)
    return [{ name: content.suite ?? content.idp ?? file, file, style: 'rollcall', headers, steps: whole }]
  return (content.tests ?? []).map((test) => ({
    name: test.name,
    file,
    style: test.style ?? 'rollcall',
    headers,
    steps: test.steps,
  }))
}

/** The sequences of all files of a folder. */
export function readAllSequences(folder: string): readonly Sequence[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files.toSorted().flatMap((file) => readSequences(folder, file))
}
