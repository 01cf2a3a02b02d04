import { expect, it } from 'vitest'
import { sameKey } from './public-key.ts'

const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIJfmN5c8mZ8qY5xkqBRo0TJ0JxMVYcHbS1Lh4y0jJd3v'

it.each([
  [`ssh-ed25519 ${key}`, `ssh-ed25519 ${key}`, true],
  [`ssh-ed25519 ${key} ana@laptop`, `  ssh-ed25519   ${key}\n`, true],
  [`ssh-ed25519 ${key}`, `ssh-ed25519 ${key.replace('JfmN', 'JfmM')}`, false],
  [`ssh-ed25519 ${key}`, `ssh-rsa ${key}`, false],
  ['', '', false],
  ['ssh-ed25519', 'ssh-ed25519', false],
  [key, key, false],
])('%s and %s: %s', (one, other, same) => {
  expect(sameKey(one, other)).toBe(same)
})
