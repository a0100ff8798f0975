/** Commands of the server itself: `rollcall` runs them in the server's own code, on its machine. */
export const serverRoles: readonly { readonly name: string; readonly summary: string }[] = [
  { name: 'serve', summary: 'answer requests and run jobs' },
  { name: 'work', summary: 'run jobs only' },
  { name: 'migrate', summary: 'bring the database to this version' },
  { name: 'doctor', summary: 'check the installation' },
  { name: 'config', summary: 'print the effective settings' },
  { name: 'backup', summary: 'write all tables into one sealed file' },
  { name: 'restore', summary: 'put a backup into an empty database' },
  { name: 'demo', summary: 'make an organization to look at, the same for the same --seed' },
  { name: 'keys', summary: 'rotate the encryption keys' },
]
