/** Everything that is wrong with the words of the console, one a line. `read` gives the text of one of the paths. */
export function findFaults(paths: readonly string[], read: (path: string) => string): readonly string[]
