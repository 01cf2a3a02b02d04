#!/usr/bin/env node
// Committed, unlike dist/, so that `npm ci` links the command before anything is built.
import '../dist/main.js'
