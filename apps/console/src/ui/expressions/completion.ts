import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete'
import { listFunctions, type Schema } from '@rollcall/expressions'
import { functionExamples } from './examples.ts'
import type { Sample } from './try-rule.ts'

export type Completable = {
  readonly source: Schema
  /** The first is whose values are shown beside the names. */
  readonly samples: readonly Sample[]
}

const valueCharactersMax = 40

/** Within brackets names of attributes, elsewhere both these and functions. */
export function createCompletion({ source, samples }: Completable): CompletionSource {
  const attributes = listAttributeCompletions(source, samples)
  const functions = listFunctionCompletions()
  return (context: CompletionContext): CompletionResult | null => {
    if (isInText(context)) return null
    const inBrackets = context.matchBefore(/\[[^\]"(]*/)
    if (inBrackets !== null)
      return { from: inBrackets.from, options: attributes, validFor: /^\[[^\]"(]*$/, filter: true }
    const word = context.matchBefore(/[A-Za-z][\w.]*/)
    if (word === null && !context.explicit) return null
    return { from: word?.from ?? context.pos, options: [...functions, ...attributes], validFor: /^[\w.]*$/ }
  }
}

/** An odd number of quotation marks before it: one of them is open. */
function isInText({ state, pos }: CompletionContext): boolean {
  const before = state.sliceDoc(0, pos).replaceAll(/\\./g, '')
  return (before.split('"').length - 1) % 2 === 1
}

function listAttributeCompletions(source: Schema, samples: readonly Sample[]): readonly Completion[] {
  const [first] = samples
  return source.map(({ name, type, isMultiValued = false }) => {
    const value = first?.values[name]
    return {
      label: `[${name}]`,
      detail: isMultiValued ? `${type}[]` : type,
      boost: value === undefined ? 0 : 1,
      apply: insertAttribute(name),
      ...(value !== undefined && { info: `${first?.name ?? ''}\n${shorten(value)}` }),
    }
  })
}

/** A bracket that was closed by itself is not closed twice. */
function insertAttribute(name: string): NonNullable<Completion['apply']> {
  return (view, _, from, to) => {
    const isClosed = view.state.sliceDoc(to, to + 1) === ']'
    const insert = `[${name}]`
    view.dispatch({
      changes: { from, to: isClosed ? to + 1 : to, insert },
      selection: { anchor: from + insert.length },
    })
  }
}

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > valueCharactersMax ? `${text.slice(0, valueCharactersMax)}…` : text
}

function listFunctionCompletions(): readonly Completion[] {
  return listFunctions().map(({ name, signature, summary, isPortable }) => {
    const example = functionExamples.get(name)
    return {
      label: name,
      detail: signature.slice(name.length),
      info: example === undefined ? summary : `${summary}\n${example}`,
      boost: isPortable ? 1 : -1,
      apply: (view, _, from, to) =>
        view.dispatch({ changes: { from, to, insert: `${name}()` }, selection: { anchor: from + name.length + 1 } }),
    }
  })
}
