// Writes NOTICE: who made Rollcall, and under which licences the packages stand that come with it.
// Without it the list would be as old as whoever last thought of it; a test compares. Run: node scripts/notice.mjs
import { readFileSync, writeFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
const lines = Object.entries(lock.packages)
  .filter(([path, entry]) => path.includes('node_modules/') && !entry.dev && !entry.link)
  .map(([path, { license }]) => `- ${path.slice(path.lastIndexOf('node_modules/') + 13)} (${license})`)

writeFileSync(
  new URL('../NOTICE', import.meta.url),
  `Rollcall
Copyright the Rollcall contributors

Licensed under the Apache License, Version 2.0; see LICENSE.

An installation brings these packages, each with its own licence in its folder below node_modules:

${[...new Set(lines)].sort().join('\n')}
`,
)
