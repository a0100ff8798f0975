import { reasons, type Reason } from '../reasons.ts'

const byCode = new Map<string, Reason>(Object.entries(reasons))

/** Undefined: a code of another version of us. */
export function findReason(code: string): Reason | undefined {
  return byCode.get(code)
}

/** Meaning and remedy of a code that was stored, perhaps by another version of us. */
export function reasonWords(code: string | null): Pick<Reason, 'meaning' | 'remedy'> {
  const { meaning, remedy } = byCode.get(code ?? '') ?? {
    meaning: `The reason is ${code ?? 'not known'}.`,
    remedy: 'Look at the log of the app.',
  }
  return { meaning, remedy }
}
