import { useEffect, useState } from 'react'

const pauseMs = 1_000

/** Tells screen readers what changed, politely and at most once a second. */
export function LiveRegion({ text }: { readonly text: string }) {
  const [told, setTold] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setTold(text), pauseMs)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {told}
    </div>
  )
}
