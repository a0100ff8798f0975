import { redactText } from '../telemetry/redact.ts'

const secretAttribute = /password/i
const hidden = '[redacted]'

/**
 * A path as it may be kept: conditions that name a password are blanked, and so is whatever has the shape of a secret.
 * Everything else of a filter stays, because it is what people search for when a request failed.
 */
export function redactPath(path: string): string {
  const question = path.indexOf('?')
  if (question < 0 || !mayNameSecret.test(path)) return redactShapes(path)
  const query = path
    .slice(question + 1)
    .split('&')
    .map(redactParameter)
    .join('&')
  return redactShapes(`${path.slice(0, question)}?${query}`)
}

// Cheap to ask, and true for every query with a parameter that is blanked: one of these words, or a letter or an underscore
// that is percent-encoded, which may be part of one.
const mayNameSecret = /password|token|key|client_secret|authorization|%(?:4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])/i

/** A body as it may be kept. Search requests carry their filter as text, which no schema can redact. */
export function redactBody(body: string, path: string): string {
  const isSearch = path.includes('/.search')
  return isSearch && secretAttribute.test(body) ? '(a search that names a secret attribute)' : redactShapes(body)
}

/** Keys of ours, tokens and the like, wherever they stand. */
export function redactShapes(text: string): string {
  return mayHoldSecret.test(text) ? redactText(text) : text
}

// Cheap to ask, and true for every text that redactText would change.
const mayHoldSecret = /rc_|eyJ|whsec_|-----BEGIN|:\/\/[^\s/]*@|\b(?:Bearer|Basic|SSWS)\s/i

function redactParameter(parameter: string): string {
  const equals = parameter.indexOf('=')
  if (equals < 0) return parameter
  const value = decode(parameter.slice(equals + 1))
  return secretAttribute.test(value) || isSecretParameter(parameter.slice(0, equals))
    ? `${parameter.slice(0, equals + 1)}${hidden}`
    : parameter
}

function isSecretParameter(name: string): boolean {
  return /^(?:access_token|token|key|client_secret|authorization|password)$/i.test(decode(name))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
