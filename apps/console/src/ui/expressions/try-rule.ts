import {
  evaluate,
  ExpressionError,
  listCandidates,
  parseExpression,
  type SchemaAttribute,
  type TargetValue,
  toTargetValue,
  type Value,
} from '@rollcall/expressions'

/** Somebody on whom rules are tried: attributes by the names that expressions use. */
export type Sample = {
  readonly id: string
  readonly name: string | null
  readonly values: Readonly<Record<string, unknown>>
}

/** What expressions know besides the attributes of a sample. */
export type Surroundings = {
  readonly tables?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  readonly defaultDomain?: string | undefined
}

/** How a value comes about, as rules of apps and of sources write it. */
export type Rule = {
  readonly kind: 'direct' | 'constant' | 'expression' | 'reference' | 'none'
  readonly source?: string | undefined
  readonly value?: string | number | boolean | undefined
  readonly expression?: string | undefined
  readonly default?: string | number | boolean | undefined
}

/** What a rule yields for a sample. `left`: nothing is written; `hidden`: what no log shows either. */
export type Outcome =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'nothing' | 'left' | 'hidden' | 'later' }
  | { readonly kind: 'error'; readonly text: string }

/** Tries a rule by the engine that the server has. `later`: only a run finds out, such as the account of a manager. */
export function tryRule(rule: Rule, { sample, target, surroundings }: TrySite): Outcome {
  try {
    const outcome = tryKind(rule, { sample, target, surroundings })
    if (outcome.kind !== 'nothing' || rule.default === undefined) return outcome
    return show(toTargetValue(rule.default, target ?? guess(rule.default)))
  } catch (error) {
    if (error instanceof ExpressionError) return { kind: 'error', text: error.message }
    throw error
  }
}

export type TrySite = {
  readonly sample: Sample
  /** Left out: what comes is taken. */
  readonly target?: SchemaAttribute | undefined
  readonly surroundings: Surroundings
}

function tryKind(rule: Rule, site: TrySite): Outcome {
  switch (rule.kind) {
    case 'direct':
      return show(convert(toValue(createReader(site.sample)(rule.source ?? '')), site.target))
    case 'constant':
      return show(convert(rule.value ?? null, site.target))
    case 'expression':
      return tryExpression(rule.expression ?? '', site)
    case 'reference':
      return { kind: 'later' }
    case 'none':
      return { kind: 'nothing' }
    default:
      return rule.kind satisfies never
  }
}

function tryExpression(text: string, { sample, target, surroundings }: TrySite): Outcome {
  const expression = parseExpression(text, { ignoresCase: true })
  const context = {
    attributes: createReader(sample),
    now: new Date(),
    random: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
    isTaken: () => false,
    lookUp: (table: string, key: string) => surroundings.tables?.[table]?.[key],
    numberOf: () => 1,
    defaultDomain: surroundings.defaultDomain,
  }
  const candidates = listCandidates(expression, context)
  if (candidates !== undefined) return show(candidates[0] ?? null)
  const { value, isFlowing, redaction } = evaluate(expression, context)
  if (!isFlowing) return { kind: 'left' }
  return redaction.isSecret ? { kind: 'hidden' } : show(convert(value, target))
}

/** Names are found in any case, as the server finds them. */
export function createReader({ values }: Sample): (name: string) => unknown {
  const known = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]))
  return (name) => known.get(name.toLowerCase())
}

/** JSON of the server is what expressions work with. */
function toValue(value: unknown): Value {
  return value === undefined || value === '' ? null : (value as Value)
}

function convert(value: Value, target: SchemaAttribute | undefined): TargetValue {
  return toTargetValue(value, target ?? guess(value))
}

/** An attribute that nobody described takes what comes. */
function guess(value: unknown): SchemaAttribute {
  const isMultiValued = Array.isArray(value)
  const one: unknown = isMultiValued ? value[0] : value
  const isComplex = typeof one === 'object' && one !== null
  const type =
    typeof one === 'boolean' ? 'boolean' : typeof one === 'number' ? 'decimal' : isComplex ? 'complex' : 'string'
  return { name: '', type, isMultiValued }
}

function show(value: TargetValue): Outcome {
  if (value === null || (Array.isArray(value) && value.length === 0)) return { kind: 'nothing' }
  return { kind: 'value', text: typeof value === 'string' ? value : JSON.stringify(value) }
}
