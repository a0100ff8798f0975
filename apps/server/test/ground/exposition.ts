export type Sample = { readonly name: string; readonly labels: ReadonlyMap<string, string>; readonly value: number }
export type Family = { readonly name: string; readonly type: string; readonly help: string; readonly samples: Sample[] }

const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/
const labelText = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
}

/** Reads Prometheus' text format 0.0.4 as strictly as `promtool check metrics` does; throws what is wrong with it. */
export function parseExposition(text: string): readonly Family[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const families = new Map<string, Family>()
  const helps = new Map<string, string>()
  let current: Family | undefined
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (kind === 'HELP') helps.set(name, rest)
    else if (kind === 'TYPE') {
      if (families.has(name)) throw new Error(`${name} stands twice`)
      current = { name, type: rest, help: helps.get(name) ?? '', samples: [] }
      families.set(name, current)
    } else if (!line.startsWith('#')) addSample(current, line)
  }
  return [...families.values()]
}

function addSample(family: Family | undefined, line: string): void {
  const [, name = '', labelList = '', value = ''] = sampleLine.exec(line) ?? []
  if (family === undefined || !(suffixes[family.type] ?? []).some((suffix) => name === family.name + suffix))
    throw new Error(`"${line}" belongs to no family above it`)
  const number = value === '+Inf' ? Infinity : value === 'Nan' || value === 'NaN' ? NaN : Number(value)
  if (value === '' || (Number.isNaN(number) && !/^nan$/i.test(value))) throw new Error(`"${line}" has no number`)
  family.samples.push({ name, labels: parseLabels(labelList, line), value: number })
}

function parseLabels(text: string, line: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  labelText.lastIndex = 0
  while (labelText.lastIndex < text.length) {
    const [, name = '', value = ''] = labelText.exec(text) ?? []
    if (name === '' || labels.has(name)) throw new Error(`"${line}" has labels that cannot be read`)
    labels.set(name, value)
  }
  return labels
}

const otherUnits = /_(?:milliseconds|ms|minutes|hours|days|kilobytes|kib|megabytes|mib|percent|bits)(?:_|$)/

/** What is against the rules of names (https://prometheus.io/docs/practices/naming/); empty when all is well. */
export function lintFamilies(families: readonly Family[]): readonly string[] {
  return families.flatMap(({ name, type, help, samples }) => [
    ...(help === '' ? [`${name} has no help`] : []),
    ...(type === 'counter' && !name.endsWith('_total') ? [`${name} is a counter and does not end in _total`] : []),
    ...(type !== 'counter' && name.endsWith('_total') ? [`${name} is no counter and ends in _total`] : []),
    ...(otherUnits.test(name) ? [`${name} has another unit than seconds or bytes`] : []),
    ...(/[A-Z]/.test(name) ? [`${name} is not snake_case`] : []),
    ...(/_(?:bucket|sum|count|info_total)$/.test(name) ? [`${name} ends like a part of another metric`] : []),
    ...lintHistogram(name, type, samples),
    ...lintSeries(name, samples),
  ])
}

function lintHistogram(name: string, type: string, samples: readonly Sample[]): readonly string[] {
  if (type !== 'histogram') return []
  const buckets = samples.filter((sample) => sample.name.endsWith('_bucket'))
  const counts = samples.filter((sample) => sample.name.endsWith('_count'))
  const infinite = buckets.filter(({ labels }) => labels.get('le') === '+Inf')
  return infinite.length === counts.length ? [] : [`${name} lacks a bucket le="+Inf"`]
}

function lintSeries(name: string, samples: readonly Sample[]): readonly string[] {
  const keys = samples.map((sample) => `${sample.name}${JSON.stringify([...sample.labels].toSorted())}`)
  return new Set(keys).size === keys.length ? [] : [`${name} has a series twice`]
}
