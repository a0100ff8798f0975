import { z } from 'zod'

/** One setting: where it may be set, what it must be, and what the documentation says about it. */
export type Setting<T> = {
  readonly env: string
  readonly description: string
  /** Words for the error message: "wanted …". */
  readonly wanted: string
  readonly schema: z.ZodType<T>
  /** Text of a flag, variable or file → what the schema checks; text that fits no shape is passed on for the schema to refuse. */
  readonly read: (text: string) => unknown
  readonly default: T
  readonly isSecret: boolean
  readonly unit: string | undefined
}

type Described = { readonly env: string; readonly description: string }

const plain = { isSecret: false, unit: undefined }

export function integer(
  options: Described & { readonly default: number; readonly min: number; readonly max: number; readonly unit?: string },
): Setting<number> {
  const { env, description, min, max, unit } = options
  return {
    env,
    description,
    wanted: `an integer from ${min} to ${max}${unit === undefined ? '' : ` (${unit})`}`,
    schema: z.number().int().min(min).max(max),
    read: readNumber,
    default: options.default,
    isSecret: false,
    unit,
  }
}

export function choice<const T extends string>(
  options: Described & { readonly default: NoInfer<T>; readonly of: readonly T[] },
): Setting<T> {
  const { env, description } = options
  const wanted = `one of ${options.of.join(', ')}`
  return { ...plain, env, description, wanted, schema: z.enum(options.of), read: asIs, default: options.default }
}

export function optionalInteger(
  options: Described & { readonly min: number; readonly max: number },
): Setting<number | undefined> {
  const { env, description, min, max } = options
  return {
    ...plain,
    env,
    description,
    wanted: `an integer from ${min} to ${max}`,
    schema: z.number().int().min(min).max(max).optional(),
    read: readNumber,
    default: undefined,
  }
}

export function optionalChoice<const T extends string>(
  options: Described & { readonly of: readonly T[] },
): Setting<T | undefined> {
  const { env, description, of } = options
  const wanted = `one of ${of.join(', ')}`
  return { ...plain, env, description, wanted, schema: z.enum(of).optional(), read: asIs, default: undefined }
}

export function text(options: Described & { readonly default: string }): Setting<string> {
  const { env, description } = options
  return {
    ...plain,
    env,
    description,
    wanted: 'a text',
    schema: z.string().min(1),
    read: asIs,
    default: options.default,
  }
}

export function optional(
  options: Described & {
    readonly wanted: string
    readonly isValid?: (value: string) => boolean
    readonly isSecret?: boolean
  },
): Setting<string | undefined> {
  const { env, description, wanted } = options
  const schema = z
    .string()
    .min(1)
    .refine(options.isValid ?? (() => true))
  const isSecret = options.isSecret ?? false
  return { ...plain, isSecret, env, description, wanted, schema: schema.optional(), read: asIs, default: undefined }
}

export function list(
  options: Described & {
    readonly wanted: string
    readonly isValid: (item: string) => boolean
    readonly isSecret?: boolean
  },
): Setting<readonly string[]> {
  const { env, description, wanted } = options
  const schema = z.array(z.string().refine(options.isValid)).readonly()
  return {
    ...plain,
    isSecret: options.isSecret ?? false,
    env,
    description,
    wanted,
    schema,
    read: readList,
    default: [],
  }
}

/** How many proxies in front are ours: `true` is one. */
export function hops(options: Described): Setting<number> {
  return {
    ...plain,
    ...options,
    wanted: 'false, true, or the number of proxies in front (0 to 10)',
    schema: z.number().int().min(0).max(10),
    read: (value) => readSwitch(value) ?? readNumber(value),
    default: 0,
  }
}

function asIs(value: string): string {
  return value
}

function readNumber(value: string): number | string {
  return /^-?\d{1,15}$/.test(value) ? Number(value) : value
}

function readSwitch(value: string): number | undefined {
  if (/^(true|on|yes)$/i.test(value)) return 1
  return /^(false|off|no)$/i.test(value) ? 0 : undefined
}

function readList(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
