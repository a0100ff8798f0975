#!/usr/local/bin/node --conditions=@rollcall/source
// What an image starts, also as /usr/local/bin/rollcall: without a verb the server in both roles, else the command line.
// Without it an image that has no shell would offer either the server or the commands, not both.
const [verb] = process.argv.slice(2)
await import(verb === undefined ? '../apps/server/src/main.ts' : './rollcall.mjs')
