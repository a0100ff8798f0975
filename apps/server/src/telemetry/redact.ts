export const redacted = '[redacted]'

// Compared without case, dashes and underscores: clientSecret, client_secret and CLIENT-SECRET are one name.
const secretName =
  /(?:password|passwd|passphrase|secret|token|authorization|cookie|apikey|privatekey|encryptionkeys?|samlresponse|credentials?|bearer)(?:hash)?$/i

/** Shapes that give a secret away wherever it stands, in a message, a stack or a nested value. */
const secretShapes: readonly RegExp[] = [
  /\brc_[a-z0-9]{2,8}_[A-Za-z0-9]{8,}/g, // our own keys
  // JWT, also cut off. The dots are optional so that every start consumes what it read: otherwise it is quadratic.
  /\beyJ[\w-]{5,}(?:\.[\w-]*){0,2}/g,
  /\b(?:Bearer|Basic|SSWS)\s+[\w\-.~+/]{6,}=*/gi,
  /\bwhsec_[A-Za-z0-9+/=]{8,}/g,
  /-----BEGIN [A-Z0-9 ]+-----[\s\S]*?(?:-----END [A-Z0-9 ]+-----|$)/g, // PEM, also cut off
  /(?<=:\/\/[^\s:/@]{0,200}:)[^\s/@]+(?=@)/g, // password in a URL
]
const levelsMax = 8

/** Replaces everything in a text that has the shape of a secret. */
export function redactText(text: string): string {
  return secretShapes.reduce((rest, shape) => rest.replace(shape, redacted), text)
}

/** A copy in which no value stands under a secret's name and no text has a secret's shape. */
export function redactValue(value: unknown, levels = levelsMax): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return value
  if (levels <= 0) return '[deep]'
  if (Array.isArray(value)) return value.map((item) => redactValue(item, levels - 1))
  if (value instanceof Date) return value
  if (value instanceof Error) return redactValue(describeError(value), levels)
  const copy = new Map<string, unknown>()
  for (const [name, item] of Object.entries(value)) {
    copy.set(name, isSecretName(name) && isPresent(item) ? redacted : redactValue(item, levels - 1))
  }
  return Object.fromEntries(copy)
}

export function isSecretName(name: string): boolean {
  return secretName.test(name.replace(/[-_\s]/g, ''))
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'boolean'
}

function describeError(error: Error): object {
  const code = 'code' in error ? { code: error.code } : {}
  const cause = error.cause === undefined ? {} : { cause: error.cause }
  return { type: error.name, message: error.message, stack: error.stack, ...code, ...cause }
}
