/** Somebody must show anew who he is before a dangerous act; the request waits so long and is then sent again. */
export type StepUp = { readonly confirmUrl: string; settle(isConfirmed: boolean): void }

const channelName = 'rollcall-confirmed'
const listeners = new Set<() => void>()
let waiting: StepUp | undefined

/** True when the person has confirmed; false when he would rather not. */
export function askToConfirm(confirmUrl: string): Promise<boolean> {
  waiting?.settle(false)
  return new Promise((resolve) => {
    const settle = (isConfirmed: boolean): void => {
      waiting = undefined
      tell()
      resolve(isConfirmed)
    }
    waiting = { confirmUrl, settle }
    tell()
  })
}

/** For `useSyncExternalStore`. */
export const stepUpStore = {
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  read: (): StepUp | undefined => waiting,
}

/** The window that asked hears of it from the one in which it happened. */
export function tellConfirmed(): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
  new BroadcastChannel(channelName).postMessage('confirmed')
}

export function onConfirmed(act: () => void): () => void {
  const channel = new BroadcastChannel(channelName)
  channel.addEventListener('message', act)
  return () => channel.close()
}

function tell(): void {
  for (const listener of listeners) listener()
}
