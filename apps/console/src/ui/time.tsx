import { Tooltip } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { useFormats } from '../i18n/format.ts'

const tickMs = 30_000
let now = Date.now()
const listeners = new Set<() => void>()
setInterval(() => {
  now = Date.now()
  for (const listener of listeners) listener()
}, tickMs)

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The time of day, new every half minute; one clock for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

/** A moment: how long ago, and on hover the viewer's time and UTC. */
export function Time({
  at,
  isAbsolute = false,
}: {
  readonly at: string | null | undefined
  readonly isAbsolute?: boolean
}) {
  const formats = useFormats()
  const current = useNow()
  if (at === null || at === undefined) return <span>–</span>
  const whole = `${formats.instant(at)}\n${formats.utc(at)}`
  return (
    <Tooltip label={whole}>
      <time dateTime={at}>
        {isAbsolute ? formats.instant(at) : formats.relative(at, Math.max(current, Date.now()))}
      </time>
    </Tooltip>
  )
}
