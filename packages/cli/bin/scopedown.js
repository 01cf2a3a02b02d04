#!/usr/bin/env node
// Committed, unlike dist/, so that `npm ci` links the command before anything is built.
import { bundleTime, compiledTime } from './bundle.js'

await import(bundleTime() > compiledTime() ? '../dist/bundle/main.js' : '../dist/main.js')
