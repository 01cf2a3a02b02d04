import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { hasExternalLimit } from './heap-growth.ts'

it.each([
  ['11.3.244.8-node.38', false],
  ['12.4.254.21-node.57', false],
  ['13.6.233.17-node.53', true],
  ['14.6.202.34-node.34', true],
  ['14.8.178.10-node.1', false],
  ['14.10.1.1-node.1', false],
  ['15.0.1.1-node.1', false],
])('knows of V8 %s whether it has the flag', (version, has) => {
  expect(hasExternalLimit(version)).toBe(has)
})

it('sets no flag that this V8 complains of', () => {
  const external = hasExternalLimit(process.versions.v8) ? ['--external-memory-accounted-in-global-limit'] : []
  const flags = ['--semi-space-growth-factor=1', '--heap-growing-percent=200', ...external]
  const { status, stderr } = spawnSync(process.execPath, [...flags, '-e', ''], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
})
