import type { PanelSpec } from './panel.ts'

export const nodeRuntimePanels: readonly PanelSpec[] = [
  {
    title: 'Event loop lag, p99',
    description: 'How late a timer fires. Every request waits that long; from 1 s on, load is shed.',
    unit: 's',
    queries: [
      {
        expr: 'max by (service, instance) (nodejs_eventloop_lag_p99_seconds)',
        legend: '{{service}} {{instance}}',
      },
    ],
    alerts: ['EventLoopLag'],
  },
  {
    title: 'CPU',
    description: 'Cores in use. JavaScript uses one at most; password hashing uses more.',
    unit: 'short',
    queries: [
      {
        expr: 'sum by (service, instance) (rate(process_cpu_seconds_total{service!=""}[5m]))',
        legend: '{{service}} {{instance}}',
      },
    ],
    alerts: ['EventLoopLag'],
  },
  {
    title: 'Memory of the process',
    description: 'Compare it with the container’s memory limit.',
    unit: 'bytes',
    queries: [
      {
        expr: 'sum by (service, instance) (process_resident_memory_bytes{service!=""})',
        legend: '{{service}} {{instance}}',
      },
    ],
  },
  {
    title: 'JavaScript heap in use',
    description: 'A saw tooth is normal. If its minima rise for hours, there is a leak.',
    unit: 'bytes',
    queries: [
      {
        expr: 'sum by (service, instance) (nodejs_heap_size_used_bytes)',
        legend: '{{service}} {{instance}}',
      },
    ],
  },
  {
    title: 'Garbage collection',
    description: 'Share of the time. Above 10 %, the heap is too small for the load.',
    unit: 'percentunit',
    queries: [
      {
        expr: 'sum by (service, instance) (rate(nodejs_gc_duration_seconds_sum[5m]))',
        legend: '{{service}} {{instance}}',
      },
    ],
  },
  {
    title: 'Process age',
    description: 'Falls to 0 at a restart.',
    unit: 's',
    queries: [
      {
        expr: 'time() - max by (service, instance) (process_start_time_seconds{service!=""})',
        legend: '{{service}} {{instance}}',
      },
    ],
  },
]
