// Tells what a change of the admin API takes away from its clients, apart from what it adds.
// Without it a removed field would look like any other difference of docs/reference/openapi.json.
// Run: node scripts/api-changes.mjs <old openapi.json> [new openapi.json]; exit 1 when something is taken away.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const current = new URL('../docs/reference/openapi.json', import.meta.url)

/** Sentences about what clients lose, and about what they gain. */
export function compareApis(before, after) {
  const [old, fresh] = [list(before), list(after)]
  const removed = [...old].filter(([name]) => !fresh.has(name)).map(([, sentence]) => `removed: ${sentence}`)
  const added = [...fresh].filter(([name]) => !old.has(name)).map(([, sentence]) => `added: ${sentence}`)
  const demands = [...fresh].filter(([name]) => name.startsWith('must ') && !old.has(name) && isKnown(old, name))
  return {
    breaking: [
      ...removed.filter((text) => !text.includes(' must ')),
      ...demands.map(([, text]) => `now demanded: ${text}`),
    ],
    additions: added.filter((text) => !text.includes(' must ')),
  }
}

/** A new demand breaks only those who could call the thing before. */
function isKnown(old, name) {
  return old.has(name.slice('must '.length).split('|')[0])
}

function list(document) {
  const found = new Map()
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(item))
      listOperation(found, `${method.toUpperCase()} ${path}`, operation)
  for (const [name, schema] of Object.entries(document.components.schemas)) listSchema(found, name, schema)
  return found
}

function listOperation(found, name, operation) {
  found.set(name, `route ${name}`)
  for (const { name: parameter, in: place, required } of operation.parameters ?? []) {
    found.set(`${name}|${place} ${parameter}`, `${place} parameter ${parameter} of ${name}`)
    if (required) found.set(`must ${name}|${place} ${parameter}`, `${name} must have ${place} parameter ${parameter}`)
  }
  for (const status of Object.keys(operation.responses).filter((each) => each.startsWith('2')))
    found.set(`${name}|${status}`, `answer ${status} of ${name}`)
}

function listSchema(found, name, schema) {
  found.set(name, `schema ${name}`)
  for (const [field, value] of Object.entries(schema.properties ?? {})) {
    found.set(`${name}.${field}`, `field ${name}.${field}`)
    for (const choice of value.enum ?? [])
      found.set(`${name}.${field}=${choice}`, `value ${choice} of ${name}.${field}`)
  }
  for (const choice of schema.enum ?? []) found.set(`${name}=${choice}`, `value ${choice} of ${name}`)
  // An input alone refuses unknown fields: what it demands, clients must send.
  if (schema.additionalProperties === false)
    for (const field of schema.required ?? []) found.set(`must ${name}|${field}`, `${name} must have ${field}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [before, after = fileURLToPath(current)] = process.argv.slice(2)
  const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
  const { breaking, additions } = compareApis(read(before), read(after))
  for (const line of [...breaking, ...additions]) console.log(line)
  process.exit(breaking.length === 0 ? 0 : 1)
}
