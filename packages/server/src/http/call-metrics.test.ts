import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { CallMetrics } from './call-metrics.ts'

it('is told in Prometheus’ text: counters by service, operation and error, and how long calls took', async () => {
  const registry = new Registry()
  const metrics = new CallMetrics(registry)
  metrics.observe('sts', 'GetCallerIdentity', '', 0.0005)
  metrics.observe('sts', 'GetCallerIdentity', '', 0.03)
  metrics.observe('sts', 'AssumeRole', 'AccessDenied', 7)
  const lines = (await registry.metrics()).split('\n')
  expect(lines).toEqual(
    expect.arrayContaining([
      '# TYPE scopedown_calls_total counter',
      'scopedown_calls_total{service="sts",operation="GetCallerIdentity",error=""} 2',
      'scopedown_calls_total{service="sts",operation="AssumeRole",error="AccessDenied"} 1',
      '# TYPE scopedown_call_seconds histogram',
      'scopedown_call_seconds_bucket{le="0.001",service="sts"} 1',
      'scopedown_call_seconds_bucket{le="0.025",service="sts"} 1',
      'scopedown_call_seconds_bucket{le="0.05",service="sts"} 2',
      'scopedown_call_seconds_bucket{le="5",service="sts"} 2',
      'scopedown_call_seconds_bucket{le="+Inf",service="sts"} 3',
      'scopedown_call_seconds_sum{service="sts"} 7.0305',
      'scopedown_call_seconds_count{service="sts"} 3',
    ]),
  )
})
