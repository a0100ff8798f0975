import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  completionStatus,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { linter, type Diagnostic } from '@codemirror/lint'
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { createCompletion, type Completable } from './completion.ts'
import { inspectExpression, type InspectOptions } from './inspect-expression.ts'

const lintDelayMs = 150

export type EditorOptions = {
  readonly value: string
  /** Names the field for whoever cannot see it. */
  readonly label: string
  /** The id of what describes it, such as how it is left. */
  readonly describedBy: string
  readonly placeholder: string
  readonly isReadOnly: boolean
  readonly inspects: InspectOptions
  readonly completes: Completable
  onChange(value: string): void
  /** Escape, when no list is open. */
  onLeave(): void
}

export type Editor = {
  readonly view: EditorView
  /** Takes a value from outside, such as an example; what stands there already is left alone. */
  setValue(value: string): void
  setKnown(inspects: InspectOptions, completes: Completable): void
  destroy(): void
}

/** Marks what came from outside, so that it is not told again. */
const fromOutside = Annotation.define<boolean>()

/** CodeMirror with our language: names, functions, problems. Enter of an input method is its own; Tab goes on to the next field. */
export function createEditor(parent: HTMLElement, options: EditorOptions): Editor {
  const known = new Compartment()
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.value,
      extensions: [...createExtensions(options), known.of(createKnown(options.inspects, options.completes))],
    }),
  })
  return {
    view,
    setValue: (value) => {
      if (view.state.doc.toString() === value) return
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: value },
        annotations: fromOutside.of(true),
      })
    },
    setKnown: (inspects, completes) => view.dispatch({ effects: known.reconfigure(createKnown(inspects, completes)) }),
    destroy: () => view.destroy(),
  }
}

function createKnown(inspects: InspectOptions, completes: Completable): Extension {
  return [
    linter((view) => inspectExpression(view.state.doc.toString(), inspects).map(toDiagnostic), { delay: lintDelayMs }),
    autocompletion({ override: [createCompletion(completes)], icons: false, activateOnTyping: true }),
  ]
}

function toDiagnostic({
  from,
  to,
  severity,
  message,
  replacement,
}: ReturnType<typeof inspectExpression>[number]): Diagnostic {
  return {
    from,
    to,
    severity,
    message,
    ...(replacement !== undefined && {
      actions: [
        {
          name: replacement,
          apply: (view: EditorView, start: number, end: number) =>
            view.dispatch({ changes: { from: start, to: end, insert: replacement } }),
        },
      ],
    }),
  }
}

function createExtensions(options: EditorOptions): readonly Extension[] {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
  return [
    EditorView.cspNonce.of(nonce),
    EditorView.lineWrapping,
    EditorState.readOnly.of(options.isReadOnly),
    EditorView.editable.of(!options.isReadOnly),
    EditorView.contentAttributes.of({
      'aria-label': options.label,
      'aria-describedby': options.describedBy,
      // The drawer around it closes on Escape; here Escape leaves the editor first.
      'data-mantine-stop-propagation': 'true',
      spellcheck: 'false',
      autocapitalize: 'off',
    }),
    placeholder(options.placeholder),
    history(),
    bracketMatching(),
    closeBrackets(),
    syntaxHighlighting(highlighting),
    language,
    theme,
    keymap.of([
      { key: 'Escape', run: (view) => leave(view, options.onLeave) },
      { key: 'Ctrl-Enter', run: acceptCompletion },
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...historyKeymap,
      ...defaultKeymap,
    ]),
    EditorView.domEventHandlers({ beforeinput: replaceSelected }),
    EditorView.updateListener.of((update) => {
      const isOurs = update.transactions.some((each) => each.annotation(fromOutside) === true)
      if (update.docChanged && !isOurs) options.onChange(update.state.doc.toString())
    }),
  ]
}

/**
 * What is typed over a selection is put there by us: the browser would keep the colours of what was selected in a style
 * attribute, which the policy of the page refuses.
 */
function replaceSelected(event: InputEvent, view: EditorView): boolean {
  const { data, inputType, isComposing } = event
  const { state } = view
  if (inputType !== 'insertText' || data === null || isComposing || state.readOnly || state.selection.main.empty)
    return false
  event.preventDefault()
  view.dispatch({ ...state.replaceSelection(data), userEvent: 'input.type', scrollIntoView: true })
  return true
}

function leave(view: EditorView, onLeave: () => void): boolean {
  if (completionStatus(view.state) !== null) return closeCompletion(view)
  onLeave()
  return true
}

const language = StreamLanguage.define<null>({
  startState: () => null,
  token: (stream) => {
    if (stream.eatSpace()) return null
    if (stream.match(/^\[[^\]]*\]?/) !== null) return 'variableName'
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/) !== null) return 'string'
    if (stream.match(/^-?\d+(?:\.\d+)?/) !== null) return 'number'
    if (stream.match(/^[A-Za-z][\w.]*(?=\s*\()/) !== null) return 'keyword'
    stream.next()
    return null
  },
})

const highlighting = HighlightStyle.define([
  { tag: tags.keyword, class: 'expression-function' },
  { tag: tags.variableName, class: 'expression-attribute' },
  { tag: tags.string, class: 'expression-text' },
  { tag: tags.number, class: 'expression-number' },
])

const theme = EditorView.theme({
  '&': { fontSize: 'var(--text-s)', color: 'var(--ink)', backgroundColor: 'var(--surface)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--mono)', padding: '8px 0', minHeight: '64px', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 10px' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.expression-function': { color: 'var(--accent)' },
  '.expression-attribute': { color: 'var(--info)' },
  '.expression-text': { color: 'var(--good)' },
  '.expression-number': { color: 'var(--warn)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--surface)',
    border: '1px solid var(--line-2)',
    borderRadius: '6px',
    boxShadow: 'var(--shade)',
    color: 'var(--ink)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '240px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '4px 10px', lineHeight: '20px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--ink)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal', marginLeft: '12px' },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 10px', maxWidth: '360px', whiteSpace: 'pre-line' },
  '.cm-diagnostic': { borderLeft: '3px solid var(--bad)', padding: '6px 10px' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-diagnosticAction': {
    backgroundColor: 'var(--accent-soft)',
    color: 'var(--accent)',
    border: '1px solid var(--line-2)',
    borderRadius: '4px',
    fontFamily: 'var(--mono)',
  },
})
