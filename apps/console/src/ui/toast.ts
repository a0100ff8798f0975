/** Something short that has just happened; with a way back where there is one. */
export type Toast = {
  readonly id: number
  readonly tone: 'good' | 'bad' | 'info'
  readonly text: string
  readonly action?: { readonly label: string; run(): void }
}

const shownMs = 6_000
const withActionMs = 10_000
const listeners = new Set<() => void>()
let toasts: readonly Toast[] = []
let lastId = 0

/** Shows a toast for some seconds. One with an action stays longer. */
export function showToast(toast: Omit<Toast, 'id'>): void {
  const shown = { ...toast, id: ++lastId }
  set([...toasts.slice(-2), shown])
  setTimeout(() => dismissToast(shown.id), toast.action === undefined ? shownMs : withActionMs)
}

/**
 * Tells how something ended, with the way back where there is one, even when whatever asked for it is gone from the page by
 * then; callbacks of `mutate` are not.
 */
export function tellOutcome<Answer>(
  answer: Promise<Answer>,
  words: (answer: Answer) => string,
  action?: Toast['action'],
): void {
  void answer.then(
    (value) => showToast({ tone: 'good', text: words(value), ...(action && { action }) }),
    ({ message }: Error) => showToast({ tone: 'bad', text: message }),
  )
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id))
}

/** For `useSyncExternalStore`. */
export const toastStore = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  read: (): readonly Toast[] => toasts,
}

function set(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}
