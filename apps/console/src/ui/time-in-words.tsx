import { Time } from './time.tsx'

type TimeInWordsProps = {
  /** A whole sentence, with `<time/>` where the moment belongs: each language puts it elsewhere. */
  readonly text: string
  readonly at: string | null | undefined
  readonly isAbsolute?: boolean
}

/** A sentence with a moment in it. */
export function TimeInWords({ text, at, isAbsolute = false }: TimeInWordsProps) {
  const [before = '', after = ''] = text.split('<time/>')
  return (
    <span>
      {before}
      <Time at={at} isAbsolute={isAbsolute} />
      {after}
    </span>
  )
}
