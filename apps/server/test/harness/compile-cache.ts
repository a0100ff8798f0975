import { fileURLToPath } from 'node:url'

const own = fileURLToPath(new URL('../../../../node_modules/.cache/rollcall', import.meta.url))

/** As the launcher has it: a process of ours that is started by a test need not strip the types anew. */
export const compileCache = { NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? own }
