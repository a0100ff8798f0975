// The one command `rollcall`: roles of the server run in the server's code, all other nouns in the client's.
// Without it a user would have to know which of two programs a verb belongs to.
const roles = new Set(['serve', 'work', 'migrate', 'doctor', 'config', 'keys', 'backup', 'restore', 'demo'])

const [verb] = process.argv.slice(2)
await import(roles.has(verb) ? '../apps/server/src/main.ts' : '../apps/cli/src/main.ts')
