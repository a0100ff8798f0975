import { useEffect, useState, type RefObject } from 'react'

export type TableEdges = {
  /** There are columns beyond the end of the line. */
  readonly hasMore: boolean
  /** Pixels that a bar for scrolling takes from the rows. */
  readonly bar: number
}

const none: TableEdges = { hasMore: false, bar: 0 }

/** Whether a table is wider than its frame: it says so then, for a cut column looks like a fault. */
export function useTableEdges(scroller: RefObject<HTMLElement | null>, isThere: boolean): TableEdges {
  const [edges, setEdges] = useState(none)
  useEffect(() => {
    const element = scroller.current
    if (!isThere || element === null) return undefined
    const look = (): void => {
      const hasMore = element.scrollWidth - element.clientWidth - Math.abs(element.scrollLeft) > 1
      const bar = element.offsetHeight - element.clientHeight
      setEdges((before) => (before.hasMore === hasMore && before.bar === bar ? before : { hasMore, bar }))
    }
    look()
    const observer = new ResizeObserver(look)
    observer.observe(element)
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [scroller, isThere])
  return edges
}
